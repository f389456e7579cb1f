"""Rule 4: capacity may go below what is in use."""

import pytest

from seats.errors import ChangedMeanwhile, NoSeatsLeft, NotEnoughSeats, PoolIsUnlimited
from seats.models import Allocation, Enrolment, LedgerEntry, Pool
from seats.services.revocation import revoke
from seats.services.taking import take_away
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    """Give Classroom A ten seats, of which it uses eight."""
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    enrol_new(cast.manager, allocation, 8)
    return allocation


def test_seats_taken_away_are_booked(cast: Cast, allocation: Allocation) -> None:
    take_away(actor=cast.admin, pool=allocation.pool, seats=2, reason="unpaid")
    entry = LedgerEntry.objects.get(kind="taken_back")
    assert (entry.actor, entry.reason) == (cast.admin, "unpaid")
    assert (entry.stock_moved, entry.capacity_moved) == (2, -2)
    assert (entry.stock_after, entry.capacity_after, entry.used_after) == (2, 8, 8)


def test_answer_says_by_how_many_the_pool_is_over_committed(
    cast: Cast, allocation: Allocation
) -> None:
    assert take_away(actor=cast.admin, pool=allocation.pool, seats=2).over == 0
    assert take_away(actor=cast.admin, pool=allocation.pool, seats=3).over == 3


def test_enrolments_keep_their_access_in_an_over_committed_pool(
    cast: Cast, allocation: Allocation
) -> None:
    take_away(actor=cast.admin, pool=allocation.pool, seats=10)
    assert Enrolment.objects.live().count() == 8
    pool = Pool.objects.get()
    assert (pool.capacity, pool.used) == (0, 8)


def test_over_committed_pool_enrols_nobody_until_use_falls_below_capacity(
    cast: Cast, allocation: Allocation
) -> None:
    take_away(actor=cast.admin, pool=allocation.pool, seats=3)
    first, second = Enrolment.objects.all()[:2]
    for enrolment in (None, first):
        if enrolment:
            revoke(actor=cast.admin, enrolment=enrolment)
        with pytest.raises(NoSeatsLeft) as refusal:
            enrol_new(cast.manager, allocation)
        assert refusal.value.numbers["available"] == 0
    revoke(actor=cast.admin, enrolment=second)
    enrol_new(cast.manager, allocation)
    assert Pool.objects.get().used == 7


def test_no_more_is_taken_than_the_pool_has(cast: Cast, allocation: Allocation) -> None:
    with pytest.raises(NotEnoughSeats) as refusal:
        take_away(actor=cast.admin, pool=allocation.pool, seats=11)
    assert refusal.value.numbers == {"asked": 11, "capacity": 10}
    assert Pool.objects.get().capacity == 10


def test_unlimited_pool_has_nothing_to_take(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    with pytest.raises(PoolIsUnlimited):
        take_away(actor=cast.admin, pool=allocation.pool, seats=1)


def test_second_of_two_admins_is_told_of_the_first(cast: Cast, allocation: Allocation) -> None:
    seen = Pool.objects.get().version
    take_away(actor=cast.admin, pool=allocation.pool, seats=2, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        take_away(actor=cast.admin, pool=allocation.pool, seats=2, seen=seen)
    assert Pool.objects.get().capacity == 8
