"""Thinkific's connector against a server that follows its documentation."""

from datetime import UTC, datetime, timedelta

import pytest

from seatdash.connectors.systems.interface import (
    Busy,
    CredentialsRefused,
    Person,
    Refused,
    Unreachable,
)
from seatdash.connectors.systems.thinkific import Thinkific
from seats import clock
from tests.connectors.story import NOW
from tests.connectors.thinkific_server import TOKEN, ThinkificServer
from tests.connectors.vendor import Answer, Asked

KIM = Person("kim@north.example", "Kim van der Case")
START = datetime(2026, 11, 1, 8, tzinfo=UTC)
END = datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)
ONE_MORE = Asked("GET", "/courses", {}, {}, b"")


def test_test_says_how_many_courses_there_are(thinkific: Thinkific) -> None:
    assert thinkific.greet().courses == 2


def test_courses_are_listed_with_their_numbers(thinkific: Thinkific) -> None:
    assert [(each.key, each.name) for each in thinkific.courses()] == [
        ("7", "Accounting"),
        ("8", "Bookkeeping"),
    ]


def test_whoever_has_no_account_gets_one(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific.enrol(KIM, "7", start=START, until=END)
    (user,) = thinkific_there.users
    assert (user["email"], user["first_name"]) == (KIM.email, "Kim")
    (made,) = thinkific_there.enrollments
    assert (made["course_id"], made["user_id"]) == (7, user["id"])
    assert made["activated_at"] == "2026-11-01T08:00:00Z"
    assert made["expiry_date"] == "2027-01-31T23:59:59Z"


def test_person_without_a_name_gets_one_that_an_account_takes(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific.enrol(Person("kim@north.example"), "7", start=START, until=None)
    (user,) = thinkific_there.users
    assert (user["first_name"], user["last_name"]) == ("kim", "-")


def test_access_that_never_ends_has_no_expiry_date(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific.enrol(KIM, "7", start=START, until=None)
    assert thinkific_there.enrollments[0]["expiry_date"] is None


def test_enrolling_again_moves_the_end_of_the_one_there_is(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific.enrol(KIM, "7", start=START, until=END)
    thinkific.enrol(KIM, "7", start=START, until=END + timedelta(days=30))
    (there,) = thinkific_there.enrollments
    assert there["expiry_date"] == "2027-03-02T23:59:59Z"


def test_end_that_was_there_becomes_never(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific.enrol(KIM, "7", start=START, until=END)
    thinkific.move_end(KIM, "7", start=START, until=None)
    (held,) = thinkific.enrolments("7")
    assert held.until is None


def test_ending_sets_the_expiry_date_to_now(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific_there.moment = NOW
    thinkific.enrol(KIM, "7", start=START, until=END)
    with clock.telling(NOW):
        thinkific.end(KIM, "7")
    assert thinkific_there.enrollments[0]["expiry_date"] == "2026-11-25T12:00:00Z"


def test_ending_what_is_not_there_changes_nothing(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific.end(KIM, "7")
    assert not thinkific_there.users
    assert not thinkific_there.enrollments


def test_account_that_somebody_made_meanwhile_is_used(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    def make_account(asked: Asked) -> None:
        if asked.path == "/users" and not thinkific_there.users:
            thinkific_there.add_user(KIM.email)

    thinkific_there.meanwhile = make_account
    thinkific.enrol(KIM, "7", start=START, until=END)
    assert len(thinkific_there.users) == len(thinkific_there.enrollments) == 1


def test_all_pages_of_enrolments_are_read(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    for number in range(260):
        thinkific_there.add_enrollment(f"p{number}@north.example", 7)
    thinkific_there.add_enrollment("past@north.example", 7, expiry_date="2026-01-02T00:00:00Z")
    thinkific_there.add_enrollment("other@north.example", 8)
    found = [held.person.email for held in thinkific.enrolments("7")]
    assert len(set(found)) == len(found) == 260
    assert len(thinkific_there.asked_for("GET", "/enrollments")) == 2


def test_unacceptable_person_is_refused_with_the_words_of_422(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    with pytest.raises(Refused, match="is invalid"):
        thinkific.enrol(Person("nobody"), "7", start=START, until=END)


def test_course_that_is_no_number_is_refused_unasked(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    with pytest.raises(Refused, match="numbers"):
        thinkific.enrol(KIM, "acc-101", start=START, until=END)
    assert thinkific_there.asked == []


def test_course_that_is_not_there_is_refused(thinkific: Thinkific) -> None:
    with pytest.raises(Refused, match="404"):
        thinkific.enrol(KIM, "99", start=START, until=END)


def test_wrong_key_is_said(thinkific_there: ThinkificServer) -> None:
    with pytest.raises(CredentialsRefused, match="Authentication Error"):
        Thinkific(subdomain="north", key="wrong", address=thinkific_there.url).greet()


def test_oauth_token_is_sent_as_bearer(thinkific_there: ThinkificServer) -> None:
    system = Thinkific(subdomain="", key=TOKEN, is_oauth=True, address=thinkific_there.url)
    assert system.greet().courses == 2
    assert "X-Auth-API-Key" not in thinkific_there.asked[0].headers


def test_request_beyond_120_a_minute_waits_for_the_reset(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific_there.moment = NOW
    for _ in range(120):
        thinkific_there.handle(ONE_MORE)
    with clock.telling(NOW + timedelta(seconds=20)):
        thinkific_there.moment = clock.now()
        with pytest.raises(Busy) as busy:
            thinkific.greet()
    assert busy.value.seconds == 40


def test_reset_in_milliseconds_is_understood(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    moment = int((NOW + timedelta(seconds=30)).timestamp() * 1000)
    thinkific_there.instead = [Answer(429, {}, {"RateLimit-Reset": str(moment)})]
    with clock.telling(NOW), pytest.raises(Busy) as busy:
        thinkific.greet()
    assert busy.value.seconds == 30


def test_server_error_is_worth_another_try(
    thinkific: Thinkific, thinkific_there: ThinkificServer
) -> None:
    thinkific_there.instead = [Answer(502, b"<html>Bad gateway</html>")]
    with pytest.raises(Unreachable, match="502"):
        thinkific.greet()
