"""People join and leave while they are being enrolled. Every story ends with books that balance."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection

from orgs.models import Member
from seats.models import Enrolment
from seats.services.enrolment import Mode, Outcome, enrol
from seats.services.leaving import leave, offboard
from seats.services.locks import lock_memberships
from seats.services.revocation import revoke_many
from teams.models import TeamMember
from teams.services import Person, appoint, join
from tests.conftest import Cast
from tests.factories import make_allocation, make_learners
from tests.seats.meanwhile import AGAIN, in_a_page, one, pool_of, prepare, seen_by
from tests.threads import PATIENCE, at_once, kinds, wait_until


@pytest.mark.parametrize("page", [False, True])
def test_who_leaves_while_being_enrolled_holds_no_seat(stage: Cast, *, page: bool) -> None:
    allocation, learners = prepare(stage, seats=50, learners=len(AGAIN))
    with seen_by(stage):
        members = [Member.objects.get(pk=pk) for pk in learners]
    for member in members:
        going = partial(leave, actor=stage.admin, member=member, team=stage.team)
        coming = one(stage, allocation, member.pk)
        if page:
            going, coming = in_a_page(stage, going), in_a_page(stage, coming)  # type: ignore[assignment]
        at_once(going, coming)
    assert pool_of(stage, allocation).used == 0


def test_who_is_offboarded_while_being_enrolled_everywhere_holds_no_seat(stage: Cast) -> None:
    allocation, learners = prepare(stage, seats=50, learners=4)
    role = TeamMember.Role.LEARNER
    with seen_by(stage):
        second = make_allocation(stage.admin, stage.other_team, stage.product, seats=50)
        members = [Member.objects.get(pk=pk) for pk in learners]
        for member in members:
            appoint(actor=stage.admin, team=stage.other_team, member=member, role=role)
    at_once(
        *[in_a_page(stage, partial(offboard, actor=stage.admin, member=each)) for each in members],
        *[
            in_a_page(stage, partial(enrol, actor=stage.admin, allocation=each, members=learners))
            for each in (allocation, second)
        ],
    )
    assert pool_of(stage, allocation).used == pool_of(stage, second).used == 0


def test_who_leaves_a_full_pool_while_a_list_is_tried_waits_in_no_circle(stage: Cast) -> None:
    # A full pool is looked at under its lock; the memberships must be locked before, or the one
    # who leaves and the one who enrols would each wait for the other.
    allocation, learners = prepare(stage, seats=4, learners=8)
    with seen_by(stage):
        holders = [Member.objects.get(pk=pk) for pk in learners[:4]]
    everybody = partial(
        enrol, actor=stage.admin, allocation=allocation, members=learners, mode=Mode.FILL
    )
    for _ in AGAIN:
        with seen_by(stage):
            people = [Person(member.email) for member in holders]
            join(actor=stage.admin, team=stage.team, people=people)
            revoke_many(actor=stage.admin, enrolments=list(Enrolment.objects.live()))
            enrol(actor=stage.admin, allocation=allocation, members=learners[:4])
        leaving = partial(leave, actor=stage.admin, team=stage.team)
        actions: list[Callable[[], Any]] = [partial(leaving, member=each) for each in holders]
        actions += [everybody] * 4
        at_once(*[in_a_page(stage, each) for each in actions])
    assert pool_of(stage, allocation).used <= 4


def test_leaving_and_offboarding_wait_in_no_circle(stage: Cast) -> None:
    _, learners = prepare(stage, learners=len(AGAIN))
    with seen_by(stage):
        members = [Member.objects.get(pk=pk) for pk in learners]
    role = TeamMember.Role.MANAGER
    for member in members:
        at_once(
            in_a_page(stage, partial(leave, actor=stage.admin, member=member, team=stage.team)),
            in_a_page(stage, partial(offboard, actor=stage.admin, member=member)),
            in_a_page(
                stage,
                partial(appoint, actor=stage.admin, team=stage.team, member=member, role=role),
            ),
        )
    with seen_by(stage):
        assert not TeamMember.objects.filter(member__in=members).exists()


def test_who_is_enrolled_while_joining_is_in_or_told_the_real_reason(stage: Cast) -> None:
    allocation, _ = prepare(stage, seats=50)
    for _ in range(20):
        with seen_by(stage):
            (outsider,) = make_learners(stage.admin, stage.other_team)
            people = [Person(Member.objects.get(pk=outsider).email)]
        answers = at_once(
            *[in_a_page(stage, one(stage, allocation, outsider))] * 3,
            in_a_page(stage, partial(join, actor=stage.admin, team=stage.team, people=people)),
        )
        assert set(kinds(answers)) <= {"NotInTeam", "list"}


def test_who_joins_while_being_offboarded_is_in_or_out(stage: Cast) -> None:
    _, learners = prepare(stage, learners=len(AGAIN))
    with seen_by(stage):
        members = [Member.objects.get(pk=pk) for pk in learners]
    for member in members:
        people = [Person(member.email)]
        at_once(
            in_a_page(stage, partial(offboard, actor=stage.admin, member=member)),
            in_a_page(
                stage, partial(join, actor=stage.admin, team=stage.other_team, people=people)
            ),
        )
    with seen_by(stage):
        gone = Member.objects.filter(pk__in=learners, offboarded_at__isnull=False)
        assert not TeamMember.objects.filter(member__in=gone).exists()


def test_same_people_join_two_teams_at_once(stage: Cast) -> None:
    people = [Person(f"New-{number}@north.example") for number in range(30)]
    lower = [Person(person.email.lower()) for person in reversed(people)]
    first, second = at_once(
        in_a_page(stage, partial(join, actor=stage.admin, team=stage.team, people=people)),
        in_a_page(stage, partial(join, actor=stage.admin, team=stage.other_team, people=lower)),
    )
    assert first == second[::-1]


def test_lone_enrolment_leaves_no_transaction_open(stage: Cast) -> None:
    allocation, (learner,) = prepare(stage)
    (line,) = one(stage, allocation, learner)()
    assert line.outcome is Outcome.ENROLLED
    assert not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('seatdash.org', true)")
        assert not cursor.fetchone()[0]


def test_offboarding_holds_memberships_in_the_order_of_their_teams(stage: Cast) -> None:
    # Undoing a revocation through two teams holds both memberships, team by team; whoever took them
    # the other way round would meet it halfway.
    first, second = sorted([stage.team, stage.other_team], key=lambda team: team.pk)
    with seen_by(stage):
        (learner,) = join(actor=stage.admin, team=second, people=[Person("kim@north.example")])
        join(actor=stage.admin, team=first, people=[Person("kim@north.example")])
        member = Member.objects.get(pk=learner)
    holds_first = Event()

    def hold_both() -> None:
        lock_memberships(first.pk, [learner])
        holds_first.set()
        wait_until(somebody_waits)
        lock_memberships(second.pk, [learner])

    def go() -> None:
        assert holds_first.wait(PATIENCE)
        offboard(actor=stage.admin, member=member)

    at_once(in_a_page(stage, hold_both), in_a_page(stage, go))
    with seen_by(stage):
        assert not TeamMember.objects.filter(member=learner).exists()


def somebody_waits() -> bool:
    """Tell whether another transaction waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone() != (0,))
