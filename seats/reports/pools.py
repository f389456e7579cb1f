"""Pools as screens show them: a row in a list, and the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from orgs.models import Organisation
from seats.counters import LOW_FRACTION, Counter, pool_counter
from seats.models import Allocation, Enrolment, Pool, Product
from teams.models import Team

PAGE = 50
SOME_TEAMS = 3

# What makes a pool low, full or over is said once more in SQL, to filter by; as in counters.py.
LOW = Q(capacity__gt=F("used"), capacity__gte=(F("capacity") - F("used")) * LOW_FRACTION)
FULL = Q(used=F("capacity"))
OVER = Q(used__gt=F("capacity"))
STATES = {"low": LOW, "full": FULL, "over": OVER, "short": LOW | FULL | OVER}


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


@dataclass(frozen=True, kw_only=True)
class PoolList:
    page: Page[Any]
    products: list[Product]
    search: str
    product: str
    state: str

    @property
    def topics(self) -> list[str]:
        return [row.counter.topic for row in self.page]

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.product or self.state)


def pool_list(
    organisation: Organisation, *, search: str, product: str, state: str, page: str | None
) -> PoolList:
    """Report the pools: the open ones, those in a state, or the archived."""
    products = list(Product.objects.for_org(organisation).by_code())
    pools = Pool.objects.for_org(organisation).filter(archived_at__isnull=state != "archived")
    if search:
        pools = pools.search(search)
    chosen = [each for each in products if str(each.pk) == product]
    if chosen:
        pools = pools.filter(product=chosen[0])
    pools = pools.filter(STATES.get(state, Q())).by_name()
    shown: Page[Any] = Paginator(pools, PAGE).get_page(page)
    shown.object_list = pool_rows(shown.object_list)
    return PoolList(page=shown, products=products, search=search, product=product, state=state)


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
