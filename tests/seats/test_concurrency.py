"""Two people at the same moment. Every story ends with books that balance."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Event, Timer
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from orgs.models import Member
from seatdash import tenancy
from seats import clock
from seats.models import Allocation, Enrolment, LedgerEntry, Pool, Product
from seats.services.allocation import allocate, increment, share, take_off
from seats.services.archive import archive_pool, archive_team
from seats.services.catalogue import create_product
from seats.services.enrolment import Line, Mode, Outcome, enrol
from seats.services.expiry import expire_due
from seats.services.leaving import leave, offboard
from seats.services.requests import approve, ask, decline
from seats.services.revocation import extend, revoke, revoke_many
from seats.services.stock import retire
from seats.services.taking import take_away
from seats.services.terms import Terms
from seats.services.transfer import transfer
from teams.models import TeamMember
from teams.services import Person, appoint, join
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners, make_shared_pool
from tests.threads import at_once, kinds

AGAIN = range(8)


@contextmanager
def seen_by(cast: Cast) -> Iterator[None]:
    with tenancy.scope(cast.organisation.pk):
        yield


def in_a_page(cast: Cast, action: Callable[[], Any]) -> Callable[[], Any]:
    """Do it as a page does: within the gate's transaction, where nothing is tried again."""

    def within() -> Any:
        with tenancy.scope(cast.organisation.pk):
            return action()

    return within


def prepare(
    stage: Cast, seats: int | None = 10, learners: int = 1, terms: Terms | None = None
) -> tuple[Allocation, list[UUID]]:
    with seen_by(stage):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats, terms)
        return allocation, make_learners(stage.admin, stage.team, learners)


def pool_of(stage: Cast, allocation: Allocation) -> Pool:
    with seen_by(stage):
        return Pool.objects.get(pk=allocation.pool_id)


def one(stage: Cast, allocation: Allocation, member: UUID) -> Callable[[], Any]:
    return partial(enrol, actor=stage.admin, allocation=allocation, members=[member])


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


def test_pool_is_archived_or_enrols_but_not_both(stage: Cast) -> None:
    for _ in AGAIN:
        with seen_by(stage):
            allocation = make_allocation(stage.admin, stage.team, stage.product)
            (learner,) = make_learners(stage.admin, stage.team)
        answers = at_once(
            in_a_page(stage, partial(archive_pool, actor=stage.admin, pool=allocation.pool)),
            in_a_page(stage, one(stage, allocation, learner)),
        )
        assert kinds(answers) in (["Archived", "Pool"], ["StillInUse", "list"])
        with seen_by(stage):
            pool = Pool.objects.get(pk=allocation.pool_id)
            assert (pool.archived_at is None) == (pool.used == 1)
            for enrolment in Enrolment.objects.live():
                revoke(actor=stage.admin, enrolment=enrolment)
            if pool.archived_at is None:
                archive_pool(actor=stage.admin, pool=pool)


def test_team_is_taken_off_or_enrols_but_not_both(stage: Cast) -> None:
    with seen_by(stage):
        pool, _ = make_shared_pool(stage.admin, stage.product, [])
    for _ in AGAIN:
        with seen_by(stage):
            allocation = share(actor=stage.admin, pool=pool, team=stage.team)
            (learner,) = make_learners(stage.admin, stage.team)
        answers = at_once(
            in_a_page(stage, partial(take_off, actor=stage.admin, allocation=allocation)),
            in_a_page(stage, one(stage, allocation, learner)),
        )
        assert kinds(answers) in (["Allocation", "NotAllocated"], ["SeatsInUse", "list"])
        with seen_by(stage):
            for enrolment in Enrolment.objects.live():
                revoke(actor=stage.admin, enrolment=enrolment)
            take_off(actor=stage.admin, allocation=allocation)


def test_team_is_archived_or_gets_seats_but_not_both(stage: Cast) -> None:
    at_once(
        in_a_page(stage, partial(archive_team, actor=stage.admin, team=stage.team)),
        in_a_page(
            stage,
            partial(allocate, actor=stage.admin, team=stage.team, product=stage.product, seats=5),
        ),
    )
    with seen_by(stage):
        stage.team.refresh_from_db()
        assert not (stage.team.archived_at and Allocation.objects.current().exists())


def test_two_admins_give_a_team_its_first_pool_only_once(stage: Cast) -> None:
    give = partial(
        allocate, actor=stage.admin, team=stage.team, product=stage.product, seats=5, seen=0
    )
    answers = at_once(*[in_a_page(stage, give)] * 2)
    assert kinds(answers) == ["Allocated", "ChangedMeanwhile"]
    with seen_by(stage):
        assert Pool.objects.get().capacity == 5


def test_two_admins_without_a_form_add_to_one_pool(stage: Cast) -> None:
    give = partial(allocate, actor=stage.admin, team=stage.team, product=stage.product, seats=5)
    assert kinds(at_once(*[give] * 6)) == ["Allocated"] * 6
    with seen_by(stage):
        assert Pool.objects.get().capacity == 30


def test_one_of_two_admins_is_told_that_the_pool_changed(stage: Cast) -> None:
    allocation, _ = prepare(stage)
    change = partial(actor_change, stage, allocation.pool, pool_of(stage, allocation).version)
    answers = at_once(in_a_page(stage, partial(change, increment)), partial(change, take_away))
    assert "ChangedMeanwhile" in kinds(answers)
    assert pool_of(stage, allocation).capacity in (9, 11)


def actor_change(stage: Cast, pool: Pool, seen: int, verb: Callable[..., Any]) -> Any:
    return verb(actor=stage.admin, pool=pool, seats=1, seen=seen)


def test_stock_is_given_out_once(stage: Cast) -> None:
    allocation, _ = prepare(stage, seats=10)
    with seen_by(stage):
        take_away(actor=stage.admin, pool=allocation.pool, seats=5)
    answers = at_once(*[partial(retire, actor=stage.admin, product=stage.product, seats=3)] * 3)
    assert kinds(answers) == ["NotEnoughSeats", "NotEnoughSeats", "Product"]


def test_transfers_that_cross_wait_in_no_circle(stage: Cast) -> None:
    prepare(stage, seats=50)
    with seen_by(stage):
        make_allocation(stage.admin, stage.other_team, stage.product, seats=50)
    move = partial(transfer, actor=stage.admin, product=stage.product, seats=2)
    there = in_a_page(stage, partial(move, source=stage.team, target=stage.other_team))
    back = in_a_page(stage, partial(move, source=stage.other_team, target=stage.team))
    answers = at_once(*[there, back] * 8)
    assert kinds(answers) == ["Transfer"] * 16
    with seen_by(stage):
        assert set(Pool.objects.values_list("capacity", flat=True)) == {50}


def test_changes_of_every_kind_cross_without_a_deadlock(stage: Cast) -> None:
    allocation, learners = prepare(stage, seats=40, learners=12)
    with seen_by(stage):
        other = make_allocation(stage.admin, stage.other_team, stage.product, seats=40)
        more = make_learners(stage.admin, stage.other_team, 12)
        enrol(actor=stage.admin, allocation=allocation, members=learners[:6])
        enrol(actor=stage.admin, allocation=other, members=more[:6])
        live = list(Enrolment.objects.live())
    me: dict[str, Any] = {"actor": stage.admin}
    move = partial(transfer, **me, product=stage.product, seats=1)
    actions: list[Callable[[], Any]] = [
        partial(move, source=stage.team, target=stage.other_team),
        partial(move, source=stage.other_team, target=stage.team),
        partial(increment, **me, pool=allocation.pool, seats=2),
        partial(increment, **me, pool=other.pool, seats=2),
        partial(take_away, **me, pool=other.pool, seats=2),
        partial(take_away, **me, pool=allocation.pool, seats=2),
        partial(revoke_many, **me, enrolments=live),
        partial(revoke_many, **me, enrolments=live[::-1]),
        partial(enrol, **me, allocation=allocation, members=learners),
        partial(enrol, **me, allocation=other, members=more),
    ]
    answers = at_once(*[in_a_page(stage, each) for each in actions])
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    with seen_by(stage):
        assert sum(pool.capacity or 0 for pool in Pool.objects.all()) == 80


def test_teams_that_share_their_pools_are_archived_at_once_without_a_deadlock(
    stage: Cast,
) -> None:
    with seen_by(stage):
        for number in range(6):
            product = create_product(actor=stage.admin, code=f"P-{number}", name="P")
            make_shared_pool(stage.admin, product, [stage.team, stage.other_team])
    actions = [
        partial(archive_team, actor=stage.admin, team=each)
        for each in (stage.team, stage.other_team)
    ]
    assert kinds(at_once(*[in_a_page(stage, each) for each in actions])) == ["Team", "Team"]


def test_enrolment_revoked_twice_at_once_frees_one_seat(stage: Cast) -> None:
    allocation, learners = prepare(stage, seats=5, learners=2)
    with seen_by(stage):
        enrol(actor=stage.admin, allocation=allocation, members=learners)
        enrolment = Enrolment.objects.filter(member=learners[0]).get()
    action = partial(revoke, actor=stage.admin, enrolment=enrolment)
    assert kinds(at_once(*[in_a_page(stage, action)] * 6)) == ["Enrolment"] * 6
    assert pool_of(stage, allocation).used == 1


def test_enrolment_is_extended_or_expires_but_not_both(stage: Cast) -> None:
    past = timezone.now() - timedelta(days=2)
    allocation, learners = prepare(stage, learners=6, terms=Terms(terms_days=3))
    with seen_by(stage), clock.telling(past):
        enrol(actor=stage.admin, allocation=allocation, members=learners)
        enrolments = list(Enrolment.objects.all())
    later = timezone.now() + timedelta(days=90)

    def let_time_pass() -> int:
        with clock.telling(timezone.now() + timedelta(days=2)):
            return expire_due(organisation=stage.organisation)

    extensions = [
        partial(extend, actor=stage.admin, enrolment=each, expires_at=later) for each in enrolments
    ]
    at_once(let_time_pass, *[in_a_page(stage, each) for each in extensions])
    with seen_by(stage):
        for enrolment in Enrolment.objects.all():
            assert (enrolment.ended_at is None) == (enrolment.expires_at == later)


def test_request_is_answered_once_by_two_admins(stage: Cast) -> None:
    with seen_by(stage):
        asked = ask(
            actor=stage.manager, team=stage.team, product=stage.product, seats=5, reason="more"
        )
    answers = at_once(
        in_a_page(stage, partial(approve, actor=stage.admin, request=asked)),
        in_a_page(stage, partial(decline, actor=stage.admin, request=asked)),
        in_a_page(stage, partial(approve, actor=stage.admin, request=asked)),
    )
    assert kinds(answers).count("AlreadyDecided") == 2


def test_same_people_join_two_teams_at_once(stage: Cast) -> None:
    people = [Person(f"New-{number}@north.example") for number in range(30)]
    lower = [Person(person.email.lower()) for person in reversed(people)]
    first, second = at_once(
        in_a_page(stage, partial(join, actor=stage.admin, team=stage.team, people=people)),
        in_a_page(stage, partial(join, actor=stage.admin, team=stage.other_team, people=lower)),
    )
    assert first == second[::-1]


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


def test_lone_enrolment_leaves_no_transaction_open(stage: Cast) -> None:
    allocation, (learner,) = prepare(stage)
    (line,) = one(stage, allocation, learner)()
    assert line.outcome is Outcome.ENROLLED
    assert not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('seatdash.org', true)")
        assert not cursor.fetchone()[0]


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
