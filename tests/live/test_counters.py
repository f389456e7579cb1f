"""Rules 4, 6 and 14 as figures: what a counter says of a pool, an allocation, a product."""

import pytest

from orgs.ids import new_id
from seats.counters import Counter, allocation_counter, pool_counter, product_counter

ID = new_id()


def pool(used: int, capacity: int | None) -> Counter:
    return pool_counter(pool_id=ID, used=used, capacity=capacity)


def allocation(
    used: int,
    *,
    pool_used: int,
    pool_capacity: int | None,
    cap: int | None = None,
    shared: bool = True,
) -> Counter:
    return allocation_counter(
        allocation_id=ID,
        used=used,
        cap=cap,
        pool_used=pool_used,
        pool_capacity=pool_capacity,
        shared=shared,
    )


def test_pool_shows_what_is_left() -> None:
    counter = pool(65, 100)
    assert (counter.topic, counter.used, counter.capacity) == (f"pool-{ID}", 65, 100)
    assert (counter.available, counter.over, counter.percent, counter.state) == (35, 0, 65, "ok")


@pytest.mark.parametrize(
    ("used", "capacity", "state"),
    [
        (0, 100, "ok"),
        (89, 100, "ok"),
        (90, 100, "low"),
        (100, 100, "full"),
        (101, 100, "over"),
        (0, 0, "full"),
        (1, 0, "over"),
        (5, None, "unlimited"),
    ],
)
def test_pool_tells_its_state(used: int, capacity: int | None, state: str) -> None:
    assert pool(used, capacity).state == state


def test_over_committed_pool_says_by_how_many() -> None:
    counter = pool(12, 10)
    assert (counter.available, counter.over, counter.percent) == (0, 2, 100)


def test_unlimited_pool_has_neither_capacity_nor_rest() -> None:
    counter = pool(12, None)
    assert (counter.capacity, counter.available, counter.over, counter.percent) == (
        None,
        None,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("used", "capacity", "percent"), [(1, 10_000, 1), (999, 1000, 99), (3, 0, 100), (0, 0, 0)]
)
def test_meter_shows_one_seat_used_and_one_seat_left(
    used: int, capacity: int, percent: int
) -> None:
    assert pool(used, capacity).percent == percent


def test_five_classrooms_on_one_pool_see_the_same_rest_and_their_own_use() -> None:
    counters = [allocation(used, pool_used=65, pool_capacity=100) for used in (10, 20, 35, 0, 0)]
    assert [counter.available for counter in counters] == [35] * 5
    assert [counter.used for counter in counters] == [10, 20, 35, 0, 0]


def test_team_on_a_shared_pool_cannot_reckon_what_others_use() -> None:
    """With the same rest, whatever the others use, the counter is the same in every field."""
    few = allocation(10, pool_used=20, pool_capacity=50)
    many = allocation(10, pool_used=970, pool_capacity=1000)
    assert few == many
    assert few.capacity == 40


def test_team_on_a_shared_pool_is_not_told_by_how_many_it_is_over_committed() -> None:
    a_little = allocation(10, pool_used=101, pool_capacity=100)
    a_lot = allocation(10, pool_used=500, pool_capacity=100)
    assert a_little == a_lot
    assert (a_little.available, a_little.over, a_little.state) == (0, 0, "full")


def test_cap_holds_where_the_pool_has_more() -> None:
    counter = allocation(3, pool_used=20, pool_capacity=100, cap=5)
    assert (counter.available, counter.capacity) == (2, 5)


def test_pool_holds_where_the_cap_has_more() -> None:
    counter = allocation(3, pool_used=99, pool_capacity=100, cap=50)
    assert (counter.available, counter.capacity) == (1, 4)


def test_team_beyond_its_own_cap_is_over() -> None:
    counter = allocation(8, pool_used=20, pool_capacity=100, cap=5)
    assert (counter.available, counter.over, counter.state) == (0, 3, "over")


def test_cap_limits_an_unlimited_pool() -> None:
    assert allocation(3, pool_used=20, pool_capacity=None, cap=5).available == 2
    assert allocation(3, pool_used=20, pool_capacity=None).state == "unlimited"


def test_dedicated_allocation_shows_its_pool() -> None:
    counter = allocation(12, pool_used=12, pool_capacity=10, shared=False)
    assert (counter.used, counter.capacity, counter.over) == (12, 10, 2)


def product(
    *, stock: int, used: int, capacity: int, available: int, unlimited: bool = False
) -> Counter:
    return product_counter(
        product_id=ID,
        stock=stock,
        used=used,
        capacity=capacity,
        available=available,
        unlimited=unlimited,
    )


def test_product_counts_all_seats_issued() -> None:
    counter = product(stock=50, used=65, capacity=100, available=35)
    assert (counter.topic, counter.capacity, counter.available) == (f"product-{ID}", 150, 35)


def test_product_with_stock_left_is_not_full() -> None:
    assert product(stock=50, used=100, capacity=100, available=0).state == "ok"
    assert product(stock=0, used=100, capacity=100, available=0).state == "full"


def test_product_with_an_unlimited_pool_is_unlimited() -> None:
    counter = product(stock=50, used=100, capacity=40, available=10, unlimited=True)
    assert (counter.capacity, counter.available, counter.state) == (None, None, "unlimited")


def test_product_is_over_when_more_is_used_than_was_issued() -> None:
    assert product(stock=1, used=103, capacity=100, available=0).over == 2


def test_product_tells_what_pages_add_up() -> None:
    totals = product(stock=50, used=100, capacity=40, available=10, unlimited=True).totals
    assert totals is not None
    assert (totals.stock, totals.allocated, totals.issued, totals.free) == (50, 40, 90, 10)
