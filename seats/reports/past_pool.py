"""One pool's page as it was at a past moment: its counter, its teams, what had happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seats import books
from seats.counters import Counter, allocation_counter, pool_counter, still
from seats.models import LedgerEntry, Pool
from seats.querysets import LedgerQuerySet
from seats.reports.charts import Chart, past_pool_chart
from seats.reports.history import Event, events
from seats.reports.pool_page import LATEST
from seats.services.ledger import Kind

# Of more teams, the export of that moment has all.
MOST_TEAMS = 100


@dataclass(frozen=True, kw_only=True)
class PastTeam:
    """A team that drew on the pool."""

    team_id: UUID
    team: str
    cap: int | None
    counter: Counter


@dataclass(frozen=True, kw_only=True)
class PastPool:
    """`counter` is None for a pool that was not there yet."""

    pool: Pool
    counter: Counter | None
    is_archived: bool
    teams: Sequence[PastTeam]
    team_count: int
    chart: Chart | None
    history: list[Event]

    @property
    def kind(self) -> str:
        if self.team_count > 1:
            return "shared"
        return "dedicated" if self.team_count else "unallocated"

    @property
    def more_teams(self) -> int:
        return self.team_count - len(self.teams)


def past_pool(pool: Pool, moment: datetime) -> PastPool:
    """Report a pool as it was at a past moment, from the ledger alone."""
    entries = LedgerEntry.objects.filter(pool=pool).until(moment)
    last = entries.order_by("-seq").first()
    usage = books.as_of(pool.organisation, moment, pools=[pool.pk])
    drawing = [each for each in usage if each.team_id]
    return PastPool(
        pool=pool,
        counter=_counter(entries, last) if last else None,
        is_archived=last is not None and not usage,
        teams=[_team(each) for each in drawing[:MOST_TEAMS]],
        team_count=len(drawing),
        chart=_chart(pool, moment, last) if last else None,
        history=events(entries.order_by("-seq"), LATEST),
    )


def _counter(entries: LedgerQuerySet, last: LedgerEntry) -> Counter:
    # Nobody lets go of a seat that was held beyond its end.
    held = entries.filter(kind=Kind.HELD).count()
    used, capacity = last.used_after or 0, last.capacity_after
    return still(pool_counter(pool_id=last.pk, used=used, capacity=capacity, expired_held=held))


def _chart(pool: Pool, moment: datetime, last: LedgerEntry) -> Chart:
    used, capacity = last.used_after or 0, last.capacity_after
    return past_pool_chart(pool, moment, used=used, capacity=capacity)


def _team(usage: books.Usage) -> PastTeam:
    assert usage.team_id is not None
    assert usage.team is not None
    counter = past_allocation_counter(usage)
    return PastTeam(team_id=usage.team_id, team=usage.team, cap=usage.cap, counter=counter)


def past_allocation_counter(usage: books.Usage) -> Counter:
    """Count what a team used of a pool, as the team might see it."""
    counter = allocation_counter(
        allocation_id=usage.pool_id,
        used=usage.team_used,
        cap=usage.cap,
        pool_used=usage.pool_used,
        pool_capacity=usage.capacity,
        shared=usage.teams > 1,
    )
    return still(counter)
