"""The teams that draw on a product, each with its pool and what it uses."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from seats.counters import Counter, allocation_counter
from seats.models import Allocation
from seats.querysets import AllocationQuerySet

TEAMS = Listing(
    id="teams",
    fragment="seats/_product_team_list.html",
    first="name",
    prefix="teams-",
    columns=(
        Column(name="name", label=_("Team"), by="team__search"),
        Column(name="pool", label=_("Pool"), by="pool__search"),
        Column(name="used", label=_("In use"), by="used", kind="number", descends=True),
    ),
    most=20,
)


@dataclass(frozen=True, kw_only=True)
class TeamOfProduct:
    """A team that draws on a pool of the product."""

    allocation: Allocation
    counter: Counter


def product_teams(allocations: AllocationQuerySet, query: QueryDict) -> ListPage[TeamOfProduct]:
    """Return the page of `allocations`, all of one product, that the address asks for."""
    return list_page(allocations, TEAMS.asked(query), _dressed)


def _dressed(ids: list[UUID]) -> dict[UUID, TeamOfProduct]:
    current = Q(pool__allocations__ended_at__isnull=True)
    drawing = Count("pool__allocations", filter=current)
    found = Allocation.objects.select_related("team", "pool").annotate(drawing=drawing)
    return {pk: _team(allocation) for pk, allocation in found.in_bulk(ids).items()}


def _team(allocation: Any) -> TeamOfProduct:
    # Any: it carries `drawing`, how many teams draw on the pool.
    counter = allocation_counter(
        allocation_id=allocation.pk,
        used=allocation.used,
        cap=allocation.cap,
        pool_used=allocation.pool.used,
        pool_capacity=allocation.pool.capacity,
        shared=allocation.drawing > 1,
    )
    return TeamOfProduct(allocation=allocation, counter=counter)
