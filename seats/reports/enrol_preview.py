"""What enrolling a list would do, line by line; nothing is done by it."""

from collections import Counter as Count
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count as RowCount
from django.db.models import Q, QuerySet
from django.utils import timezone

from orgs.models import Member
from seats import clock
from seats.forms.people_lists import Listed
from seats.models import Allocation, Enrolment, Pool
from seats.services.enrolment import room_in, terms_over
from teams.models import Team

# So many lines are shown in full; the counts are of all.
SHOWN = 200


class Fate(StrEnum):
    ENROL = "enrol"
    NEW = "new"
    ALREADY = "already"
    ELSEWHERE = "elsewhere"
    NO_SEAT = "no_seat"
    WRONG = "wrong"
    AGAIN = "again"

    @property
    def gets_in(self) -> bool:
        return self in (Fate.ENROL, Fate.NEW)


@dataclass(frozen=True, slots=True)
class Held:
    """A seat of the pool that somebody has already, and through which team."""

    expires_at: datetime | None
    team_id: UUID


@dataclass(frozen=True, kw_only=True)
class Row:
    """What becomes of one line; `through` names the other team that it is `held` through."""

    line: Listed
    fate: Fate
    held: Held | None = None
    through: str = ""


@dataclass(frozen=True, kw_only=True)
class EnrolPreview:
    """The lines to show, and counts of all: `fits` get in, `out` do not, `left` seats remain."""

    rows: list[Row]
    only_out: bool
    total: int
    count: Count[str]
    fits: int
    left: int | None

    @property
    def out(self) -> int:
        return self.total - self.fits

    @property
    def hidden(self) -> int:
        return (self.out if self.only_out else self.total) - len(self.rows)


def enrol_preview(
    *,
    viewer: Member,
    allocation: Allocation,
    listed: Sequence[Listed],
    only_out: bool = False,
) -> EnrolPreview:
    """Say for each line what enrolling it would do now. Raises TermsOver as enrolling does."""
    check_last_day(allocation.pool)
    room = free_for(allocation)
    members = _members(allocation, [each.person.email for each in listed if not each.error])
    held = _held(allocation, members.values())
    seen = Team.objects.for_org(viewer.organisation_id).visible_to(viewer)
    rows = list(_rows(listed, members, held, room))
    fits = sum(row.fate.gets_in for row in rows)
    shown = [row for row in rows if not row.fate.gets_in] if only_out else rows
    return EnrolPreview(
        rows=_with_teams(shown[:SHOWN], allocation.team, seen),
        only_out=only_out,
        total=len(rows),
        count=Count(str(row.fate) for row in rows),
        fits=fits,
        left=None if room is None else room - fits,
    )


def free_for(allocation: Allocation) -> int | None:
    """Return how many seats the team may take; those past their end are let go when one asks."""
    due = Enrolment.objects.due().filter(pool=allocation.pool_id, reusable=True)
    of_team = Q(allocation=allocation.pk)
    freed = due.aggregate(pool=RowCount("pk"), team=RowCount("pk", filter=of_team))
    allocation.pool.used -= freed["pool"]
    allocation.used -= freed["team"]
    return room_in(allocation.pool, allocation)


def check_last_day(pool: Pool) -> None:
    """Raise TermsOver where the pool's last day has passed in the active time zone."""
    if pool.terms_date and pool.terms_date < timezone.localdate(clock.now()):
        raise terms_over(pool)


def _members(allocation: Allocation, emails: Sequence[str]) -> dict[str, UUID]:
    members = Member.objects.for_org(allocation.organisation_id).with_emails(emails)
    return {email.lower(): member for email, member in members.values_list("email", "pk")}


def _held(allocation: Allocation, members: Iterable[UUID]) -> dict[UUID, Held]:
    live = Enrolment.objects.live().filter(pool=allocation.pool_id, member__in=list(members))
    rows = live.values_list("member_id", "expires_at", "team_id")
    return {member: Held(expires_at, team) for member, expires_at, team in rows}


def _rows(
    listed: Sequence[Listed],
    members: Mapping[str, UUID],
    held: Mapping[UUID, Held],
    room: int | None,
) -> Iterator[Row]:
    taken = 0
    for line in listed:
        member = members.get(line.person.email.lower())
        seat = held.get(member) if member else None
        if line.error or line.again:
            yield Row(line=line, fate=Fate.WRONG if line.error else Fate.AGAIN)
        elif seat:
            yield Row(line=line, fate=Fate.ALREADY, held=seat)
        elif room is not None and taken >= room:
            yield Row(line=line, fate=Fate.NO_SEAT)
        else:
            taken += 1
            yield Row(line=line, fate=Fate.ENROL if member else Fate.NEW)


def _with_teams(rows: Sequence[Row], team: Team, seen: QuerySet[Team]) -> list[Row]:
    """Name the other teams; say only that it is elsewhere where the viewer may not see that one."""
    elsewhere = {row.held.team_id for row in rows if row.held} - {team.pk}
    names = dict(seen.filter(pk__in=elsewhere).values_list("pk", "name"))
    return [_with_team(row, team, names) for row in rows]


def _with_team(row: Row, team: Team, names: Mapping[UUID, str]) -> Row:
    if row.held is None or row.held.team_id == team.pk:
        return row
    name = names.get(row.held.team_id)
    return replace(row, through=name) if name else replace(row, held=None, fate=Fate.ELSEWHERE)
