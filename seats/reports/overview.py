"""The whole organisation at a glance: sums, products, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from orgs.models import Organisation
from seats.counters import Counter, Totals, organisation_counter, product_counter
from seats.models import Allocation
from seats.reports import overview_sql
from seats.reports.attention import Attention, attention
from seats.reports.charts import Chart, organisation_chart

MOST_PRODUCTS = 12
URGENCY = {"over": 0, "full": 1, "low": 2}


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


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductLine:
    """A product in the table; `pools` are those that are open."""

    id: UUID
    code: str
    name: str
    is_archived: bool
    counter: Counter
    totals: Totals
    used_without_limit: int
    pools: int

    @property
    def counts(self) -> bool:
        """Whether it belongs in the table: an archived one only while seats are used."""
        return not self.is_archived or self.counter.used > 0

    @property
    def need(self) -> tuple[int, int]:
        """Those in trouble come first, then those of which most is used."""
        return (URGENCY.get(self.counter.state, len(URGENCY)), -self.counter.used)


@dataclass(frozen=True, kw_only=True)
class FirstSteps:
    """How far a new organisation has come; its first product is the one to issue seats of."""

    product: ProductLine | None
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
    lines = _products(organisation)
    counting = [line for line in lines if line.counts]
    return Overview(
        counter=_whole(organisation, lines),
        chart=_chart(organisation, lines),
        products=sorted(counting, key=lambda line: line.need)[:MOST_PRODUCTS],
        count=len(counting),
        attention=attention(organisation, all_of=all_of),
        steps=_first_steps(organisation, lines),
    )


def _products(organisation: Organisation) -> list[ProductLine]:
    with connection.cursor() as cursor:
        cursor.execute(overview_sql.PRODUCTS, {"org": organisation.pk})
        return [_line(ProductFigures(*row)) for row in cursor.fetchall()]


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
        used_without_limit=of.without_limit,
        pools=of.pools,
    )


def _whole(organisation: Organisation, lines: Sequence[ProductLine]) -> Counter:
    return organisation_counter(
        whole_id=organisation.pk,
        stock=sum(line.totals.stock for line in lines),
        used=sum(line.counter.used for line in lines),
        capacity=sum(line.totals.allocated for line in lines),
        available=sum(line.totals.free for line in lines),
        unlimited=any(line.counter.capacity is None for line in lines),
    )


def _chart(organisation: Organisation, lines: Sequence[ProductLine]) -> Chart:
    unlimited = sum(line.used_without_limit for line in lines)
    return organisation_chart(
        organisation,
        used=sum(line.counter.used for line in lines) - unlimited,
        capacity=sum(line.totals.allocated for line in lines),
        unlimited=unlimited,
    )


def _first_steps(organisation: Organisation, lines: Sequence[ProductLine]) -> FirstSteps:
    return FirstSteps(
        product=lines[0] if lines else None,
        has_seats=any(line.totals.issued or line.counter.capacity is None for line in lines),
        # Where seats are in use, somebody has them.
        has_team=any(line.counter.used for line in lines)
        or Allocation.objects.for_org(organisation).exists(),
    )
