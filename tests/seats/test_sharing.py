"""Rule 6 and caps: several teams draw on the same seats."""

import pytest

from seats.errors import (
    AlreadyAllocated,
    Archived,
    CapReached,
    NoSeatsLeft,
    NotAllocated,
    SeatsInUse,
)
from seats.models import Allocation, LedgerEntry, Pool
from seats.services.allocation import share, take_off
from seats.services.archive import archive_pool
from seats.services.enrolment import Mode, Outcome, enrol
from seats.services.revocation import revoke
from seats.services.terms import set_cap
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import (
    enrol_new,
    enrolment_of,
    make_allocation,
    make_learners,
    make_shared_pool,
)


def available(pool: Pool) -> int:
    pool.refresh_from_db()
    assert pool.capacity is not None
    return pool.capacity - pool.used


def test_five_classrooms_share_what_is_left_of_a_hundred_seats(cast: Cast) -> None:
    teams = [cast.team, cast.other_team]
    teams += [create_team(actor=cast.admin, name=f"Classroom {name}") for name in "CDE"]
    pool, allocations = make_shared_pool(cast.admin, cast.product, teams, seats=100)
    for allocation, use in zip(allocations, (10, 20, 35, 0, 0), strict=True):
        if use:
            enrol_new(cast.admin, allocation, use)
    assert available(pool) == 35
    for allocation in allocations:
        with pytest.raises(NoSeatsLeft) as refusal:
            enrol_new(cast.admin, allocation, 36)
        assert refusal.value.numbers["available"] == 35
    enrol_new(cast.admin, allocations[4], 35)
    assert available(pool) == 0


def test_each_team_has_its_own_use_counted(cast: Cast) -> None:
    _, (first, second) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    enrol_new(cast.admin, first, 3)
    enrol_new(cast.admin, second, 4)
    assert list(Allocation.objects.order_by("used").values_list("used", flat=True)) == [3, 4]


def test_sharing_is_booked_with_the_team(cast: Cast) -> None:
    pool, _ = make_shared_pool(cast.admin, cast.product, [cast.team])
    entry = LedgerEntry.objects.get(kind="shared")
    assert (entry.team, entry.pool, entry.capacity_after) == (cast.team, pool, 100)


def test_pool_is_shared_with_a_team_once(cast: Cast) -> None:
    pool, _ = make_shared_pool(cast.admin, cast.product, [cast.team])
    with pytest.raises(AlreadyAllocated):
        share(actor=cast.admin, pool=pool, team=cast.team)


def test_team_that_uses_none_is_taken_off(cast: Cast) -> None:
    _, (first, second) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    enrol_new(cast.admin, first)
    take_off(actor=cast.admin, allocation=second)
    assert list(Allocation.objects.current()) == [first]
    assert LedgerEntry.objects.get(kind="unshared").team == cast.other_team


def test_team_that_uses_seats_is_not_taken_off_and_the_answer_says_who(cast: Cast) -> None:
    _, (allocation,) = make_shared_pool(cast.admin, cast.product, [cast.team])
    enrol_new(cast.admin, allocation, 2)
    with pytest.raises(SeatsInUse) as refusal:
        take_off(actor=cast.admin, allocation=allocation)
    names = [str(each.member) for each in allocation.enrolments.order_by("started_at", "id")]
    assert refusal.value.numbers["used"] == 2
    assert refusal.value.numbers["members"] == names
    assert all(name in refusal.value.detail for name in names)
    assert Allocation.objects.current().exists()


def test_refusal_names_a_few_of_many(cast: Cast) -> None:
    _, (allocation,) = make_shared_pool(cast.admin, cast.product, [cast.team])
    enrol_new(cast.admin, allocation, 20)
    with pytest.raises(SeatsInUse, match=r"20 seats.*and others"):
        take_off(actor=cast.admin, allocation=allocation)


def test_taking_off_again_changes_nothing(cast: Cast) -> None:
    _, (allocation,) = make_shared_pool(cast.admin, cast.product, [cast.team])
    first = take_off(actor=cast.admin, allocation=allocation)
    again = take_off(actor=cast.admin, allocation=allocation)
    assert again.ended_at == first.ended_at
    assert LedgerEntry.objects.filter(kind="unshared").count() == 1


def test_team_that_was_taken_off_enrols_nobody(cast: Cast) -> None:
    _, (allocation,) = make_shared_pool(cast.admin, cast.product, [cast.team])
    take_off(actor=cast.admin, allocation=allocation)
    with pytest.raises(NotAllocated):
        enrol_new(cast.admin, allocation)


def test_team_that_was_taken_off_a_full_pool_hears_the_real_reason(cast: Cast) -> None:
    _, (first, second) = make_shared_pool(
        cast.admin, cast.product, [cast.team, cast.other_team], seats=1
    )
    take_off(actor=cast.admin, allocation=second)
    enrol_new(cast.admin, first)
    with pytest.raises(NotAllocated):
        enrol_new(cast.admin, second)


def test_team_may_come_back_to_a_pool(cast: Cast) -> None:
    pool, (allocation,) = make_shared_pool(cast.admin, cast.product, [cast.team])
    (line,) = enrol_new(cast.admin, allocation)
    revoke(actor=cast.admin, enrolment=enrolment_of(line))
    take_off(actor=cast.admin, allocation=allocation)
    again = share(actor=cast.admin, pool=pool, team=cast.team)
    enrol_new(cast.admin, again, 2)
    assert available(pool) == 98


def test_archived_pool_is_not_shared(cast: Cast) -> None:
    pool, _ = make_shared_pool(cast.admin, cast.product, [])
    archive_pool(actor=cast.admin, pool=pool)
    with pytest.raises(Archived):
        share(actor=cast.admin, pool=pool, team=cast.team)


def test_cap_limits_one_team_and_no_other(cast: Cast) -> None:
    pool, (first, second) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    set_cap(actor=cast.admin, allocation=first, cap=2)
    enrol_new(cast.admin, first, 2)
    with pytest.raises(CapReached) as refusal:
        enrol_new(cast.admin, first)
    assert refusal.value.numbers == {"needed": 1, "available": 0, "cap": 2}
    enrol_new(cast.admin, second, 10)
    assert available(pool) == 88


def test_capped_team_fills_up_to_its_cap(cast: Cast) -> None:
    pool, _ = make_shared_pool(cast.admin, cast.product, [])
    allocation = share(actor=cast.admin, pool=pool, team=cast.team, cap=2)
    lines = enrol_new(cast.admin, allocation, 3, Mode.FILL)
    assert [line.outcome for line in lines] == [Outcome.ENROLLED] * 2 + [Outcome.NO_SEAT]


def test_cap_below_use_takes_nobody_s_seat(cast: Cast) -> None:
    _, (allocation,) = make_shared_pool(cast.admin, cast.product, [cast.team])
    enrol_new(cast.admin, allocation, 3)
    set_cap(actor=cast.admin, allocation=allocation, cap=1)
    assert allocation.enrolments.live().count() == 3
    with pytest.raises(CapReached):
        enrol_new(cast.admin, allocation)


def test_cap_may_be_lifted(cast: Cast) -> None:
    pool, _ = make_shared_pool(cast.admin, cast.product, [])
    allocation = share(actor=cast.admin, pool=pool, team=cast.team, cap=1)
    set_cap(actor=cast.admin, allocation=allocation, cap=None)
    enrol_new(cast.admin, allocation, 3)
    assert LedgerEntry.objects.filter(kind="capped").count() == 1


def test_cap_of_a_team_that_was_taken_off_is_refused(cast: Cast) -> None:
    _, (allocation,) = make_shared_pool(cast.admin, cast.product, [cast.team])
    take_off(actor=cast.admin, allocation=allocation)
    with pytest.raises(NotAllocated):
        set_cap(actor=cast.admin, allocation=allocation, cap=1)


def test_pool_s_seats_end_before_a_cap_does(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1)
    set_cap(actor=cast.admin, allocation=allocation, cap=5)
    learners = make_learners(cast.admin, cast.team, 2)
    with pytest.raises(NoSeatsLeft):
        enrol(actor=cast.admin, allocation=allocation, members=learners)
