"""Rules 1, 10, 12, 14, 16: who gets a seat."""

import pytest

from seats.errors import NoSeatsLeft
from seats.models import Enrolment, LedgerEntry, Pool
from seats.services.enrolment import Mode, Outcome, enrol
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners


def test_enrolling_uses_one_seat_and_books_it(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=3)
    (line,) = enrol_new(cast.manager, allocation)
    assert line.outcome is Outcome.ENROLLED
    pool = Pool.objects.get()
    assert (pool.used, pool.capacity) == (1, 3)
    entry = LedgerEntry.objects.get(kind="enrolled")
    assert (entry.used_moved, entry.used_after, entry.capacity_after) == (1, 1, 3)
    assert (entry.enrolment_id, entry.actor) == (line.enrolment_id, cast.manager)


def test_full_pool_refuses_with_its_numbers(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    enrol_new(cast.manager, allocation, 2)
    with pytest.raises(NoSeatsLeft) as refusal:
        enrol_new(cast.manager, allocation)
    assert refusal.value.numbers == {"needed": 1, "available": 0, "capacity": 2}
    assert Enrolment.objects.count() == 2


def test_enrolling_again_is_answered_with_the_enrolment_there_is(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1)
    (first,) = enrol_new(cast.manager, allocation)
    (again,) = enrol(actor=cast.manager, allocation=allocation, members=[first.member_id])
    assert again.outcome is Outcome.ALREADY
    assert again.enrolment_id == first.enrolment_id
    assert Pool.objects.get().used == 1


def test_list_is_all_or_nothing(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    with pytest.raises(NoSeatsLeft):
        enrol_new(cast.manager, allocation, 3)
    assert not Enrolment.objects.exists()


def test_list_fills_what_fits_in_the_order_given(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    learners = make_learners(cast.manager, cast.team, 3)
    lines = enrol(
        actor=cast.manager, allocation=allocation, members=learners, mode=Mode.FILL
    )
    assert [line.outcome for line in lines] == ["enrolled", "enrolled", "no_seat"]
    assert [line.member_id for line in lines] == learners
