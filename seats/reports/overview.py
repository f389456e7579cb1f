"""The whole organisation at a glance: sums, products, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from orgs.models import Organisation
from seats.counters import LOW_FRACTION, Counter, Totals, organisation_counter, product_counter
from seats.models import Allocation
from seats.reports import overview_sql
from seats.reports.attention import Attention, attention
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


@dataclass(frozen=True, kw_only=True)
class FirstSteps:
    """How far a new organisation has come; its first product is the one to issue seats of."""

    product: ProductFigures | None
    has_seats: bool
    has_team: bool

    @property
    def are_done(self) -> bool:
        return self.product is not None and self.has_seats and self.has_team


@dataclass(frozen=True, kw_only=True)
class Overview:
    """`counter` and `chart` are of all products; `products` are the first by need of `count`."""

    counter: Counter
    chart: Chart
    products: list[ProductLine]
    count: int
    attention: Attention
    steps: FirstSteps

    @property
    def topics(self) -> list[str]:
        counters = [line.counter for line in self.products] + self.attention.counters
        return [self.counter.topic, *(counter.topic for counter in counters)]


def overview(organisation: Organisation, *, all_of: str = "") -> Overview:
    """Report the organisation as it is now."""
    figures = _figures(organisation)
    counting = [each for each in figures if each.counts]
    most_in_need = sorted(counting, key=lambda each: each.need)[:MOST_PRODUCTS]
    return Overview(
        counter=_whole(organisation, figures),
        chart=_chart(organisation, figures),
        products=[_line(each) for each in most_in_need],
        count=len(counting),
        attention=attention(organisation, all_of=all_of),
        steps=_first_steps(organisation, figures),
    )


def _figures(organisation: Organisation) -> list[ProductFigures]:
    with connection.cursor() as cursor:
        cursor.execute(overview_sql.PRODUCTS, {"org": organisation.pk})
        return [ProductFigures(*row) for row in cursor.fetchall()]


def _line(of: ProductFigures) -> ProductLine:
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


def _whole(organisation: Organisation, figures: Sequence[ProductFigures]) -> Counter:
    return organisation_counter(
        whole_id=organisation.pk,
        stock=sum(each.stock for each in figures),
        used=sum(each.used for each in figures),
        capacity=sum(each.capacity for each in figures),
        available=sum(each.available for each in figures),
        unlimited=any(each.unlimited for each in figures),
    )


def _chart(organisation: Organisation, figures: Sequence[ProductFigures]) -> Chart:
    unlimited = sum(each.without_limit for each in figures)
    return organisation_chart(
        organisation,
        used=sum(each.used for each in figures) - unlimited,
        capacity=sum(each.capacity for each in figures),
        unlimited=unlimited,
    )


def _first_steps(organisation: Organisation, figures: Sequence[ProductFigures]) -> FirstSteps:
    return FirstSteps(
        product=figures[0] if figures else None,
        has_seats=any(each.stock or each.capacity or each.unlimited for each in figures),
        # Where seats are in use, somebody has them.
        has_team=any(each.used for each in figures)
        or Allocation.objects.for_org(organisation).exists(),
    )
