"""Moving enrolments: members go from one team to another, and their seats with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import CannotMove, NotAllocated
from seats.models import Allocation, Enrolment, Product
from seats.services.expiry import expire
from seats.services.ledger import EndReason
from seats.services.locks import lock_pools, moment_of_lock
from seats.services.placing import Placement, place_all
from seats.services.revocation import end_all
from seats.services.selection import check_many, people_of
from teams.models import Team
from teams.services import admit, check_open, dismiss, hold_learners

LONGEST_REASON = 500


class Fate(StrEnum):
    """What becomes of one enrolment."""

    MOVES = "moves"
    ENDED = "ended"
    THERE = "there"
    HOLDS = "holds"
    NO_POOL = "no_pool"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One enrolment, and the allocation of the target team whose seat it takes."""

    enrolment: Enrolment
    fate: Fate
    allocation: Allocation | None = None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How many enrolments moved, and how many memberships of other teams ended with it."""

    target: Team
    moved: int
    left: int


def preview(*, actor: Member, enrolments: Sequence[Enrolment], target: Team) -> list[Line]:
    """Say what `move` would do to each; changes nothing. Raises Archived.

    Whether the seats suffice is seen when all are counted together.
    """
    del actor  # the same call as `move`
    check_open(target)
    current = Allocation.objects.current().of_team(target).select_related("pool__product")
    allocations = {each.product_id: each for each in current}
    held = _held_in(allocations.values(), enrolments)
    return [_line(each, target, allocations, held) for each in enrolments]


@atomically
def move(
    *,
    actor: Member,
    enrolments: Sequence[Enrolment],
    target: Team,
    leave: bool = False,
    reason: str = "",
) -> Moved:
    """Move live enrolments to another team, all or none: each takes a seat of the target's pool
    of the same product, keeps its end, and gives the old seat back.

    With `leave`, learners whom no enrolment keeps in their old team leave it. Raises CannotMove,
    NotAllocated, NoSeatsLeft, CapReached, Archived or TooManySelected.
    """
    check_many(enrolments)
    target = admit(actor=actor, team=target, members=sorted({e.member_id for e in enrolments}))
    left = _leave_behind(actor, enrolments, target) if leave else 0
    locked = _lock(actor.organisation_id, enrolments, target)
    with clock.telling(clock.told() or moment_of_lock()):
        lines = preview(actor=actor, enrolments=locked, target=target)
        _refuse_others(lines, target)
        words = _reason(target, reason)
        end_all(actor=actor, enrolments=locked, end_reason=EndReason.REVOKED, reason=words)
        places = [Placement(line.enrolment, line.allocation) for line in lines if line.allocation]
        place_all(actor=actor, places=places, reason=words)
    return Moved(target=target, moved=len(lines), left=left)


def _held_in(
    allocations: Iterable[Allocation], enrolments: Sequence[Enrolment]
) -> set[tuple[UUID, UUID]]:
    """Return who holds a seat already, of the pools that the target draws on."""
    live = Enrolment.objects.live().filter(
        pool__in={each.pool_id for each in allocations},
        member__in={each.member_id for each in enrolments},
    )
    return set(live.values_list("pool_id", "member_id"))


def _line(
    enrolment: Enrolment,
    target: Team,
    allocations: dict[UUID, Allocation],
    held: set[tuple[UUID, UUID]],
) -> Line:
    allocation = allocations.get(enrolment.pool.product_id)
    if enrolment.ended_at or (enrolment.expires_at and enrolment.expires_at <= clock.now()):
        return Line(enrolment=enrolment, fate=Fate.ENDED)
    if enrolment.team_id == target.pk:
        return Line(enrolment=enrolment, fate=Fate.THERE)
    if allocation is None:
        return Line(enrolment=enrolment, fate=Fate.NO_POOL)
    place = (allocation.pool_id, enrolment.member_id)
    if allocation.pool_id != enrolment.pool_id and place in held:
        return Line(enrolment=enrolment, fate=Fate.HOLDS)
    held.add(place)
    return Line(enrolment=enrolment, fate=Fate.MOVES, allocation=allocation)


def _leave_behind(actor: Member, enrolments: Sequence[Enrolment], target: Team) -> int:
    # The memberships are held before it is asked what else is enrolled through them.
    teams = {each.team_id for each in enrolments} - {target.pk}
    places = hold_learners(actor.organisation_id, teams, {each.member_id for each in enrolments})
    others = Enrolment.objects.unended().filter(team__in=teams)
    staying = others.filter(member__in={each.member_id for each in places}).exclude(
        pk__in=[each.pk for each in enrolments]
    )
    stays = set(staying.values_list("team_id", "member_id"))
    moving = {(each.team_id, each.member_id) for each in enrolments}
    return dismiss(
        actor=actor,
        learners=[
            place
            for place in places
            if (key := (place.team_id, place.member_id)) in moving and key not in stays
        ],
    )


def _lock(organisation_id: UUID, enrolments: Sequence[Enrolment], target: Team) -> list[Enrolment]:
    # With the products held, no allocation of the target's ends or begins.
    ids = [each.pk for each in enrolments]
    rows = Enrolment.objects.for_org(organisation_id).filter(pk__in=ids)
    products = list(Product.objects.filter(pk__in=rows.values("pool__product")).locked())
    current = Allocation.objects.current().of_team(target).filter(product__in=products)
    drawn = set(current.values_list("pool_id", flat=True))
    lock_pools(organisation_id, drawn | {each.pool_id for each in enrolments})
    expire(Enrolment.objects.for_org(organisation_id).filter(Q(pk__in=ids) | Q(pool__in=drawn)))
    return list(rows.select_related("member", "pool", "team").order_by("pk"))


def _refuse_others(lines: Sequence[Line], target: Team) -> None:
    reasons = {
        Fate.ENDED: _("Ended already: %(names)s."),
        Fate.THERE: _("In %(team)s already: %(names)s."),
        Fate.HOLDS: _("Hold a seat of that pool already: %(names)s."),
    }
    for fate, words in reasons.items():
        stopped = [line.enrolment for line in lines if line.fate is fate]
        if stopped:
            raise CannotMove(words % {"team": target, "names": people_of(stopped)})
    for line in lines:
        if line.fate is Fate.NO_POOL:
            facts = {"team": target, "product": line.enrolment.pool.product}
            raise NotAllocated(_("%(team)s has no pool of %(product)s.") % facts)


def _reason(target: Team, reason: str) -> str:
    words = _("moved to %(team)s") % {"team": target}
    return (f"{words}: {reason}" if reason else words)[:LONGEST_REASON]
