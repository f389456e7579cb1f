"""One pool's page: its teams, its enrolments, where it came from, what happened to it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from seats.counters import Counter, allocation_counter
from seats.models import Allocation, LedgerEntry, Pool
from seats.querysets import AllocationQuerySet
from seats.reports.charts import Chart, pool_chart
from seats.reports.history import Event, events
from seats.reports.pools import PoolRow, pool_rows

LATEST = 20
SOME_CLONES = 20
TEAMS = Listing(
    id="teams",
    fragment="seats/_pool_team_list.html",
    first="name",
    prefix="teams-",
    columns=(
        Column(name="name", label=_("Team"), by="team__search"),
        Column(name="used", label=_("In use"), by="used", kind="number", descends=True),
        Column(name="cap", label=_("Cap"), by="cap", kind="number", has_nulls=True, is_number=True),
        Column(name="actions", label=_("Actions"), is_quiet=True),
    ),
)


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """A team that draws on the pool."""

    allocation: Allocation
    counter: Counter


@dataclass(frozen=True, kw_only=True)
class PoolPage:
    row: PoolRow
    teams: ListPage[TeamRow]
    clones: list[PoolRow]
    chart: Chart
    history: list[Event]

    @property
    def pool(self) -> Pool:
        return self.row.pool

    @property
    def topics(self) -> list[str]:
        teams = [team.counter.topic for team in self.teams]
        return [self.row.counter.topic, *teams, *(row.counter.topic for row in self.clones)]

    @property
    def more_clones(self) -> int:
        return self.row.clone_count - len(self.clones)


def pool_page(pool: Pool, allocations: AllocationQuerySet, query: QueryDict) -> PoolPage:
    """Report one pool, with a page of the `allocations` asked for."""
    rows = pool_rows(Pool.objects.filter(pk=pool.pk).select_related("cloned_from"))
    return PoolPage(
        row=rows[0],
        teams=list_page(allocations, TEAMS.asked(query), lambda ids: _teams(rows[0], ids)),
        chart=pool_chart(pool),
        clones=_clones(pool),
        history=events(LedgerEntry.objects.filter(pool=pool).order_by("-seq"), LATEST),
    )


def _clones(pool: Pool) -> list[PoolRow]:
    some = Pool.objects.filter(cloned_from=pool).by_name().values("pk")[:SOME_CLONES]
    return pool_rows(Pool.objects.filter(pk__in=some).by_name())


def _teams(row: PoolRow, ids: list[UUID]) -> dict[UUID, TeamRow]:
    found = Allocation.objects.select_related("team").in_bulk(ids)
    return {pk: _team(allocation, row) for pk, allocation in found.items()}


def _team(allocation: Allocation, row: PoolRow) -> TeamRow:
    counter = allocation_counter(
        allocation_id=allocation.pk,
        used=allocation.used,
        cap=allocation.cap,
        pool_used=row.pool.used,
        pool_capacity=row.pool.capacity,
        shared=row.team_count > 1,
    )
    return TeamRow(allocation=allocation, counter=counter)
