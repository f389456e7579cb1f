"""Lists of pools: all of them, and those of a product."""

from uuid import UUID

from django.db.models import F, IntegerField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from seats.models import Pool
from seats.querysets import PoolQuerySet
from seats.reports.pools import PoolRow, pool_rows

AVAILABLE = Column(
    name="available",
    label=_("Available"),
    by=Cast(F("capacity"), IntegerField()) - Cast(F("used"), IntegerField()),
    kind="number",
    has_nulls=True,
)
CAPACITY = Column(
    name="capacity",
    label=_("Capacity"),
    by="capacity",
    kind="number",
    has_nulls=True,
    descends=True,
)
POOLS = Listing(
    id="pools",
    fragment="seats/_pool_list.html",
    first="name",
    columns=(
        Column(name="name", label=_("Pool"), by="search"),
        Column(name="teams", label=_("Teams")),
        Column(name="kind", label=_("Kind")),
        Column(
            name="used",
            label=_("In use"),
            by="used",
            kind="number",
            descends=True,
            beside=(AVAILABLE, CAPACITY),
        ),
    ),
)


def pool_list(pools: PoolQuerySet, query: QueryDict) -> ListPage[PoolRow]:
    """Return the page of pools that the address asks for."""
    return list_page(pools, POOLS.asked(query), _dressed)


def _dressed(ids: list[UUID]) -> dict[UUID, PoolRow]:
    return {row.pool.pk: row for row in pool_rows(Pool.objects.filter(pk__in=ids))}
