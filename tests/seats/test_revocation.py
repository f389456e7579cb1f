"""Rules 11 and 13: ending one enrolment, and only that one; moving the end of another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from orgs.models import Member
from seats import clock
from seats.errors import CannotEnd, InvalidTerms
from seats.models import Allocation, Enrolment, LedgerEntry, Pool
from seats.services.enrolment import Outcome, enrol
from seats.services.revocation import extend, revoke, revoke_many
from seats.services.terms import Terms
from teams.models import TeamMember
from teams.services import appoint
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_learners


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    return make_allocation(cast.admin, cast.team, cast.product, 2, Terms(terms_days=90))


@pytest.fixture
def enrolment(cast: Cast, allocation: Allocation) -> Enrolment:
    (line,) = enrol_new(cast.manager, allocation)
    return enrolment_of(line)


def test_revoking_ends_the_enrolment_and_books_why(cast: Cast, enrolment: Enrolment) -> None:
    ended = revoke(actor=cast.admin, enrolment=enrolment, reason="left the course")
    assert ended.ended_at is not None
    assert ended.end_reason == "revoked"
    entry = LedgerEntry.objects.get(kind="revoked")
    assert (entry.actor, entry.reason) == (cast.admin, "left the course")
    assert (entry.used_moved, entry.used_after) == (-1, 0)


def test_revoked_seat_is_free_for_another_at_once(
    cast: Cast, allocation: Allocation, enrolment: Enrolment
) -> None:
    enrol_new(cast.manager, allocation)
    revoke(actor=cast.admin, enrolment=enrolment)
    (line,) = enrol_new(cast.manager, allocation)
    assert line.outcome is Outcome.ENROLLED


def test_member_keeps_the_account_and_the_team(cast: Cast, enrolment: Enrolment) -> None:
    revoke(actor=cast.admin, enrolment=enrolment)
    assert Member.objects.active().filter(pk=enrolment.member_id).exists()
    assert TeamMember.objects.filter(member=enrolment.member_id, team=cast.team).exists()


def test_revoking_again_is_answered_with_the_same_end(cast: Cast, enrolment: Enrolment) -> None:
    first = revoke(actor=cast.admin, enrolment=enrolment, reason="once")
    again = revoke(actor=cast.admin, enrolment=enrolment, reason="twice")
    assert again.ended_at == first.ended_at
    assert LedgerEntry.objects.filter(kind="revoked").count() == 1
    assert Pool.objects.get().used == 0


def test_revoked_member_may_be_enrolled_again(
    cast: Cast, allocation: Allocation, enrolment: Enrolment
) -> None:
    revoke(actor=cast.admin, enrolment=enrolment)
    members = [enrolment.member_id]
    (line,) = enrol(actor=cast.manager, allocation=allocation, members=members)
    assert line.outcome is Outcome.ENROLLED
    assert line.enrolment_id != enrolment.pk


def test_live_seat_that_is_not_reusable_is_freed_by_revoking(cast: Cast) -> None:
    terms = Terms(terms_days=90, reusable=False)
    allocation = make_allocation(cast.admin, cast.team, cast.product, 1, terms)
    enrol_new(cast.manager, allocation)
    revoke(actor=cast.admin, enrolment=Enrolment.objects.get())
    enrol_new(cast.manager, allocation)


def test_several_are_revoked_in_one_step_whatever_their_pools(
    cast: Cast, allocation: Allocation
) -> None:
    other = make_allocation(cast.admin, cast.other_team, cast.product)
    enrol_new(cast.manager, allocation, 2)
    enrol_new(cast.manager, other, 2)
    enrolments = list(Enrolment.objects.all())
    revoke(actor=cast.admin, enrolment=enrolments[0])
    assert revoke_many(actor=cast.admin, enrolments=enrolments, reason="term over") == 3
    assert not Enrolment.objects.unended().exists()


def test_revoking_none_is_no_work(cast: Cast) -> None:
    assert revoke_many(actor=cast.admin, enrolments=[]) == 0


def two_ways_into_one_product(cast: Cast) -> tuple[Enrolment, Enrolment]:
    """Enrol one learner through two teams' pools, for 30 days and for 90."""
    (learner,) = make_learners(cast.manager, cast.team)
    member = Member.objects.get(pk=learner)
    role = TeamMember.Role.LEARNER
    appoint(actor=cast.admin, team=cast.other_team, member=member, role=role)
    for team, days in ((cast.team, 30), (cast.other_team, 90)):
        pool = make_allocation(cast.admin, team, cast.product, 5, Terms(terms_days=days))
        enrol(actor=cast.admin, allocation=pool, members=[learner])
    short, long = Enrolment.objects.order_by("expires_at")
    return short, long


def test_access_through_two_pools_lasts_until_the_later_end(cast: Cast) -> None:
    _short, long = two_ways_into_one_product(cast)
    access = Enrolment.objects.of_member(long.member).giving_access_to(cast.product)
    assert access.count() == 2
    assert max(each.expires_at for each in access if each.expires_at) == long.expires_at
    with clock.telling(timezone.now() + timedelta(days=60)):
        access = Enrolment.objects.of_member(long.member).giving_access_to(cast.product)
        assert list(access) == [long]


def test_ending_one_way_in_leaves_the_other_alone(cast: Cast) -> None:
    short, long = two_ways_into_one_product(cast)
    revoke(actor=cast.admin, enrolment=long)
    end = short.expires_at
    short.refresh_from_db()
    assert (short.ended_at, short.expires_at) == (None, end)


def test_second_way_in_shortens_nothing(cast: Cast) -> None:
    short, long = two_ways_into_one_product(cast)
    allocation = Allocation.objects.get(team=cast.team)
    enrol(actor=cast.admin, allocation=allocation, members=[long.member_id])
    end = long.expires_at
    long.refresh_from_db()
    assert long.expires_at == end
    assert short.ended_at is None


def test_extending_moves_the_end_and_books_it(cast: Cast, enrolment: Enrolment) -> None:
    later = timezone.now() + timedelta(days=200)
    extended = extend(actor=cast.admin, enrolment=enrolment, expires_at=later, reason="ill")
    assert extended.expires_at == later
    entry = LedgerEntry.objects.get(kind="extended")
    assert (entry.enrolment, entry.used_moved, entry.reason) == (enrolment, 0, "ill")


def test_extended_enrolment_may_never_end(cast: Cast, enrolment: Enrolment) -> None:
    assert extend(actor=cast.admin, enrolment=enrolment, expires_at=None).expires_at is None


def test_end_is_not_moved_into_the_past(cast: Cast, enrolment: Enrolment) -> None:
    with pytest.raises(CannotEnd):
        extend(actor=cast.admin, enrolment=enrolment, expires_at=timezone.now())


def test_end_is_not_moved_before_the_start(cast: Cast, enrolment: Enrolment) -> None:
    # The clocks of two machines may differ by a moment.
    with clock.telling(enrolment.started_at - timedelta(seconds=2)), pytest.raises(CannotEnd):
        extend(actor=cast.admin, enrolment=enrolment, expires_at=enrolment.started_at)


def test_end_is_not_moved_beyond_the_calendar(cast: Cast, enrolment: Enrolment) -> None:
    with pytest.raises(InvalidTerms):
        extend(
            actor=cast.admin,
            enrolment=enrolment,
            expires_at=datetime(9999, 12, 31, 23, tzinfo=UTC),
        )


def test_ended_enrolment_is_not_extended(cast: Cast, enrolment: Enrolment) -> None:
    revoke(actor=cast.admin, enrolment=enrolment)
    with pytest.raises(CannotEnd):
        extend(actor=cast.admin, enrolment=enrolment, expires_at=None)


def test_enrolment_past_its_end_is_not_extended(cast: Cast, enrolment: Enrolment) -> None:
    with clock.telling(timezone.now() + timedelta(days=91)), pytest.raises(CannotEnd):
        extend(actor=cast.admin, enrolment=enrolment, expires_at=None)
