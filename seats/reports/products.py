"""Products as screens show them: what was issued, what is in stock, what its pools give."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Greatest
from django.http import QueryDict

from orgs.listing import ListPage
from seats.counters import Counter, Totals, product_counter
from seats.models import LedgerEntry, Product
from seats.querysets import AllocationQuerySet, PoolQuerySet
from seats.reports.charts import Chart, product_chart
from seats.reports.history import Event, events
from seats.reports.pool_list import pool_list
from seats.reports.pools import PoolRow
from seats.reports.product_teams import TeamOfProduct, product_teams

LATEST = 10


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """A product with its figures; `pools` are those that are open."""

    product: Product
    counter: Counter
    pools: int

    @property
    def totals(self) -> Totals:
        assert self.counter.totals is not None
        return self.counter.totals

    @property
    def is_unlimited(self) -> bool:
        return self.counter.capacity is None


@dataclass(frozen=True, kw_only=True)
class ProductPage:
    row: ProductRow
    pools: ListPage[PoolRow]
    teams: ListPage[TeamOfProduct]
    chart: Chart
    history: list[Event]

    @property
    def topics(self) -> list[str]:
        rows = [*self.pools, *self.teams]
        return [self.row.counter.topic, *(row.counter.topic for row in rows)]


def product_page(
    product: Product, pools: PoolQuerySet, drawing: AllocationQuerySet, query: QueryDict
) -> ProductPage:
    """Report one product, with a page of its `pools` and one of the teams `drawing` on them."""
    moved = LedgerEntry.objects.filter(product=product, pool__isnull=True).order_by("-seq")
    return ProductPage(
        row=product_rows(Product.objects.filter(pk=product.pk))[0],
        pools=pool_list(pools, query),
        teams=product_teams(drawing, query),
        chart=product_chart(product),
        history=events(moved, LATEST),
    )


def product_rows(products: QuerySet[Product] | Iterable[Product]) -> list[ProductRow]:
    """Return the rows of some products, in their order, by one query."""
    assert isinstance(products, QuerySet)
    limited = Q(pools__archived_at__isnull=True, pools__capacity__isnull=False)
    return [
        _row(product)
        for product in products.annotate(
            used=Sum("pools__used", default=0),
            allocated=Sum("pools__capacity", default=0),
            free=Sum(
                Greatest(0, F("pools__capacity") - F("pools__used")), filter=limited, default=0
            ),
            unlimited=Count("pools", filter=Q(pools__capacity__isnull=True)),
            open_pools=Count("pools", filter=Q(pools__archived_at__isnull=True)),
        )
    ]


def _row(product: Any) -> ProductRow:
    counter = product_counter(
        product_id=product.pk,
        stock=product.stock,
        used=product.used,
        capacity=product.allocated,
        available=product.free,
        unlimited=bool(product.unlimited),
    )
    return ProductRow(
        product=product,
        counter=counter,
        pools=product.open_pools,
    )
