"""Moving the ends of many enrolments in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from orgs.errors import spelled
from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import CannotEnd, InvalidTerms
from seats.models import Enrolment
from seats.services import ledger
from seats.services.locks import lock_pools
from seats.services.selection import check_many, people_of
from seats.services.terms import MOST_DAYS, check_last_day


@dataclass(frozen=True, kw_only=True)
class NewEnd:
    """Where an end moves to: `days` after the present one, or `moment` (neither: never)."""

    moment: datetime | None = None
    days: int | None = None

    def after(self, present: datetime | None, zone: ZoneInfo) -> datetime | None:
        """Return the new end; days are counted by the calendar of `zone`, at the same hour."""
        if self.days is None or present is None:
            return self.moment
        later = (present.astimezone(zone) + timedelta(days=self.days)).astimezone(UTC)
        check_last_day(later.date())
        return later

    def check(self) -> None:
        """Raise InvalidTerms where no enrolment could end so."""
        if self.days is not None and not 0 < self.days <= MOST_DAYS:
            detail = _("Give a whole number of days from 1 to %(most)s.")
            raise InvalidTerms(detail % spelled(most=MOST_DAYS), most=MOST_DAYS)
        check_last_day(self.moment and self.moment.astimezone(UTC).date())


class Fate(StrEnum):
    """What becomes of one enrolment."""

    MOVES = "moves"
    ENDED = "ended"
    LONGER = "longer"


@dataclass(frozen=True, kw_only=True)
class Line:
    enrolment: Enrolment
    fate: Fate
    expires_at: datetime | None


def preview(*, actor: Member, enrolments: Sequence[Enrolment], end: NewEnd) -> list[Line]:
    """Say what `extend_many` would do to each; changes nothing. Raises InvalidTerms."""
    end.check()
    zone = ZoneInfo(actor.organisation.time_zone)
    return [_line(each, end, zone) for each in enrolments]


@atomically
def extend_many(
    *, actor: Member, enrolments: Sequence[Enrolment], end: NewEnd, reason: str = ""
) -> int:
    """Move the ends of live enrolments later, all of them or none; answers how many.

    Raises CannotEnd, naming who has ended or lasts longer already, InvalidTerms or
    TooManySelected.
    """
    check_many(enrolments)
    ids = [each.pk for each in enrolments]
    lock_pools(actor.organisation_id, [each.pool_id for each in enrolments])
    rows = Enrolment.objects.for_org(actor.organisation_id).filter(pk__in=ids)
    locked = list(rows.select_related("member").order_by("pk"))
    lines = preview(actor=actor, enrolments=locked, end=end)
    _refuse_others(lines)
    ends = {line.enrolment.pk: line.expires_at for line in lines}
    moved = ledger.move_ends(
        actor=actor, organisation_id=actor.organisation_id, ends=ends, reason=reason
    )
    return len(moved)


def _line(enrolment: Enrolment, end: NewEnd, zone: ZoneInfo) -> Line:
    present = enrolment.expires_at
    if enrolment.ended_at or (present and present <= clock.now()):
        return Line(enrolment=enrolment, fate=Fate.ENDED, expires_at=present)
    later = end.after(present, zone)
    if present is None or (later and later <= present):
        return Line(enrolment=enrolment, fate=Fate.LONGER, expires_at=present)
    return Line(enrolment=enrolment, fate=Fate.MOVES, expires_at=later)


def _refuse_others(lines: Sequence[Line]) -> None:
    ended = [line.enrolment for line in lines if line.fate is Fate.ENDED]
    if ended:
        raise CannotEnd(_("Ended already: %(names)s.") % {"names": people_of(ended)})
    longer = [line.enrolment for line in lines if line.fate is Fate.LONGER]
    if longer:
        raise CannotEnd(_("Last as long already: %(names)s.") % {"names": people_of(longer)})
