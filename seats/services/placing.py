"""Placing: seats for enrolments that were there before, each keeping its end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from orgs.models import Member
from seats.models import Allocation, Enrolment
from seats.services import ledger
from seats.services.enrolment import room_in, why_full


@dataclass(frozen=True)
class Placement:
    """The enrolment that was, and the allocation whose seat its member takes."""

    enrolment: Enrolment
    allocation: Allocation

    def place(self) -> ledger.Place:
        before, allocation = self.enrolment, self.allocation
        is_same = before.pool_id == allocation.pool_id
        return ledger.Place(
            allocation_id=allocation.pk,
            member_id=before.member_id,
            expires_at=before.expires_at,
            # The terms are those of the pool when its seat was taken.
            reusable=before.reusable if is_same else allocation.pool.reusable,
        )


def place_all(*, actor: Member, places: Sequence[Placement], reason: str) -> list[UUID]:
    """Give each a seat, or none: their pools are locked. Answers the new enrolments' ids.

    Raises NoSeatsLeft or CapReached, with the numbers. For services only.
    """
    _check_room(actor.organisation_id, Counter(each.allocation.pk for each in places))
    return ledger.place(
        actor=actor,
        organisation_id=actor.organisation_id,
        places=[each.place() for each in places],
        reason=reason,
    )


def _check_room(organisation_id: UUID, wanted: Counter[UUID]) -> None:
    # Read anew: seats may have been freed since the pools were locked.
    rows = Allocation.objects.for_org(organisation_id).filter(pk__in=wanted)
    sums = Counter[UUID]()
    for allocation in rows.select_related("pool").order_by("pk"):
        pool, seats = allocation.pool, wanted[allocation.pk]
        room = room_in(pool, allocation)
        if room is not None and seats > room:
            raise why_full(pool, allocation, seats)
        # Several teams may take seats of one pool at once.
        sums[pool.pk] += seats
        if pool.capacity is not None and pool.used + sums[pool.pk] > pool.capacity:
            raise why_full(pool, allocation, sums[pool.pk])
