"""Live counters: the figures of one pool, allocation or product, as page and stream both draw them.

Pure: no ORM, no request. Whoever has the numbers makes the counter here, so that the page that was
loaded and the fragment that arrives later never disagree.
"""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

State = Literal["ok", "low", "full", "over", "unlimited"]

# A tenth of the seats or fewer left is worth a second look.
LOW_FRACTION = 10


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a product that pages add up further: seats in stock and in its pools, and `free`,
    what its open pools with a limit can still give. Issued are stock and allocated together."""

    stock: int
    allocated: int
    free: int

    @property
    def issued(self) -> int:
        return self.stock + self.allocated


@dataclass(frozen=True, slots=True)
class Counter:
    """Seats used of a capacity; `None` for capacity and available means unlimited.

    `available` is what may still be taken, `over` by how many it is over-committed, `expired_held`
    how many of `used` are expired enrolments that keep their seat. `percent` is for the meter.
    `totals` has that of a product, or of the organisation. `shared` is a team's part of a pool
    that others draw on too.
    """

    topic: str
    used: int
    capacity: int | None
    available: int | None
    over: int
    expired_held: int
    percent: int
    state: State
    totals: Totals | None = None
    shared: bool = False


def pool_topic(pool_id: UUID) -> str:
    return f"pool-{pool_id}"


def allocation_topic(allocation_id: UUID) -> str:
    return f"allocation-{allocation_id}"


def product_topic(product_id: UUID) -> str:
    return f"product-{product_id}"


def organisation_topic(organisation_id: UUID) -> str:
    return f"organisation-{organisation_id}"


def still(counter: Counter) -> Counter:
    """Return a counter of the past: nothing moves it, and no stream tells of it."""
    return replace(counter, topic="")


def pool_counter(
    *, pool_id: UUID, used: int, capacity: int | None, expired_held: int = 0
) -> Counter:
    """Count a pool: what admins and finance see of it."""
    available = None if capacity is None else max(0, capacity - used)
    over = 0 if capacity is None else max(0, used - capacity)
    return _counter(
        pool_topic(pool_id),
        used=used,
        capacity=capacity,
        available=available,
        over=over,
        expired_held=expired_held,
    )


def allocation_counter(
    *,
    allocation_id: UUID,
    used: int,
    cap: int | None,
    pool_used: int,
    pool_capacity: int | None,
    shared: bool,
) -> Counter:
    """Count a pool as one team may see it: its own use, and what is available to it.

    Where the pool is shared, capacity is the team's own use and what it could still take, and only
    its own cap can be exceeded: the pool's figures would give away what the other teams use.
    """
    in_pool = None if pool_capacity is None else max(0, pool_capacity - pool_used)
    under_cap = None if cap is None else max(0, cap - used)
    available = _least(in_pool, under_cap)
    limit = cap if shared else _least(cap, pool_capacity)
    over = 0 if limit is None else max(0, used - limit)
    if shared:
        limit = None if available is None else used + available
    return _counter(
        allocation_topic(allocation_id),
        used=used,
        capacity=limit,
        available=available,
        over=over,
        shared=shared,
    )


def product_counter(
    *,
    product_id: UUID,
    stock: int,
    used: int,
    capacity: int,
    available: int,
    unlimited: bool = False,
) -> Counter:
    """Count a product: seats in use of all seats issued.

    Given are sums over its pools; with `unlimited` one of them has no limit, and the sums are of
    those that have. Capacity becomes what was issued: pools and stock. Available stays what its
    open pools can still give, the sum of max(0, capacity - used): a pool over-committed takes
    nothing from another, and stock is nobody's to enrol into yet. The state looks at both, since
    stock can fill a pool.
    """
    totals = Totals(stock=stock, allocated=capacity, free=available)
    return _sums(product_topic(product_id), used, totals, unlimited=unlimited)


def organisation_counter(
    *,
    whole_id: UUID,
    stock: int,
    used: int,
    capacity: int,
    available: int,
    unlimited: bool = False,
) -> Counter:
    """Count all that an organisation has, as a product's pools are counted."""
    totals = Totals(stock=stock, allocated=capacity, free=available)
    return _sums(organisation_topic(whole_id), used, totals, unlimited=unlimited)


def _sums(topic: str, used: int, totals: Totals, *, unlimited: bool) -> Counter:
    if unlimited:
        return _counter(topic, used=used, capacity=None, available=None, over=0, totals=totals)
    return _counter(
        topic,
        used=used,
        capacity=totals.issued,
        available=totals.free,
        over=max(0, used - totals.issued),
        spare=totals.free + totals.stock,
        totals=totals,
    )


def _counter(
    topic: str,
    *,
    used: int,
    capacity: int | None,
    available: int | None,
    over: int,
    expired_held: int = 0,
    spare: int | None = None,
    totals: Totals | None = None,
    shared: bool = False,
) -> Counter:
    return Counter(
        topic=topic,
        used=used,
        capacity=capacity,
        available=available,
        over=over,
        expired_held=expired_held,
        percent=_percent(used, capacity),
        state=_state(capacity, available if spare is None else spare, over),
        totals=totals,
        shared=shared,
    )


def _percent(used: int, capacity: int | None) -> int:
    if capacity is None or not used:
        return 0
    # One seat of ten thousand still shows, and 999 of 1,000 is not yet full.
    return max(1, min(100, used * 100 // capacity)) if capacity else 100


def _state(capacity: int | None, spare: int | None, over: int) -> State:
    if over:
        return "over"
    if capacity is None or spare is None:
        return "unlimited"
    if not spare:
        return "full"
    return "low" if spare * LOW_FRACTION <= capacity else "ok"


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)
