"""Enrolling: one person or ten thousand, never more than there are seats."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.errors import Refusal, spelled
from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import CapReached, NoSeatsLeft, NotAllocated, NotInTeam, TermsOver
from seats.models import Allocation, Enrolment, Pool
from seats.services import ledger
from seats.services.expiry import expire_in_pool
from seats.services.locks import (
    lock_allocation,
    lock_memberships,
    lock_pool,
    moment_of_lock,
)


class Outcome(StrEnum):
    ENROLLED = "enrolled"
    ALREADY = "already_enrolled"
    NO_SEAT = "no_seat"


class Mode(StrEnum):
    ALL = "all"
    FILL = "fill"


@dataclass(frozen=True)
class Line:
    """What became of one member; `expires_at` is UTC, None for never."""

    member_id: UUID
    outcome: Outcome
    enrolment_id: UUID | None = None
    expires_at: datetime | None = None


def enrol(
    *,
    actor: Member,
    allocation: Allocation,
    members: Sequence[UUID],
    mode: Mode = Mode.ALL,
    reason: str = "",
) -> list[Line]:
    """Enrol members of the allocation's team; answers a line for each, in the order given.

    `members` are ids; one given twice is answered once. All or none, unless `mode` is FILL: then
    those who fit, first come first served. Raises CannotEnrol (NoSeatsLeft, CapReached, TermsOver,
    NotAllocated, NotInTeam) or Archived.
    """
    if not members:
        return []
    members = list(dict.fromkeys(members))
    taken = ledger.take_seats(actor=actor, allocation=allocation, members=members, reason=reason)
    if _is_settled(taken):
        return [_line(each) for each in taken]
    return _enrol_under_lock(
        actor=actor, allocation=allocation, members=members, mode=mode, reason=reason
    )


def _is_settled(taken: Sequence[ledger.Taken]) -> bool:
    return all(each.enrolment_id for each in taken)


def _line(taken: ledger.Taken) -> Line:
    if taken.enrolment_id is None:
        return Line(taken.member_id, Outcome.NO_SEAT)
    outcome = Outcome.ENROLLED if taken.is_new else Outcome.ALREADY
    return Line(taken.member_id, outcome, taken.enrolment_id, taken.expires_at)


@atomically
def _enrol_under_lock(
    *,
    actor: Member,
    allocation: Allocation,
    members: Sequence[UUID],
    mode: Mode,
    reason: str,
) -> list[Line]:
    # The quick way did not succeed. With the pool held still, let go of what has expired, try once
    # more with as many as there is room for, and say why not. One moment for all of it: what has
    # expired by one clock must not be waiting still by another.
    belonging = lock_memberships(allocation.team_id, members)
    pool = lock_pool(allocation.pool)
    with clock.telling(clock.told() or moment_of_lock()):
        if expire_in_pool(pool):
            pool.refresh_from_db()
        held = _held(pool, members)
        fresh = _who_fits(pool, lock_allocation(allocation), members, held, mode)
        taken = ledger.take_seats(actor=actor, allocation=allocation, members=fresh, reason=reason)
    if not _is_settled(taken):
        raise _why_not(pool, outsiders=len(set(fresh) - belonging))
    lines = held | {each.member_id: _line(each) for each in taken}
    return [lines.get(member, Line(member, Outcome.NO_SEAT)) for member in members]


def _held(pool: Pool, members: Sequence[UUID]) -> dict[UUID, Line]:
    """Answer for those who hold a seat of the pool, through whichever team (rule 10)."""
    enrolments = Enrolment.objects.for_org(pool.organisation_id).unended()
    held = enrolments.filter(pool=pool, member__in=members)
    return {
        member: Line(member, Outcome.ALREADY, enrolment, expires_at)
        for member, enrolment, expires_at in held.values_list("member_id", "pk", "expires_at")
    }


def _who_fits(
    pool: Pool,
    allocation: Allocation,
    members: Sequence[UUID],
    held: Container[UUID],
    mode: Mode,
) -> list[UUID]:
    """Choose who gets a seat, of those who hold none, in the order given."""
    if allocation.ended_at:
        raise NotAllocated(_("%(pool)s is no longer available to the team.") % {"pool": pool})
    fresh = [member for member in members if member not in held]
    room = room_in(pool, allocation)
    fits = fresh if room is None else fresh[:room]
    if mode is Mode.ALL and len(fits) < len(fresh):
        raise why_full(pool, allocation, len(fresh))
    return fits


def room_in(pool: Pool, allocation: Allocation) -> int | None:
    """Return how many seats the team may still take, None for no end."""
    limits = []
    if pool.capacity is not None:
        limits.append(pool.capacity - pool.used)
    if allocation.cap is not None:
        limits.append(allocation.cap - allocation.used)
    return max(0, min(limits)) if limits else None


def why_full(pool: Pool, allocation: Allocation, wanted: int) -> Refusal:
    """Return the refusal for more seats than a team may take of a pool, with the numbers."""
    if pool.capacity is None or pool.used + wanted <= pool.capacity:
        cap = allocation.cap or 0
        left = max(0, cap - allocation.used)
        detail = ngettext(
            "%(wanted)s seat is needed and the team may take %(left)s more of its %(cap)s.",
            "%(wanted)s seats are needed and the team may take %(left)s more of its %(cap)s.",
            wanted,
        )
        numbers = {"wanted": wanted, "left": left, "cap": cap}
        return CapReached(detail % spelled(**numbers), needed=wanted, available=left, cap=cap)
    left = max(0, pool.capacity - pool.used)
    detail = ngettext(
        "%(wanted)s seat is needed and the pool has %(left)s left. Ask for more, or free one.",
        "%(wanted)s seats are needed and the pool has %(left)s left. Ask for more, or free some.",
        wanted,
    )
    return NoSeatsLeft(
        detail % spelled(wanted=wanted, left=left),
        needed=wanted,
        available=left,
        capacity=pool.capacity,
    )


def _why_not(pool: Pool, *, outsiders: int) -> Refusal:
    if outsiders:
        return NotInTeam(_("Add them to the team first."), not_in_team=outsiders)
    return terms_over(pool)


def terms_over(pool: Pool) -> TermsOver:
    """Return the refusal of a pool whose last day has passed."""
    return TermsOver(
        _("Enrolments ended on %(date)s. Change the pool's terms to enrol again.")
        % {"date": pool.terms_date},
        last_day=pool.terms_date,
    )
