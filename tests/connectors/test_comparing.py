"""Sync now: differences are mended both ways, and whoever is only there is shown, not taken."""

from datetime import timedelta

import pytest

from seatdash.connectors.errors import AlreadyComparing, NothingToCall, SwitchedOff
from seatdash.connectors.models import Comparison, Connection, FoundThere
from seatdash.connectors.services.comparing import compare
from seatdash.connectors.services.connecting import connect, switch_off
from seatdash.connectors.services.settling import end_there, enrol_found
from seatdash.connectors.services.working import work
from seats.errors import NoSeatsLeft
from seats.models import Allocation, Enrolment
from seats.services.chaining import link_entries_of
from seats.services.revocation import revoke
from tests.conftest import Cast
from tests.connectors.moodle_server import MoodleServer
from tests.connectors.story import (
    NOW,
    at,
    catch_up,
    connect_moodle,
    enrol_one,
    open_courses,
    states,
)
from tests.connectors.thinkific_server import ThinkificServer
from tests.connectors.vendor import Answer
from tests.factories import enrol_new, make_allocation

pytestmark = pytest.mark.usefixtures("today")
STRANGER = "stranger@north.example"


def sync(cast: Cast, connection: Connection) -> Comparison:
    compare(actor=cast.admin, connection=connection)
    catch_up(connection)
    return Comparison.objects.newest_first()[0]


def test_access_that_is_missing_there_is_given_again(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_new(cast.admin, allocation, 2)
    catch_up(connection)
    del thinkific_there.enrollments[0]
    run = sync(cast, connection)
    assert (run.state, run.people, run.missing, run.ends) == ("done", 1, 1, 0)
    assert len(thinkific_there.enrollments) == 2


def test_end_that_was_changed_there_is_set_again(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    catch_up(connection)
    thinkific_there.enrollments[0]["expiry_date"] = "2030-01-01T00:00:00.000Z"
    run = sync(cast, connection)
    assert (run.missing, run.ends) == (0, 1)
    assert thinkific_there.enrollments[0]["expiry_date"] == "2026-12-25T12:00:00Z"


def test_what_is_in_sync_is_left_alone(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_new(cast.admin, allocation, 3)
    catch_up(connection)
    asked = len(thinkific_there.asked)
    run = sync(cast, connection)
    assert (run.people, run.missing, run.ends) == (3, 0, 0)
    assert [str(each) for each in thinkific_there.asked[asked:]] == ["GET /enrollments"]


def test_who_is_only_there_is_shown_and_not_taken(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    catch_up(connection)
    there = dict(thinkific_there.add_enrollment(STRANGER, 7))
    sync(cast, connection)
    found = FoundThere.objects.get()
    assert (found.email, found.course, found.until) == (STRANGER, "7", None)
    assert Enrolment.objects.unended().count() == 1
    assert thinkific_there.enrollments[-1] == there


def test_who_is_only_there_is_enrolled_on_request(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    thinkific_there.add_enrollment(STRANGER, 7)
    sync(cast, connection)
    enrol_found(actor=cast.admin, found=FoundThere.objects.get(), allocation=allocation)
    catch_up(connection)
    assert Enrolment.objects.unended().get().member.email == STRANGER
    assert [each["expiry_date"] for each in thinkific_there.enrollments] == ["2026-12-25T12:00:00Z"]
    sync(cast, connection)
    assert not FoundThere.objects.exists()


def test_full_pool_refuses_who_is_only_there(
    cast: Cast, connection: Connection, thinkific_there: ThinkificServer
) -> None:
    full = make_allocation(cast.admin, cast.team, cast.product, seats=1)
    enrol_one(cast.admin, full)
    thinkific_there.add_enrollment(STRANGER, 7)
    sync(cast, connection)
    with pytest.raises(NoSeatsLeft):
        enrol_found(actor=cast.admin, found=FoundThere.objects.get(), allocation=full)
    assert FoundThere.objects.count() == 1


def test_who_is_only_there_is_ended_there_on_request(
    cast: Cast, connection: Connection, thinkific_there: ThinkificServer
) -> None:
    thinkific_there.add_enrollment(STRANGER, 7)
    sync(cast, connection)
    end_there(actor=cast.admin, found=FoundThere.objects.get())
    catch_up(connection)
    assert thinkific_there.enrollments[0]["expiry_date"] == "2026-11-25T12:00:00Z"
    assert not FoundThere.objects.exists()


def test_who_is_gone_there_is_shown_no_more(
    cast: Cast, connection: Connection, thinkific_there: ThinkificServer
) -> None:
    thinkific_there.add_enrollment(STRANGER, 7)
    sync(cast, connection)
    thinkific_there.enrollments.clear()
    sync(cast, connection)
    assert not FoundThere.objects.exists()


def test_who_came_back_there_after_losing_the_seat_is_shown(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrolment = enrol_one(cast.admin, allocation)
    revoke(actor=cast.admin, enrolment=enrolment)
    catch_up(connection)
    thinkific_there.add_enrollment(enrolment.member.email, 7)
    sync(cast, connection)
    assert FoundThere.objects.get().email == enrolment.member.email
    assert thinkific_there.enrollments[-1]["expiry_date"] is None


def test_moodle_tells_no_ends_so_none_are_compared(
    cast: Cast, allocation: Allocation, moodle_there: MoodleServer
) -> None:
    moodle_there.moment = NOW
    connection = connect_moodle(cast.admin, moodle_there)
    open_courses(cast.admin, connection, cast.product, "7")
    enrolment = enrol_one(cast.admin, allocation)
    catch_up(connection)
    moodle_there.add_enrolment(enrolment.member.email, 7, suspended=1)
    run = sync(cast, connection)
    assert (run.missing, run.ends) == (1, 0)
    there = moodle_there.enrolment(enrolment.member.email, 7)
    assert there
    assert there["suspended"] == 0


def test_course_that_is_gone_is_said_and_the_others_are_compared(
    cast: Cast, connection: Connection, thinkific_there: ThinkificServer
) -> None:
    open_courses(cast.admin, connection, cast.product, "7", "8")
    thinkific_there.add_enrollment(STRANGER, 8)
    thinkific_there.instead = [Answer(404, {"error": "Record not found."})]
    run = sync(cast, connection)
    assert (run.state, run.done, run.problem[:2]) == ("done", 2, "7:")
    assert FoundThere.objects.get().course == "8"


def test_comparison_goes_on_after_the_pause_that_was_asked_for(
    cast: Cast, connection: Connection, thinkific_there: ThinkificServer
) -> None:
    open_courses(cast.admin, connection, cast.product, "7", "8")
    thinkific_there.limit = 1
    run = sync(cast, connection)
    assert (run.state, run.done, run.todo) == ("running", 1, 2)
    at(NOW + timedelta(seconds=60), connection, thinkific_there)
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 2)


def test_comparison_that_was_cut_off_goes_on_where_it_was(
    cast: Cast, connection: Connection, thinkific_there: ThinkificServer
) -> None:
    open_courses(cast.admin, connection, cast.product, "7", "8")
    compare(actor=cast.admin, connection=connection)
    # As a killed worker leaves it: held by nobody who lives, one course done.
    Comparison.objects.update(done=1)
    Connection.objects.update(held_until=NOW + timedelta(seconds=100), must_reckon=False)
    link_entries_of(cast.organisation)
    work(cast.organisation.pk, connection.pk)
    assert thinkific_there.asked == []
    at(NOW + timedelta(seconds=100), connection, thinkific_there)
    assert [each.query["query[course_id]"] for each in thinkific_there.asked] == ["8"]
    assert Comparison.objects.get().state == "done"


def test_wrong_credentials_break_a_comparison_off(
    cast: Cast, connection: Connection, thinkific_there: ThinkificServer
) -> None:
    thinkific_there.instead = [Answer(401, {"error": "Authentication Error"})]
    run = sync(cast, connection)
    assert run.state == "failed"
    assert "Authentication Error" in run.problem


def test_one_comparison_at_a_time(cast: Cast, connection: Connection) -> None:
    compare(actor=cast.admin, connection=connection)
    with pytest.raises(AlreadyComparing):
        compare(actor=cast.admin, connection=connection)


def test_nothing_is_compared_while_it_is_off(cast: Cast, connection: Connection) -> None:
    switch_off(actor=cast.admin, connection=connection)
    with pytest.raises(SwitchedOff):
        compare(actor=cast.admin, connection=connection)


def test_webhooks_only_have_nothing_to_compare(cast: Cast) -> None:
    connection = connect(actor=cast.admin, kind=Connection.Kind.WEBHOOK_ONLY, name="Webhooks")
    with pytest.raises(NothingToCall):
        compare(actor=cast.admin, connection=connection)
    assert work(cast.organisation.pk, connection.pk) is False


def test_waiting_wish_is_no_difference(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    run = sync(cast, connection)
    assert run.missing == 0
    assert states(connection) == ["synced"]
