"""The whole organisation at a glance: sums, products, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min

from orgs.models import Organisation
from seats import clock
from seats.counters import Counter, organisation_counter
from seats.models import Allocation, Enrolment, Pool, Product, SeatRequest
from seats.reports.charts import Chart, organisation_chart
from seats.reports.pools import STATES, PoolRow, pool_rows
from seats.reports.products import ProductRow, product_rows
from teams.models import Team

# Of each sort of trouble as many as can be dealt with; the rest is a link away.
MOST = 8
MOST_REQUESTS = 50
MOST_PRODUCTS = 12
SOON = timedelta(days=14)
URGENCY = {"over": 0, "full": 1, "low": 2}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Enrolments of one team through one pool that end soon."""

    pool: Pool
    team: Team
    enrolments: int
    first: datetime


@dataclass(frozen=True, kw_only=True)
class Attention:
    """What needs somebody, most urgent first: over, requests, full, low, ending."""

    over: list[PoolRow]
    requests: list[SeatRequest]
    full: list[PoolRow]
    low: list[PoolRow]
    ending: list[Ending]
    more_pools: int
    more_requests: int
    more_ending: int

    @property
    def pools(self) -> list[PoolRow]:
        return [*self.over, *self.full, *self.low]

    @property
    def count(self) -> int:
        shown = len(self.pools) + len(self.requests) + len(self.ending)
        return shown + self.more_pools + self.more_requests + self.more_ending


@dataclass(frozen=True, kw_only=True)
class FirstSteps:
    """How far a new organisation has come; its first product is the one to issue seats of."""

    product: Product | None
    has_seats: bool
    has_team: bool

    @property
    def are_done(self) -> bool:
        return self.product is not None and self.has_seats and self.has_team


@dataclass(frozen=True, kw_only=True)
class Overview:
    """`counter` and `chart` are of all products; `products` are the first by need of `count`."""

    counter: Counter
    chart: Chart
    products: list[ProductRow]
    count: int
    attention: Attention
    steps: FirstSteps

    @property
    def topics(self) -> list[str]:
        counters = [row.counter for row in self.products]
        counters += [row.counter for row in self.attention.pools]
        return [self.counter.topic, *(counter.topic for counter in counters)]


def overview(organisation: Organisation) -> Overview:
    """Report the organisation as it is now."""
    rows = product_rows(Product.objects.for_org(organisation).by_code())
    counting = [row for row in rows if _counts(row)]
    return Overview(
        counter=_all(organisation, rows),
        chart=_chart(organisation, rows),
        products=sorted(counting, key=_by_need)[:MOST_PRODUCTS],
        count=len(counting),
        attention=_attention(organisation),
        steps=_first_steps(organisation, rows),
    )


def _all(organisation: Organisation, rows: Sequence[ProductRow]) -> Counter:
    return organisation_counter(
        whole_id=organisation.pk,
        stock=sum(row.totals.stock for row in rows),
        used=sum(row.counter.used for row in rows),
        capacity=sum(row.totals.allocated for row in rows),
        available=sum(row.totals.free for row in rows),
        unlimited=any(row.is_unlimited for row in rows),
    )


def _chart(organisation: Organisation, rows: Sequence[ProductRow]) -> Chart:
    unlimited = sum(row.used_without_limit for row in rows)
    return organisation_chart(
        organisation,
        used=sum(row.counter.used for row in rows) - unlimited,
        capacity=sum(row.totals.allocated for row in rows),
        unlimited=unlimited,
    )


def _counts(row: ProductRow) -> bool:
    """Say whether a product belongs in the table: an archived one only while seats are used."""
    return row.product.archived_at is None or row.counter.used > 0


def _by_need(row: ProductRow) -> tuple[int, int]:
    """Put those in trouble first, then those of which most is used."""
    return (URGENCY.get(row.counter.state, len(URGENCY)), -row.counter.used)


def _first_steps(organisation: Organisation, rows: Sequence[ProductRow]) -> FirstSteps:
    return FirstSteps(
        product=rows[0].product if rows else None,
        has_seats=any(row.totals.issued or row.is_unlimited for row in rows),
        has_team=Allocation.objects.for_org(organisation).exists(),
    )


def _attention(organisation: Organisation) -> Attention:
    pools, more_pools = _short_pools(organisation)
    requests, more_requests = _requests(organisation)
    ending, more_ending = _ending(organisation)
    return Attention(
        over=[row for row in pools if row.counter.state == "over"],
        requests=requests,
        full=[row for row in pools if row.counter.state == "full"],
        low=[row for row in pools if row.counter.state == "low"],
        ending=ending,
        more_pools=more_pools,
        more_requests=more_requests,
        more_ending=more_ending,
    )


def _short_pools(organisation: Organisation) -> tuple[list[PoolRow], int]:
    """Return the pools with the fewest seats left, and how many more are short of them."""
    short = Pool.objects.for_org(organisation).open().filter(STATES["short"])
    # A pool emptied on purpose lacks nothing.
    short = short.exclude(capacity=0, used=0)
    total = short.count()
    fewest_left = short.order_by(F("capacity") - F("used"), "name", "id")
    return pool_rows(fewest_left[: 2 * MOST]), max(0, total - 2 * MOST)


def _requests(organisation: Organisation) -> tuple[list[SeatRequest], int]:
    undecided = SeatRequest.objects.for_org(organisation).undecided()
    oldest = undecided.select_related("team", "product", "asked_by")
    return list(oldest[:MOST_REQUESTS]), max(0, undecided.count() - MOST_REQUESTS)


def _ending(organisation: Organisation) -> tuple[list[Ending], int]:
    soon = Enrolment.objects.for_org(organisation).live()
    soon = soon.filter(expires_at__lte=clock.now() + SOON)
    groups = list(
        soon.order_by()
        .values("pool_id", "team_id")
        .annotate(n=Count("pk"), first=Min("expires_at"))
        .order_by("first", "pool_id", "team_id")
    )
    pools = Pool.objects.select_related("product").in_bulk([g["pool_id"] for g in groups[:MOST]])
    teams = Team.objects.in_bulk([group["team_id"] for group in groups[:MOST]])
    ending = [
        Ending(
            pool=pools[group["pool_id"]],
            team=teams[group["team_id"]],
            enrolments=group["n"],
            first=group["first"],
        )
        for group in groups[:MOST]
    ]
    return ending, max(0, len(groups) - MOST)
