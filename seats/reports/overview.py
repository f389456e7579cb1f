"""The whole organisation at a glance: sums, products, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass

from orgs.models import Organisation
from seats.counters import Counter
from seats.models import Allocation
from seats.reports import overview_sql
from seats.reports.attention import Attention, attention
from seats.reports.charts import Chart
from seats.reports.product_figures import (
    ProductFigures,
    ProductLine,
    chart_of,
    most_in_need,
    product_line,
    whole,
)
from seats.services.ledger_sql import run


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
    return Overview(
        counter=whole(organisation, figures),
        chart=chart_of(organisation, figures),
        products=[product_line(each) for each in most_in_need(figures)],
        count=sum(each.counts for each in figures),
        attention=attention(organisation, all_of=all_of),
        steps=_first_steps(organisation, figures),
    )


def _figures(organisation: Organisation) -> list[ProductFigures]:
    rows = run(overview_sql.PRODUCTS, {"org": organisation.pk}, many=False)
    return [ProductFigures(*row) for row in rows]


def _first_steps(organisation: Organisation, figures: Sequence[ProductFigures]) -> FirstSteps:
    return FirstSteps(
        product=figures[0] if figures else None,
        has_seats=any(each.stock or each.capacity or each.unlimited for each in figures),
        # Where seats are in use, somebody has them.
        has_team=any(each.used for each in figures)
        or Allocation.objects.for_org(organisation).exists(),
    )
