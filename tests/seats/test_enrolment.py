"""Rules 1, 10, 12, 14, 16: who gets a seat."""

import pytest
from django.db import connection

from seats.errors import NoSeatsLeft, NotInTeam
from seats.models import Enrolment, LedgerEntry, Pool
from seats.services.enrolment import Mode, Outcome, enrol
from teams.models import TeamMember
from teams.services import appoint
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners, make_shared_pool


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
    lines = enrol(actor=cast.manager, allocation=allocation, members=learners, mode=Mode.FILL)
    assert [line.outcome for line in lines] == ["enrolled", "enrolled", "no_seat"]
    assert [line.member_id for line in lines] == learners


def test_answer_names_each_person_in_the_order_given(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=4)
    learners = make_learners(cast.manager, cast.team, 4)
    enrol(actor=cast.manager, allocation=allocation, members=learners[1:3])
    lines = enrol(actor=cast.manager, allocation=allocation, members=learners)
    assert [line.member_id for line in lines] == learners
    assert [line.outcome for line in lines] == [
        Outcome.ENROLLED,
        Outcome.ALREADY,
        Outcome.ALREADY,
        Outcome.ENROLLED,
    ]


def test_who_is_enrolled_already_takes_no_room_in_a_list(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=3)
    learners = make_learners(cast.manager, cast.team, 4)
    enrol(actor=cast.manager, allocation=allocation, members=learners[:2])
    lines = enrol(actor=cast.manager, allocation=allocation, members=learners, mode=Mode.FILL)
    assert [line.outcome for line in lines] == [
        Outcome.ALREADY,
        Outcome.ALREADY,
        Outcome.ENROLLED,
        Outcome.NO_SEAT,
    ]


def test_full_pool_still_knows_who_is_in_it(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    lines = enrol_new(cast.manager, allocation, 2)
    members = [line.member_id for line in lines]
    again = enrol(actor=cast.manager, allocation=allocation, members=members)
    assert {line.outcome for line in again} == {Outcome.ALREADY}


def test_person_given_twice_is_enrolled_once(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    learners = make_learners(cast.manager, cast.team, 2)
    lines = enrol(actor=cast.manager, allocation=allocation, members=learners * 2)
    assert [line.member_id for line in lines] == learners
    assert Pool.objects.get().used == 2


def test_empty_list_enrols_nobody(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    assert enrol(actor=cast.manager, allocation=allocation, members=[]) == []


def test_person_of_another_team_is_refused_and_so_is_the_list(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    insiders = make_learners(cast.manager, cast.team)
    outsiders = make_learners(cast.other_manager, cast.other_team)
    with pytest.raises(NotInTeam) as refusal:
        enrol(actor=cast.manager, allocation=allocation, members=insiders + outsiders)
    assert refusal.value.numbers == {"not_in_team": 1}
    assert not Enrolment.objects.exists()


def test_person_of_another_organisation_is_refused(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    with pytest.raises(NotInTeam):
        enrol(actor=cast.manager, allocation=allocation, members=[cast.outsider.pk])


def test_member_of_two_teams_holds_one_seat_of_their_shared_pool(cast: Cast) -> None:
    pool, (first, second) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    member = cast.manager
    appoint(actor=cast.admin, team=cast.other_team, member=member, role=TeamMember.Role.LEARNER)
    for allocation in (first, second):
        lines = enrol(actor=cast.admin, allocation=allocation, members=[member.pk])
    assert lines[0].outcome is Outcome.ALREADY
    pool.refresh_from_db()
    assert pool.used == 1


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.FILL])
def test_who_holds_a_seat_through_another_team_is_answered_with_it_in_a_list(
    cast: Cast, mode: Mode
) -> None:
    pool, (first, second) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    (held,) = enrol_new(cast.admin, second)
    fresh = make_learners(cast.admin, cast.team)
    members = [held.member_id, *fresh]
    lines = enrol(actor=cast.admin, allocation=first, members=members, mode=mode)
    assert [line.outcome for line in lines] == [Outcome.ALREADY, Outcome.ENROLLED]
    assert lines[0].enrolment_id == held.enrolment_id
    pool.refresh_from_db()
    assert pool.used == 2


def test_list_of_a_thousand_is_one_step(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1_000)
    lines = enrol_new(cast.manager, allocation, 1_000)
    assert {line.outcome for line in lines} == {Outcome.ENROLLED}
    assert Pool.objects.get().used == 1_000


def test_entries_of_a_list_carry_a_running_balance(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    lines = enrol_new(cast.manager, allocation, 3)
    entries = LedgerEntry.objects.filter(kind="enrolled").order_by("seq")
    assert [entry.used_after for entry in entries] == [1, 2, 3]
    assert {entry.member_id for entry in entries} == {line.member_id for line in lines}


@pytest.mark.parametrize("join", ["nestloop", "hashjoin", "mergejoin"])
def test_list_is_booked_in_the_order_given_however_it_is_looked_up(cast: Cast, join: str) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, 50)
    enrol_new(cast.manager, allocation, 5)
    given = make_learners(cast.admin, cast.team, 30)[::-1]
    with connection.cursor() as cursor:
        for other in {"nestloop", "hashjoin", "mergejoin"} - {join}:
            cursor.execute(f"SET LOCAL enable_{other} = off")
    enrol(actor=cast.manager, allocation=allocation, members=given)
    booked = LedgerEntry.objects.filter(kind="enrolled").order_by("seq")
    assert list(booked.values_list("member", flat=True))[5:] == given
