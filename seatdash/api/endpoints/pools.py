"""Pools: what they hold, and seats more or fewer."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from seatdash.api.application import router
from seatdash.api.door import Scoped
from seatdash.api.finding import caller_of, pool_of_id
from seatdash.api.reading import pools_told
from seatdash.api.schemas.lists import Listed, Page, page_of
from seatdash.api.schemas.moves import IncrementIn, IncrementOut
from seatdash.api.schemas.things import PoolOut, TeamRef
from seats.models import Pool
from seats.services.allocation import increment
from seats.services.taking import take_away

pools = router()


@pools.get("", auth=Scoped("read"), response=Listed[PoolOut], summary="List pools")
def list_pools(request: HttpRequest, page: Page) -> Any:
    rows = Pool.objects.for_org(caller_of(request).organisation_id).select_related("product")
    return page_of(rows, page, pools_told)


@pools.get("/{uuid:pool_id}", auth=Scoped("read"), response=PoolOut, summary="One pool")
def show_pool(request: HttpRequest, pool_id: UUID) -> Any:
    return pools_told([pool_of_id(caller_of(request).organisation_id, pool_id)])[0]


@pools.post(
    "/{uuid:pool_id}/increment",
    auth=Scoped("provision", keyed=True),
    response=IncrementOut,
    summary="Add seats to a pool, or take some away",
)
def increment_pool(request: HttpRequest, pool_id: UUID, change: IncrementIn) -> Any:
    """Seats come out of stock, and what it lacks is issued; seats taken away go back to it.

    Capacity may go below what is in use: enrolments keep their access, and new ones are refused
    until use falls.
    """
    caller = caller_of(request)
    found = pool_of_id(caller.organisation_id, pool_id)
    if change.seats < 0:
        taken = take_away(actor=caller.actor, pool=found, seats=-change.seats, reason=change.reason)
        return _told(taken.pool, change.seats)
    added = increment(actor=caller.actor, pool=found, seats=change.seats, reason=change.reason)
    return _told(added.pool, change.seats, added.issued)


def _told(pool: Pool, seats: int, issued: int = 0) -> IncrementOut:
    (told,) = pools_told([pool])
    several = told.teams if len(told.teams) > 1 else []
    return IncrementOut(
        pool=told,
        seats=seats,
        issued=issued,
        shared_with=[TeamRef.model_validate(team, from_attributes=True) for team in several],
    )
