"""Rule 14: an enrolment ends at its end, and lets its seat go where it is reusable."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from orgs.models import Member
from seats import clock
from seats.errors import NoSeatsLeft
from seats.models import Allocation, Enrolment, LedgerEntry, Pool
from seats.reports.history import events
from seats.services.allocation import take_off
from seats.services.enrolment import Mode, Outcome, enrol
from seats.services.expiry import expire_due
from seats.services.leaving import leave
from seats.services.revocation import revoke
from seats.services.terms import Terms, set_cap
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners

MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)


def given_on_monday(
    cast: Cast, *, seats: int = 2, reusable: bool = True, enrolled: int = 2
) -> Allocation:
    """Give Classroom A seats for three days each, and enrol people."""
    with clock.telling(MONDAY):
        terms = Terms(terms_days=3, reusable=reusable)
        allocation = make_allocation(cast.admin, cast.team, cast.product, seats, terms)
        enrol_new(cast.manager, allocation, enrolled)
    return allocation


def test_expired_enrolment_frees_its_seat(cast: Cast) -> None:
    given_on_monday(cast)
    with clock.telling(FRIDAY):
        assert expire_due(organisation=cast.organisation) == 2
    assert Pool.objects.get().used == 0
    enrolment = Enrolment.objects.all()[0]
    assert (enrolment.end_reason, enrolment.ended_at, enrolment.occupies) == (
        "expired",
        FRIDAY,
        False,
    )


def test_expiry_is_booked_without_an_actor(cast: Cast) -> None:
    given_on_monday(cast, enrolled=1)
    with clock.telling(FRIDAY):
        expire_due(organisation=cast.organisation)
    entry = LedgerEntry.objects.get(kind="expired")
    assert (entry.actor, entry.used_moved, entry.used_after) == (None, -1, 0)


def test_reason_that_nobody_gave_is_told_in_the_readers_language(cast: Cast) -> None:
    given_on_monday(cast, enrolled=1)
    with clock.telling(FRIDAY), translation.override("de"):
        expire_due(organisation=cast.organisation)
    expired = LedgerEntry.objects.filter(kind="expired")
    for language, reason in (("en-gb", "reached its end"), ("de", "hat ihr Ende erreicht")):
        with translation.override(language):
            assert events(expired, 1)[0].reason == reason


def test_what_has_time_left_does_not_expire(cast: Cast) -> None:
    given_on_monday(cast)
    with clock.telling(MONDAY + timedelta(days=3, microseconds=-1)):
        assert expire_due(organisation=cast.organisation) == 0
    with clock.telling(MONDAY + timedelta(days=3)):
        assert expire_due(organisation=cast.organisation) == 2


def test_expiring_again_changes_nothing(cast: Cast) -> None:
    given_on_monday(cast)
    with clock.telling(FRIDAY):
        expire_due(organisation=cast.organisation)
        assert expire_due(organisation=cast.organisation) == 0
    assert LedgerEntry.objects.filter(kind="expired").count() == 2


def test_seat_that_is_not_reusable_stays_used(cast: Cast) -> None:
    allocation = given_on_monday(cast, reusable=False)
    with clock.telling(FRIDAY):
        expire_due(organisation=cast.organisation)
        with pytest.raises(NoSeatsLeft):
            enrol_new(cast.manager, allocation)
    assert Pool.objects.get().used == 2
    assert Enrolment.objects.held().count() == 2
    entry = LedgerEntry.objects.filter(kind="held").first()
    assert entry is not None
    assert (entry.used_moved, entry.used_after) == (0, 2)


def test_full_pool_first_lets_go_of_what_has_expired(cast: Cast) -> None:
    allocation = given_on_monday(cast)
    with clock.telling(FRIDAY):
        (line,) = enrol_new(cast.manager, allocation)
    assert line.outcome is Outcome.ENROLLED
    assert list(LedgerEntry.objects.values_list("kind", flat=True).order_by("seq", "at"))[-3:] == [
        "expired",
        "expired",
        "enrolled",
    ]


def test_list_fills_the_seats_that_expired_enrolments_let_go(cast: Cast) -> None:
    allocation = given_on_monday(cast)
    with clock.telling(FRIDAY):
        lines = enrol_new(cast.manager, allocation, 3, Mode.FILL)
    assert [line.outcome for line in lines] == ["enrolled", "enrolled", "no_seat"]


def test_cap_is_not_used_up_by_what_has_expired(cast: Cast) -> None:
    allocation = given_on_monday(cast, seats=10)
    with clock.telling(FRIDAY):
        set_cap(actor=cast.admin, allocation=allocation, cap=2)
        (line,) = enrol_new(cast.manager, allocation)
    assert line.outcome is Outcome.ENROLLED


def test_member_whose_enrolment_is_due_is_enrolled_anew(cast: Cast) -> None:
    allocation = given_on_monday(cast, seats=5, enrolled=0)
    (learner,) = make_learners(cast.manager, cast.team)
    with clock.telling(MONDAY):
        (first,) = enrol(actor=cast.manager, allocation=allocation, members=[learner])
    with clock.telling(FRIDAY):
        (second,) = enrol(actor=cast.manager, allocation=allocation, members=[learner])
    assert second.outcome is Outcome.ENROLLED
    assert second.enrolment_id != first.enrolment_id
    assert second.expires_at == FRIDAY + timedelta(days=3)
    assert Pool.objects.get().used == 1


def test_member_whose_seat_is_held_takes_another(cast: Cast) -> None:
    allocation = given_on_monday(cast, seats=2, reusable=False, enrolled=0)
    (learner,) = make_learners(cast.manager, cast.team)
    for day in (MONDAY, FRIDAY):
        with clock.telling(day):
            enrol(actor=cast.manager, allocation=allocation, members=[learner])
    assert Pool.objects.get().used == 2
    with clock.telling(FRIDAY + timedelta(days=4)), pytest.raises(NoSeatsLeft):
        enrol(actor=cast.manager, allocation=allocation, members=[learner])


def test_refusal_of_a_full_pool_still_books_what_expired_later(cast: Cast) -> None:
    allocation = given_on_monday(cast)
    with clock.telling(FRIDAY), pytest.raises(NoSeatsLeft) as refusal:
        enrol_new(cast.manager, allocation, 3)
    assert refusal.value.numbers["available"] == 2
    assert not Enrolment.objects.filter(started_at=FRIDAY).exists()


def test_revoking_too_late_does_not_free_a_seat_that_is_not_reusable(cast: Cast) -> None:
    given_on_monday(cast, reusable=False, enrolled=1)
    with clock.telling(FRIDAY):
        ended = revoke(actor=cast.admin, enrolment=Enrolment.objects.get())
    assert ended.end_reason == "expired"
    assert Pool.objects.get().used == 1


def test_leaving_too_late_does_not_free_a_seat_that_is_not_reusable(cast: Cast) -> None:
    given_on_monday(cast, reusable=False, enrolled=1)
    member = Member.objects.get(enrolments__isnull=False)
    with clock.telling(FRIDAY):
        assert leave(actor=cast.admin, member=member, team=cast.team).revoked == 0
    assert Enrolment.objects.held().count() == 1


def test_team_whose_enrolments_have_expired_is_taken_off(cast: Cast) -> None:
    allocation = given_on_monday(cast)
    with clock.telling(FRIDAY):
        assert take_off(actor=cast.admin, allocation=allocation).ended_at == FRIDAY
    assert Pool.objects.get().used == 0


def test_application_s_clock_may_be_behind_the_database_s(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    with clock.telling(now - timedelta(days=1, seconds=5)):
        allocation = make_allocation(cast.admin, cast.team, cast.product, 1, Terms(terms_days=1))
        (first,) = enrol_new(cast.manager, allocation)
    monkeypatch.setattr("seats.clock.timezone.now", lambda: now - timedelta(seconds=10))
    (line,) = enrol(actor=cast.manager, allocation=allocation, members=[first.member_id])
    assert line.outcome is Outcome.ENROLLED


def test_what_has_expired_is_not_live_before_the_worker_comes(cast: Cast) -> None:
    given_on_monday(cast)
    with clock.telling(FRIDAY):
        assert Enrolment.objects.live().count() == 0
        assert Enrolment.objects.due().count() == 2
