"""Two people want the same seat at the same moment. Every story ends with books that balance."""

from collections.abc import Sequence
from functools import partial
from threading import Event, Timer
from typing import Any

import pytest

from seatdash import tenancy
from seats.models import LedgerEntry, Product
from seats.services.allocation import share
from seats.services.catalogue import create_product
from seats.services.enrolment import Line, Mode, enrol
from seats.services.taking import take_away
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners, make_shared_pool
from tests.seats.meanwhile import AGAIN, in_a_page, one, pool_of, prepare, seen_by
from tests.threads import at_once, kinds


def outcomes(answers: Sequence[list[Line]]) -> list[str]:
    return sorted(line.outcome for lines in answers for line in lines)


@pytest.mark.parametrize("page", [False, True])
def test_last_seat_goes_to_one_of_two(stage: Cast, *, page: bool) -> None:
    for _ in AGAIN[:3]:
        with seen_by(stage):
            product = create_product(
                actor=stage.admin, code=f"X-{Product.objects.count()}", name="X"
            )
            allocation = make_allocation(stage.admin, stage.team, product, seats=1)
            first, second = make_learners(stage.admin, stage.team, 2)
        actions = [one(stage, allocation, member) for member in (first, second)]
        answers = at_once(*[in_a_page(stage, each) if page else each for each in actions])
        assert kinds(answers) == ["NoSeatsLeft", "list"]
        assert pool_of(stage, allocation).used == 1


def test_ten_seats_go_to_ten_of_thirty(stage: Cast) -> None:
    allocation, learners = prepare(stage, seats=10, learners=30)
    answers = at_once(*[one(stage, allocation, member) for member in learners])
    assert kinds(answers) == ["NoSeatsLeft"] * 20 + ["list"] * 10
    assert pool_of(stage, allocation).used == 10


def test_two_lists_do_not_share_the_seats_of_one(stage: Cast) -> None:
    allocation, learners = prepare(stage, seats=10, learners=16)
    half = partial(enrol, actor=stage.admin, allocation=allocation)
    answers = at_once(partial(half, members=learners[:8]), partial(half, members=learners[8:]))
    assert kinds(answers) == ["NoSeatsLeft", "list"]
    assert pool_of(stage, allocation).used == 8


def test_two_lists_that_fill_share_what_there_is(stage: Cast) -> None:
    allocation, learners = prepare(stage, seats=10, learners=16)
    half = partial(enrol, actor=stage.admin, allocation=allocation, mode=Mode.FILL)
    answers = at_once(partial(half, members=learners[:8]), partial(half, members=learners[8:]))
    assert outcomes(answers) == ["enrolled"] * 10 + ["no_seat"] * 6


@pytest.mark.parametrize("page", [False, True])
def test_member_enrolled_by_ten_at_once_has_one_enrolment(stage: Cast, *, page: bool) -> None:
    allocation, (learner,) = prepare(stage, seats=5)
    action = one(stage, allocation, learner)
    answers = at_once(*[in_a_page(stage, action) if page else action] * 10)
    assert outcomes(answers) == ["already_enrolled"] * 9 + ["enrolled"]
    assert len({lines[0].enrolment_id for lines in answers}) == 1
    assert pool_of(stage, allocation).used == 1


def test_overlapping_lists_enrol_each_person_once(stage: Cast) -> None:
    allocation, learners = prepare(stage, seats=50, learners=30)
    lists = [learners[:20], learners[10:], list(reversed(learners))]
    answers = at_once(
        *[partial(enrol, actor=stage.admin, allocation=allocation, members=each) for each in lists]
    )
    assert outcomes(answers).count("enrolled") == 30
    assert pool_of(stage, allocation).used == 30


def test_cap_is_kept_by_ten_at_once(stage: Cast) -> None:
    with seen_by(stage):
        pool, _ = make_shared_pool(stage.admin, stage.product, [stage.other_team])
        allocation = share(actor=stage.admin, pool=pool, team=stage.team, cap=4)
        learners = make_learners(stage.admin, stage.team, 10)
    answers = at_once(*[one(stage, allocation, member) for member in learners])
    assert kinds(answers) == ["CapReached"] * 6 + ["list"] * 4


def test_enrolment_that_waits_for_the_pool_sees_what_happened_meanwhile(stage: Cast) -> None:
    # It began before the seats were taken away, and gets to the pool after.
    allocation, (learner,) = prepare(stage, seats=1)
    locked, waiting = Event(), Event()

    def take_the_seat_away() -> Any:
        with tenancy.scope(stage.organisation.pk):
            taken = take_away(actor=stage.admin, pool=allocation.pool, seats=1)
            locked.set()
            waiting.wait(5)
            return taken

    def enrol_after_the_lock() -> Any:
        locked.wait(5)
        Timer(0.2, waiting.set).start()
        return one(stage, allocation, learner)()

    assert kinds(at_once(take_the_seat_away, enrol_after_the_lock)) == ["NoSeatsLeft", "TakenAway"]
    with seen_by(stage):
        assert not LedgerEntry.objects.filter(kind="enrolled").exists()


def test_shared_pool_is_filled_by_its_teams_at_once_to_the_last_seat(stage: Cast) -> None:
    with seen_by(stage):
        teams = [stage.team, stage.other_team]
        _, (first, second) = make_shared_pool(stage.admin, stage.product, teams, seats=15)
        groups = [make_learners(stage.admin, team, 10) for team in teams]
        enrol_new(stage.admin, first, 1)
    answers = at_once(
        *[one(stage, first, member) for member in groups[0]],
        *[one(stage, second, member) for member in groups[1]],
    )
    assert kinds(answers).count("list") == 14
    assert pool_of(stage, first).used == 15
