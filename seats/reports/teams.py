"""What the pages of teams show."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from seats.counters import Counter, allocation_counter
from seats.models import Allocation, Pool, SeatRequest
from seats.reports.team_below import Below, below_of
from seats.reports.team_ending import Ending, ending_of
from teams.models import Team, TeamMember
from teams.querysets import TeamQuerySet


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A pool that a team draws on, as the team may see it."""

    allocation: Allocation
    counter: Counter
    is_shared: bool

    @property
    def pool(self) -> Pool:
        return self.allocation.pool

    @property
    def kind(self) -> str:
        return "shared" if self.is_shared else "dedicated"


@dataclass(frozen=True, kw_only=True)
class TeamReport:
    """One team's usage page: what is available, what it uses, and who belongs to it."""

    team: Team
    holdings: list[Holding]
    below: list[Team]
    people: list[TeamMember]
    people_count: int
    requests: list[SeatRequest]
    answered: list[SeatRequest]
    ending: Ending
    sums: Below | None

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


def holdings_of(team: Team | UUID) -> list[Holding]:
    """Return the pools that a team draws on now, by product."""
    current = Allocation.objects.current().of_team(team).select_related("pool", "product")
    drawing = Count("pool__allocations", filter=Q(pool__allocations__ended_at__isnull=True))
    allocations = current.annotate(drawing=drawing).order_by("product__code")
    return [_holding(allocation) for allocation in allocations]


def _holding(allocation: Any) -> Holding:
    # Any: it carries `drawing`, how many teams draw on the pool.
    pool, is_shared = allocation.pool, allocation.drawing > 1
    pool.product = allocation.product
    counter = allocation_counter(
        allocation_id=allocation.pk,
        used=allocation.used,
        cap=allocation.cap,
        pool_used=pool.used,
        pool_capacity=pool.capacity,
        shared=is_shared,
    )
    return Holding(allocation=allocation, counter=counter, is_shared=is_shared)


def team_report(team: Team) -> TeamReport:
    """Gather a team's page."""
    members = TeamMember.objects.filter(team=team).select_related("member")
    people = members.order_by("-role", F("member__name"), "pk")
    below = list(Team.objects.for_org(team.organisation_id).open().filter(parent=team).by_name())
    asked = SeatRequest.objects.filter(team=team).select_related("product", "asked_by")
    answered = asked.decided_since(timezone.now() - ANSWERS_FOR)
    return TeamReport(
        team=team,
        holdings=holdings_of(team),
        below=below,
        people=list(people[:MOST_PEOPLE]),
        people_count=members.count(),
        requests=list(asked.undecided()),
        answered=list(answered[:MOST_ANSWERS]),
        ending=ending_of(team),
        sums=below_of(team, below) if below else None,
    )
