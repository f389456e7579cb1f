"""Ending enrolments before their end, and moving the end."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import CannotEnd
from seats.models import Enrolment
from seats.services import ledger
from seats.services.ledger import EndReason, Kind, Movement, book
from seats.services.locks import lock_pool, lock_pools


@atomically
def revoke(*, actor: Member, enrolment: Enrolment, reason: str = "") -> Enrolment:
    """End one enrolment; its seat is free at once (rule 13).

    One that has ended already is answered as it is.
    """
    end_all(actor=actor, enrolments=[enrolment], end_reason=EndReason.REVOKED, reason=reason)
    return Enrolment.objects.get(pk=enrolment.pk)


@atomically
def revoke_many(*, actor: Member, enrolments: Sequence[Enrolment], reason: str = "") -> int:
    """End several enrolments in one step; answers how many were live."""
    return end_all(actor=actor, enrolments=enrolments, end_reason=EndReason.REVOKED, reason=reason)


def end_all(
    *, actor: Member, enrolments: Sequence[Enrolment], end_reason: EndReason, reason: str
) -> int:
    """End those that are live, in whatever pools; answers how many. For services only."""
    if not enrolments:
        return 0
    lock_pools(actor.organisation_id, [enrolment.pool_id for enrolment in enrolments])
    ended = ledger.free_seats(
        actor=actor,
        organisation_id=actor.organisation_id,
        enrolments=[enrolment.pk for enrolment in enrolments],
        end_reason=end_reason,
        reason=reason,
    )
    return len(ended)


@atomically
def extend(
    *, actor: Member, enrolment: Enrolment, expires_at: datetime | None, reason: str = ""
) -> Enrolment:
    """Move the end of a live enrolment; None lets it never end.

    Raises CannotEnd where it has ended, or the new end is not in the future.
    """
    pool = lock_pool(enrolment.pool)
    locked = Enrolment.objects.for_org(actor.organisation_id).locked().get(pk=enrolment.pk)
    if locked.ended_at or (locked.expires_at and locked.expires_at <= clock.now()):
        raise CannotEnd(_("It has ended. Enrol again instead."))
    if expires_at is not None and expires_at <= clock.now():
        raise CannotEnd(_("Give a day that is still to come, or revoke the enrolment."))
    locked.expires_at = expires_at
    locked.save(update_fields=["expires_at"])
    movement = Movement(
        kind=Kind.EXTENDED,
        product=pool.product,
        pool=pool,
        team=locked.team,
        enrolment=locked,
    )
    book(movement, actor=actor, reason=reason)
    return locked
