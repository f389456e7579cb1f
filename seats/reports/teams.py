"""What the pages of teams show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgs.words import called
from seats.counters import Counter, allocation_counter
from seats.models import Allocation, SeatRequest
from seats.reports import team_sql
from seats.reports.team_below import Below, below_of
from seats.reports.team_ending import Ending, ending_of
from seats.services.ledger_sql import run
from teams.models import Team, TeamMember
from teams.querysets import TeamQuerySet


class HoldingRow(NamedTuple):
    """A row of the statement; `drawing` is how many teams draw on the pool."""

    allocation_id: UUID
    used: int
    cap: int | None
    pool_id: UUID
    pool_used: int
    capacity: int | None
    terms_kind: str
    terms_days: int | None
    terms_date: date | None
    product_id: UUID
    code: str
    product: str
    drawing: int


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A pool that a team draws on, as the team may see it."""

    row: HoldingRow
    counter: Counter

    @property
    def is_shared(self) -> bool:
        return self.row.drawing > 1

    @property
    def kind(self) -> str:
        return "shared" if self.is_shared else "dedicated"


class Person(NamedTuple):
    """A row of the statement; `all_of_them` says how many belong to the team."""

    id: UUID
    name: str
    is_manager: bool
    all_of_them: int


class Asked(NamedTuple):
    """A request for seats."""

    id: UUID
    status: str
    who: str
    product: str
    seats: int
    reason: str
    asked_at: datetime
    answer: str
    decided_at: datetime | None

    @property
    def status_said(self) -> str:
        return str(SeatRequest.Status(self.status).label)


@dataclass(frozen=True, kw_only=True)
class TeamReport:
    """One team's usage page: what is available, what it uses, and who belongs to it."""

    team: Team
    holdings: list[Holding]
    below: list[Team]
    people: list[Person]
    requests: list[Asked]
    answered: list[Asked]
    ending: Ending
    sums: Below | None

    @property
    def people_count(self) -> int:
        return self.people[0].all_of_them if self.people else 0

    @property
    def topics(self) -> list[str]:
        return [holding.counter.topic for holding in self.holdings]


MOST_PEOPLE = 25
MOST_ANSWERS = 5
ANSWERS_FOR = timedelta(days=14)


def team_rows(teams: TeamQuerySet) -> TeamQuerySet:
    """Annotate teams with `seats_used`, `products` and `people`, and their parent."""
    current = Allocation.objects.current().filter(team=OuterRef("pk")).order_by().values("team")
    members = TeamMember.objects.filter(team=OuterRef("pk")).order_by().values("team")
    return teams.select_related("parent").annotate(
        seats_used=Coalesce(Subquery(current.annotate(n=Sum("used")).values("n")), 0),
        products=Coalesce(Subquery(current.annotate(n=Count("pk")).values("n")), 0),
        people=Coalesce(Subquery(members.annotate(n=Count("pk")).values("n")), 0),
    )


def team_report(team: Team) -> TeamReport:
    """Gather a team's page."""
    below = _below(team)
    asked = _asked(team)
    return TeamReport(
        team=team,
        holdings=_holdings(team),
        below=below,
        people=_people(team),
        requests=[each for each in asked if not each.decided_at],
        answered=[each for each in asked if each.decided_at],
        ending=ending_of(team),
        sums=below_of(team, below) if below else None,
    )


def _below(team: Team) -> list[Team]:
    ((has_below,),) = run(team_sql.HAS_BELOW, {"team": team.pk}, many=False)
    below = Team.objects.for_org(team.organisation_id).open().filter(parent=team).by_name()
    return list(below) if has_below else []


def _holdings(team: Team) -> list[Holding]:
    """Return the pools that a team draws on now, by product."""
    rows = run(team_sql.HOLDINGS, {"team": team.pk}, many=False)
    return [_holding(HoldingRow(*row)) for row in rows]


def _holding(row: HoldingRow) -> Holding:
    counter = allocation_counter(
        allocation_id=row.allocation_id,
        used=row.used,
        cap=row.cap,
        pool_used=row.pool_used,
        pool_capacity=row.capacity,
        shared=row.drawing > 1,
    )
    return Holding(row=row, counter=counter)


def _people(team: Team) -> list[Person]:
    asked = {"team": team.pk, "most": MOST_PEOPLE}
    return [Person(*row) for row in run(team_sql.PEOPLE, asked, many=False)]


def _asked(team: Team) -> list[Asked]:
    since = timezone.now() - ANSWERS_FOR
    asked = {"team": team.pk, "since": since, "most": MOST_ANSWERS}
    found = [Asked(*row) for row in run(team_sql.REQUESTS, asked, many=False)]
    return [each._replace(who=called(each.who)) for each in found]
