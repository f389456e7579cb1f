"""Pools as screens show them: a row in a list, and the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Lower

from seats.counters import LOW_FRACTION, Counter, pool_counter
from seats.models import Allocation, Enrolment, Pool
from seats.querysets import PoolQuerySet
from teams.models import Team

SOME_TEAMS = 3

# What makes a pool low, full or over is said once more in SQL, to filter by; as in counters.py.
LOW = Q(capacity__gt=F("used"), capacity__gte=(F("capacity") - F("used")) * LOW_FRACTION)
FULL = Q(used=F("capacity"))
OVER = Q(used__gt=F("capacity"))
STATES = {
    "low": LOW,
    "full": FULL,
    "over": OVER,
    "short": LOW | FULL | OVER,
    "unlimited": Q(capacity__isnull=True),
}


@dataclass(frozen=True, kw_only=True)
class PoolRow:
    """A pool with its counter and the first few of its teams."""

    pool: Pool
    counter: Counter
    teams: list[Team]
    team_count: int
    clone_count: int

    @property
    def more_teams(self) -> int:
        return self.team_count - len(self.teams)

    @property
    def kind(self) -> str:
        """How it is drawn on: dedicated, shared, template (cloned, by nobody) or unallocated."""
        if self.team_count > 1:
            return "shared"
        if self.team_count:
            return "dedicated"
        return "template" if self.clone_count else "unallocated"


def of_kind(pools: PoolQuerySet, kind: str) -> PoolQuerySet:
    """Keep the pools that are drawn on so, as `PoolRow.kind` says it."""
    drawn_on = Allocation.objects.current().order_by().values("pool")
    if kind in ("dedicated", "shared"):
        teams = drawn_on.annotate(teams=Count("pk"))
        several = teams.filter(teams__gt=1) if kind == "shared" else teams.filter(teams=1)
        return pools.filter(pk__in=several.values("pool"))
    cloned = Exists(Pool.objects.filter(cloned_from=OuterRef("pk")))
    free = pools.exclude(Exists(Allocation.objects.current().filter(pool=OuterRef("pk"))))
    return free.filter(cloned) if kind == "template" else free.exclude(cloned)


def pool_rows(pools: QuerySet[Pool] | Iterable[Pool]) -> list[PoolRow]:
    """Return the rows of some pools, in their order, by two queries."""
    assert isinstance(pools, QuerySet)
    drawing = Allocation.objects.current().select_related("team")
    some = drawing.order_by(Lower("team__name"), "team_id")[:SOME_TEAMS]
    annotated = (
        pools.select_related("product")
        .annotate(
            held=count_of(Enrolment.objects.held()),
            team_count=count_of(Allocation.objects.current()),
            clone_count=count_of(Pool.objects.all(), "cloned_from"),
        )
        .prefetch_related(Prefetch("allocations", some, to_attr="some_allocations"))
    )
    return [pool_row(pool) for pool in annotated]


def pool_row(pool: Any) -> PoolRow:
    """Return the row of a pool that was read as `pool_rows` reads it."""
    return PoolRow(
        pool=pool,
        counter=pool_counter(
            pool_id=pool.pk, used=pool.used, capacity=pool.capacity, expired_held=pool.held
        ),
        teams=[allocation.team for allocation in pool.some_allocations],
        team_count=pool.team_count,
        clone_count=pool.clone_count,
    )


def count_of(rows: QuerySet[Any], column: str = "pool") -> Coalesce:
    """Return the sub-query that counts the rows of each pool."""
    of_pool = rows.filter(**{column: OuterRef("pk")}).order_by().values(column)
    counted = of_pool.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
