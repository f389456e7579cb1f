"""Numbers of seats that are none: zero, below, and beyond any use."""

import pytest

from seats.errors import InvalidSeats
from seats.models import MOST_SEATS, Allocation, LedgerEntry, Pool
from seats.services.allocation import allocate, create_pool, increment, share
from seats.services.requests import ask
from seats.services.stock import issue, retire
from seats.services.taking import take_away
from seats.services.terms import set_cap
from seats.services.transfer import preview, transfer
from tests.conftest import Cast
from tests.factories import make_allocation

NO_NUMBERS = [0, -1, MOST_SEATS + 1, 2**31, 2**63, 10**18, 10**400]


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    return make_allocation(cast.admin, cast.team, cast.product, seats=5)


@pytest.mark.parametrize("seats", NO_NUMBERS)
def test_no_such_number_of_seats_is_allocated(cast: Cast, seats: int) -> None:
    with pytest.raises(InvalidSeats):
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=seats)
    with pytest.raises(InvalidSeats):
        create_pool(actor=cast.admin, product=cast.product, name="Shared", seats=seats)
    assert not Pool.objects.exists()


@pytest.mark.parametrize("seats", NO_NUMBERS)
def test_no_such_number_of_seats_is_issued_or_retired(cast: Cast, seats: int) -> None:
    for move in (issue, retire):
        with pytest.raises(InvalidSeats):
            move(actor=cast.admin, product=cast.product, seats=seats)
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("seats", NO_NUMBERS)
def test_no_such_number_of_seats_changes_a_pool(
    cast: Cast, allocation: Allocation, seats: int
) -> None:
    before = LedgerEntry.objects.count()
    for change in (increment, take_away):
        with pytest.raises(InvalidSeats):
            change(actor=cast.admin, pool=allocation.pool, seats=seats)
    for move in (preview, transfer):
        with pytest.raises(InvalidSeats):
            move(
                actor=cast.admin,
                product=cast.product,
                source=cast.team,
                target=cast.other_team,
                seats=seats,
            )
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("seats", NO_NUMBERS)
def test_no_such_number_of_seats_is_a_cap(cast: Cast, allocation: Allocation, seats: int) -> None:
    with pytest.raises(InvalidSeats):
        set_cap(actor=cast.admin, allocation=allocation, cap=seats)
    with pytest.raises(InvalidSeats):
        share(actor=cast.admin, pool=allocation.pool, team=cast.other_team, cap=seats)


@pytest.mark.parametrize("seats", NO_NUMBERS)
def test_no_such_number_of_seats_is_asked_for(cast: Cast, seats: int) -> None:
    with pytest.raises(InvalidSeats):
        ask(actor=cast.manager, team=cast.team, product=cast.product, seats=seats, reason="more")


def test_the_most_seats_can_be_allocated(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=MOST_SEATS)
    assert Pool.objects.get().capacity == MOST_SEATS


def test_pool_holds_no_more_than_the_most(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=MOST_SEATS)
    with pytest.raises(InvalidSeats) as refusal:
        increment(actor=cast.admin, pool=allocation.pool, seats=1)
    assert refusal.value.numbers == {"total": MOST_SEATS + 1, "most": MOST_SEATS}
    assert Pool.objects.get().capacity == MOST_SEATS


def test_stock_holds_no_more_than_the_most(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=MOST_SEATS)
    with pytest.raises(InvalidSeats):
        issue(actor=cast.admin, product=cast.product, seats=1)
