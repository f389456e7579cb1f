"""Pools, teams and requests are changed at the same moment. Every story ends balanced."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from seats import clock
from seats.models import Allocation, Enrolment, Pool
from seats.services.allocation import allocate, increment, share, take_off
from seats.services.archive import archive_pool, archive_team
from seats.services.catalogue import create_product
from seats.services.enrolment import enrol
from seats.services.expiry import expire_due
from seats.services.requests import approve, ask, decline
from seats.services.revocation import extend, revoke, revoke_many
from seats.services.stock import retire
from seats.services.taking import take_away
from seats.services.terms import Terms
from seats.services.transfer import transfer
from tests.conftest import Cast
from tests.factories import make_allocation, make_learners, make_shared_pool
from tests.seats.meanwhile import AGAIN, in_a_page, one, pool_of, prepare, seen_by
from tests.threads import at_once, kinds


def actor_change(stage: Cast, pool: Pool, seen: int, verb: Callable[..., Any]) -> Any:
    return verb(actor=stage.admin, pool=pool, seats=1, seen=seen)


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
