"""Open edX's connector against a server that follows its source."""

from datetime import UTC, datetime, timedelta

import pytest

from seatdash.connectors.systems.interface import (
    Busy,
    CredentialsRefused,
    Person,
    Refused,
    Unreachable,
)
from seatdash.connectors.systems.open_edx import BULK, OpenEdx
from seats import clock
from tests.connectors.open_edx_server import ACCOUNTING, CLIENT, SECRET, OpenEdxServer
from tests.connectors.story import NOW
from tests.connectors.vendor import Asked

KIM = Person("kim@north.example", "Kim Case")
START = datetime(2026, 11, 1, 8, tzinfo=UTC)
END = datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)
ONE_MORE = Asked("GET", "/api/user/v1/me", {}, {}, b"")


def test_test_says_how_many_courses_there_are(open_edx: OpenEdx) -> None:
    assert open_edx.greet().courses == 2


def test_courses_of_all_pages_are_listed(open_edx: OpenEdx, open_edx_there: OpenEdxServer) -> None:
    open_edx_there.courses = {f"course-v1:N+C{n}+R": f"Course {n}" for n in range(150)}
    assert len(open_edx.courses()) == 150


def test_person_with_an_account_is_enrolled(
    open_edx: OpenEdx, open_edx_there: OpenEdxServer
) -> None:
    open_edx_there.users[KIM.email] = "kim"
    open_edx.enrol(KIM, ACCOUNTING, start=START, until=END)
    assert open_edx_there.enrolled[ACCOUNTING] == [KIM.email]
    (asked,) = open_edx_there.asked_for("POST", BULK)
    assert asked.json == {
        "action": "enroll",
        "identifiers": KIM.email,
        "courses": ACCOUNTING,
        "auto_enroll": True,
        "email_students": False,
    }


def test_person_without_an_account_is_let_in_on_registering(
    open_edx: OpenEdx, open_edx_there: OpenEdxServer
) -> None:
    open_edx.enrol(KIM, ACCOUNTING, start=START, until=END)
    assert open_edx_there.allowed == {(KIM.email, ACCOUNTING)}
    open_edx.end(KIM, ACCOUNTING)
    assert open_edx_there.allowed == set()


def test_moved_end_calls_nothing_for_there_is_none(
    open_edx: OpenEdx, open_edx_there: OpenEdxServer
) -> None:
    assert not open_edx.has_ends
    open_edx.move_end(KIM, ACCOUNTING, start=START, until=END)
    assert open_edx_there.asked == []


def test_ending_unenrols(open_edx: OpenEdx, open_edx_there: OpenEdxServer) -> None:
    open_edx_there.add_enrollment(KIM.email, ACCOUNTING)
    open_edx.end(KIM, ACCOUNTING)
    open_edx.end(KIM, ACCOUNTING)
    assert open_edx_there.enrolled[ACCOUNTING] == []


def test_enrolled_are_listed_by_address_over_all_pages(
    open_edx: OpenEdx, open_edx_there: OpenEdxServer
) -> None:
    for number in range(130):
        open_edx_there.add_enrollment(f"p{number}@north.example", ACCOUNTING)
    assert len({held.person.email for held in open_edx.enrolments(ACCOUNTING)}) == 130


def test_account_is_found_by_address(open_edx: OpenEdx, open_edx_there: OpenEdxServer) -> None:
    assert open_edx.find_person(KIM.email) is None
    open_edx_there.users[KIM.email] = "kim"
    assert open_edx.find_person(KIM.email) == Person(KIM.email, "Kim", "kim")


def test_one_token_serves_all_calls(open_edx: OpenEdx, open_edx_there: OpenEdxServer) -> None:
    open_edx.greet()
    open_edx.courses()
    assert len(open_edx_there.asked_for("POST", "/oauth2/access_token")) == 1


def test_wrong_secret_is_said(open_edx_there: OpenEdxServer) -> None:
    with pytest.raises(CredentialsRefused, match="invalid_client"):
        OpenEdx(address=open_edx_there.url, client=CLIENT, secret="wrong").greet()


def test_account_that_is_no_staff_is_said(open_edx: OpenEdx, open_edx_there: OpenEdxServer) -> None:
    open_edx_there.is_staff = False
    with pytest.raises(CredentialsRefused, match="permission"):
        open_edx.greet()


def test_course_key_that_is_none_is_refused(open_edx: OpenEdx) -> None:
    with pytest.raises(Refused, match="Course key not valid"):
        open_edx.enrol(KIM, "ACC-101", start=START, until=END)


def test_address_that_is_none_is_refused(open_edx: OpenEdx) -> None:
    with pytest.raises(Refused, match="nobody"):
        open_edx.enrol(Person("nobody"), ACCOUNTING, start=START, until=END)


def test_throttled_call_waits_as_long_as_retry_after_says(open_edx_there: OpenEdxServer) -> None:
    open_edx_there.moment = NOW
    for _ in range(120):
        open_edx_there.handle(ONE_MORE)
    with clock.telling(NOW + timedelta(seconds=15)):
        open_edx_there.moment = clock.now()
        with pytest.raises(Busy) as busy:
            OpenEdx(address=open_edx_there.url, client=CLIENT, secret=SECRET).greet()
    assert busy.value.seconds == 45


def test_nobody_at_the_address_is_said(open_edx_there: OpenEdxServer) -> None:
    with OpenEdxServer() as gone:
        address = gone.url
    with pytest.raises(Unreachable, match="Nobody answers"):
        OpenEdx(address=address, client=CLIENT, secret=SECRET).greet()
