"""Ending enrolments before their end, and moving the end."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import CannotEnd
from seats.models import Enrolment
from seats.services import ledger
from seats.services.expiry import expire
from seats.services.ledger import EndReason, Kind, Movement, book
from seats.services.locks import lock_pool, lock_pools
from seats.services.selection import check_many
from seats.services.terms import check_last_day


@atomically
def revoke(*, actor: Member, enrolment: Enrolment, reason: str = "") -> Enrolment:
    """End one enrolment; its seat is free at once (rule 13).

    One that has ended already is answered as it is.
    """
    end_all(actor=actor, enrolments=[enrolment], end_reason=EndReason.REVOKED, reason=reason)
    return Enrolment.objects.get(pk=enrolment.pk)


@atomically
def revoke_many(*, actor: Member, enrolments: Sequence[Enrolment], reason: str = "") -> int:
    """End several enrolments in one step; answers how many were live. Raises TooManySelected."""
    if enrolments:
        check_many(enrolments)
    return end_all(actor=actor, enrolments=enrolments, end_reason=EndReason.REVOKED, reason=reason)


def end_all(
    *, actor: Member, enrolments: Sequence[Enrolment], end_reason: EndReason, reason: str
) -> int:
    """End those that are live, in whatever pools; answers how many. For services only.

    What is past its end has expired, though nobody booked it yet: one that is not reusable keeps
    its seat then, whoever comes first.
    """
    if not enrolments:
        return 0
    ids = [enrolment.pk for enrolment in enrolments]
    lock_pools(actor.organisation_id, [enrolment.pool_id for enrolment in enrolments])
    expire(Enrolment.objects.for_org(actor.organisation_id).filter(pk__in=ids))
    ended = ledger.free_seats(
        actor=actor,
        organisation_id=actor.organisation_id,
        enrolments=ids,
        end_reason=end_reason,
        reason=reason,
    )
    return len(ended)


@atomically
def extend(
    *, actor: Member, enrolment: Enrolment, expires_at: datetime | None, reason: str = ""
) -> Enrolment:
    """Move the end of a live enrolment; None lets it never end.

    Raises CannotEnd where it has ended, or the new end is not in the future, and InvalidTerms.
    """
    check_last_day(expires_at and expires_at.astimezone(UTC).date())
    pool = lock_pool(enrolment.pool)
    locked = Enrolment.objects.for_org(actor.organisation_id).locked().get(pk=enrolment.pk)
    if locked.ended_at or (locked.expires_at and locked.expires_at <= clock.now()):
        raise CannotEnd(_("It has ended. Enrol again instead."))
    if expires_at is not None and expires_at <= max(clock.now(), locked.started_at):
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
