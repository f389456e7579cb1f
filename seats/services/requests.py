"""Requests: a manager asks for more seats, an admin approves or declines."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from orgs.models import Member
from orgs.words import grouped
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import AlreadyAsked, AlreadyDecided
from seats.models import Product, SeatRequest
from seats.services.allocation import Allocated, allocate
from seats.services.locks import check_seats, lock_product
from seats.services.telling import tell_admins, tell_asker
from teams.models import Team
from teams.services import lock_team

# Whoever wants to hear that a request was made or decided, in the transaction that does it; an app
# that stands above this one names its own as it starts.
HEARERS: list[Callable[[SeatRequest], None]] = []


@atomically
def ask(*, actor: Member, team: Team, product: Product, seats: int, reason: str) -> SeatRequest:
    """Ask for more seats of a product for a team.

    Raises InvalidSeats, Archived, or AlreadyAsked while a request for the same is open.
    """
    check_seats(seats)
    lock_team(team)
    lock_product(product)
    _refuse_second(team, product)
    asked = SeatRequest.objects.create(
        organisation_id=actor.organisation_id,
        team=team,
        product=product,
        seats=seats,
        reason=reason,
        asked_by=actor,
        asked_at=clock.now(),
    )
    tell_admins(asked)
    _let_hear(asked)
    return asked


@atomically
def approve(*, actor: Member, request: SeatRequest, answer: str = "") -> Allocated:
    """Allocate what was asked for, booked as such. Raises AlreadyDecided and as `allocate` does."""
    locked = _decide(actor, request, SeatRequest.Status.APPROVED, answer)
    reason = _("request of %(name)s: %(reason)s")
    return allocate(
        actor=actor,
        team=locked.team,
        product=locked.product,
        seats=locked.seats,
        reason=(reason % {"name": locked.asked_by, "reason": locked.reason})[:500],
    )


@atomically
def decline(*, actor: Member, request: SeatRequest, answer: str = "") -> SeatRequest:
    """Decline a request with a word. Raises AlreadyDecided."""
    return _decide(actor, request, SeatRequest.Status.DECLINED, answer)


@atomically
def note_answers_seen(*, actor: Member) -> None:
    """Note that whoever asked has read the answers there are."""
    unseen = SeatRequest.objects.for_org(actor.organisation_id).answers_unseen_by(actor)
    unseen.update(answer_seen_at=clock.now())


def _refuse_second(team: Team, product: Product) -> None:
    # Under the lock on the product, so a form sent twice asks once.
    waiting = SeatRequest.objects.undecided().filter(team=team, product=product).first()
    if waiting:
        detail = _("%(who)s asked for %(seats)s seats. Wait for the answer to it.")
        numbers = {"who": waiting.asked_by, "seats": grouped(waiting.seats)}
        raise AlreadyAsked(detail % numbers, asked=waiting.seats)


def _decide(
    actor: Member, request: SeatRequest, status: SeatRequest.Status, answer: str
) -> SeatRequest:
    rows = SeatRequest.objects.for_org(actor.organisation_id).select_for_update(no_key=True)
    locked = rows.get(pk=request.pk)
    if locked.status != SeatRequest.Status.OPEN:
        detail = _("%(name)s answered it: %(status)s.")
        status_now = locked.get_status_display()
        raise AlreadyDecided(detail % {"name": locked.decided_by, "status": status_now})
    locked.status, locked.answer = status, answer
    locked.decided_by, locked.decided_at = actor, clock.now()
    locked.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    tell_asker(locked)
    _let_hear(locked)
    return locked


def _let_hear(request: SeatRequest) -> None:
    for hear in HEARERS:
        hear(request)
