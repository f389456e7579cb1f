"""Pools and enrolments as callers see them, many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from seatdash.api.schemas.things import (
    EnrolmentOut,
    MemberRef,
    PoolOut,
    ProductRef,
    TeamOfPool,
    TeamRef,
    TermsOut,
    status_of,
)
from seats import clock
from seats.models import Allocation, Enrolment, Pool
from seats.services.enrolment import room_in


def pools_told(pools: Sequence[Pool]) -> list[PoolOut]:
    """Tell of pools (with their products), and of who draws on them."""
    drawing = Allocation.objects.current().drawing_on([pool.pk for pool in pools])
    by_pool: dict[UUID, list[Allocation]] = defaultdict(list)
    for allocation in drawing.select_related("team").order_by("team__search", "pk"):
        by_pool[allocation.pool_id].append(allocation)
    return [_pool(pool, by_pool[pool.pk]) for pool in pools]


def _pool(pool: Pool, drawing: Iterable[Allocation]) -> PoolOut:
    capacity, used = pool.capacity, pool.used
    return PoolOut(
        id=pool.pk,
        name=pool.name,
        product=ProductRef.model_validate(pool.product, from_attributes=True),
        capacity=capacity,
        used=used,
        available=None if capacity is None else max(0, capacity - used),
        over_committed=0 if capacity is None else max(0, used - capacity),
        terms=TermsOut.of(pool),
        teams=[_team(pool, allocation) for allocation in drawing],
        cloned_from=pool.cloned_from_id,
        archived_at=pool.archived_at,
        created_at=pool.created_at,
    )


def _team(pool: Pool, allocation: Allocation) -> TeamOfPool:
    team = allocation.team
    return TeamOfPool(
        id=team.pk,
        external_id=team.external_id,
        name=team.name,
        cap=allocation.cap,
        used=allocation.used,
        available=room_in(pool, allocation),
    )


def enrolments_told(ids: Sequence[UUID]) -> list[EnrolmentOut]:
    """Tell of enrolments by their ids, in that order."""
    related = Enrolment.objects.select_related("member", "team", "pool__product")
    found = related.in_bulk(ids)
    return [_enrolment(found[each]) for each in ids]


def _enrolment(enrolment: Enrolment) -> EnrolmentOut:
    return EnrolmentOut.model_validate(
        {
            "id": enrolment.pk,
            "status": status_of(enrolment, clock.now()),
            "member": MemberRef.model_validate(enrolment.member, from_attributes=True),
            "team": TeamRef.of(enrolment.team),
            "product": ProductRef.model_validate(enrolment.pool.product, from_attributes=True),
            "pool_id": enrolment.pool_id,
            "started_at": enrolment.started_at,
            "expires_at": enrolment.expires_at,
            "ended_at": enrolment.ended_at,
            "end_reason": enrolment.end_reason or None,
        }
    )
