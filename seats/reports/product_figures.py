"""What an organisation's products have, now or at a past moment, and their sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from orgs.models import Organisation
from seats.counters import LOW_FRACTION, Counter, Totals, organisation_counter, product_counter
from seats.reports.charts import Chart, organisation_chart

MOST_PRODUCTS = 12


class ProductFigures(NamedTuple):
    """A row of the statement."""

    id: UUID
    code: str
    name: str
    is_archived: bool
    stock: int
    used: int
    capacity: int
    available: int
    without_limit: int
    unlimited: bool
    pools: int

    @property
    def counts(self) -> bool:
        """Whether it belongs in the table: an archived one only while seats are used."""
        return not self.is_archived or self.used > 0

    @property
    def need(self) -> tuple[float, int]:
        """Those of which the smallest part is left come first, then those most used."""
        issued = self.stock + self.capacity
        left = self.available + self.stock
        is_short = not self.unlimited and issued > 0 and left * LOW_FRACTION <= issued
        return (left / issued if is_short else 1.0, -self.used)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductLine:
    """A product in the table; `pools` are those that are open."""

    id: UUID
    code: str
    name: str
    is_archived: bool
    counter: Counter
    totals: Totals
    pools: int


def most_in_need(figures: Sequence[ProductFigures]) -> list[ProductFigures]:
    """Return those that an overview has room for."""
    counting = [each for each in figures if each.counts]
    return sorted(counting, key=lambda each: each.need)[:MOST_PRODUCTS]


def product_line(of: ProductFigures) -> ProductLine:
    """Count a product for the table."""
    counter = product_counter(
        product_id=of.id,
        stock=of.stock,
        used=of.used,
        capacity=of.capacity,
        available=of.available,
        unlimited=of.unlimited,
    )
    assert counter.totals is not None
    return ProductLine(
        id=of.id,
        code=of.code,
        name=of.name,
        is_archived=of.is_archived,
        counter=counter,
        totals=counter.totals,
        pools=of.pools,
    )


def whole(organisation: Organisation, figures: Sequence[ProductFigures]) -> Counter:
    """Count all products together."""
    return organisation_counter(
        whole_id=organisation.pk,
        stock=sum(each.stock for each in figures),
        used=sum(each.used for each in figures),
        capacity=sum(each.capacity for each in figures),
        available=sum(each.available for each in figures),
        unlimited=any(each.unlimited for each in figures),
    )


def chart_of(
    organisation: Organisation, figures: Sequence[ProductFigures], *, at: datetime | None = None
) -> Chart:
    """Draw all products together, up to now or to the moment `at` that the figures are of."""
    unlimited = sum(each.without_limit for each in figures)
    return organisation_chart(
        organisation,
        used=sum(each.used for each in figures) - unlimited,
        capacity=sum(each.capacity for each in figures),
        unlimited=unlimited,
        at=at,
    )
