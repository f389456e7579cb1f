"""Moodle's connector against a server that follows its source."""

from datetime import UTC, datetime, timedelta

import pytest

from seatdash.connectors.systems.interface import (
    CredentialsRefused,
    Person,
    Refused,
    Unreachable,
)
from seatdash.connectors.systems.moodle import Moodle
from tests.connectors.moodle_server import SERVER, TOKEN, MoodleServer, exception
from tests.connectors.vendor import Answer

KIM = Person("kim@north.example", "Kim van der Case")
START = datetime(2026, 11, 1, 8, tzinfo=UTC)
END = datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)


def test_test_names_the_site_and_counts_its_courses(moodle: Moodle) -> None:
    greeting = moodle.greet()
    assert (greeting.site, greeting.courses, greeting.lacking) == ("North Moodle", 2, ())


def test_test_says_which_functions_the_service_lacks(
    moodle: Moodle, moodle_there: MoodleServer
) -> None:
    moodle_there.functions.remove("core_user_create_users")
    moodle_there.functions.remove("core_course_get_courses")
    assert moodle.greet().lacking == ("core_course_get_courses", "core_user_create_users")


def test_front_page_is_no_course(moodle: Moodle) -> None:
    assert [each.key for each in moodle.courses()] == ["7", "8"]


def test_whoever_has_no_account_gets_one(moodle: Moodle, moodle_there: MoodleServer) -> None:
    moodle.enrol(Person("Kim+1@North.example", "Kim Case"), "7", start=START, until=END)
    (user,) = moodle_there.users
    assert (user["email"], user["fullname"]) == ("Kim+1@North.example", "Kim Case")
    there = moodle_there.enrolment("Kim+1@North.example", 7)
    assert there == {
        "role": 5,
        "timestart": int(START.timestamp()),
        "timeend": int(END.timestamp()),
        "suspended": 0,
    }


def test_account_there_is_is_used_whatever_the_case(
    moodle: Moodle, moodle_there: MoodleServer
) -> None:
    moodle_there.add_user("Kim@North.example")
    moodle.enrol(KIM, "7", start=START, until=END)
    assert len(moodle_there.users) == 1


def test_access_that_never_ends_has_no_end(moodle: Moodle, moodle_there: MoodleServer) -> None:
    moodle.enrol(KIM, "7", start=START, until=None)
    there = moodle_there.enrolment(KIM.email, 7)
    assert there
    assert there["timeend"] == 0


def test_end_moves(moodle: Moodle, moodle_there: MoodleServer) -> None:
    moodle.enrol(KIM, "7", start=START, until=END)
    moodle.move_end(KIM, "7", start=START, until=END + timedelta(days=1))
    there = moodle_there.enrolment(KIM.email, 7)
    assert there
    assert there["timeend"] == int(END.timestamp()) + 86400


def test_ending_suspends_so_that_work_is_kept(moodle: Moodle, moodle_there: MoodleServer) -> None:
    moodle.enrol(KIM, "7", start=START, until=END)
    moodle.end(KIM, "7")
    there = moodle_there.enrolment(KIM.email, 7)
    assert there
    assert there["suspended"] == 1
    assert list(moodle.enrolments("7")) == []


def test_ending_unenrols_where_that_is_wished(moodle_there: MoodleServer) -> None:
    system = Moodle(address=f"{moodle_there.url}/lms/", token=TOKEN, unenrols=True)
    system.enrol(KIM, "7", start=START, until=END)
    system.end(KIM, "7")
    assert moodle_there.enrolled == {}


def test_ending_of_an_unknown_person_changes_nothing(
    moodle: Moodle, moodle_there: MoodleServer
) -> None:
    moodle.end(KIM, "7")
    assert moodle_there.users == []


def test_learners_are_listed_page_by_page_without_teachers(
    moodle: Moodle, moodle_there: MoodleServer
) -> None:
    for number in range(260):
        moodle_there.add_enrolment(f"p{number}@north.example", 7)
    moodle_there.add_enrolment("teacher@north.example", 7, role=3)
    found = {held.person.email for held in moodle.enrolments("7")}
    assert len(found) == 260
    assert "teacher@north.example" not in found


def test_exception_that_comes_as_200_is_a_refusal(moodle: Moodle) -> None:
    with pytest.raises(Refused, match="Can't find data record"):
        moodle.enrol(KIM, "99", start=START, until=END)


def test_wrong_token_is_said(moodle_there: MoodleServer) -> None:
    with pytest.raises(CredentialsRefused, match="token not found"):
        Moodle(address=f"{moodle_there.url}/lms", token="wrong").greet()


def test_function_that_the_service_lacks_is_named(
    moodle: Moodle, moodle_there: MoodleServer
) -> None:
    moodle_there.functions.remove("enrol_manual_enrol_users")
    with pytest.raises(CredentialsRefused, match="enrol_manual_enrol_users"):
        moodle.enrol(KIM, "7", start=START, until=END)


def test_maintenance_is_worth_another_try(moodle: Moodle, moodle_there: MoodleServer) -> None:
    moodle_there.instead = [exception("sitemaintenance", "The site is undergoing maintenance")]
    with pytest.raises(Unreachable, match="maintenance"):
        moodle.greet()


def test_two_accounts_with_one_address_are_refused(
    moodle: Moodle, moodle_there: MoodleServer
) -> None:
    moodle_there.add_user(KIM.email)
    moodle_there.add_user(KIM.email)
    with pytest.raises(Refused, match="Several accounts"):
        moodle.enrol(KIM, "7", start=START, until=END)


def test_address_that_is_no_moodle_is_said(moodle_there: MoodleServer) -> None:
    with pytest.raises(Refused, match="404"):
        Moodle(address=moodle_there.url, token=TOKEN).greet()


def test_answer_that_is_no_json_is_said(moodle: Moodle, moodle_there: MoodleServer) -> None:
    moodle_there.instead = [Answer(200, b"<html>Please sign in</html>")]
    with pytest.raises(Unreachable, match="makes no sense"):
        moodle.greet()


def test_redirection_is_said_and_not_followed(moodle: Moodle, moodle_there: MoodleServer) -> None:
    moodle_there.instead = [Answer(302, b"", {"Location": "https://other.example/"})]
    with pytest.raises(Unreachable, match="redirects"):
        moodle.greet()
    assert len(moodle_there.asked) == 1


def test_token_is_in_no_address(moodle: Moodle, moodle_there: MoodleServer) -> None:
    moodle.enrol(KIM, "7", start=START, until=END)
    assert [(each.path, each.query) for each in moodle_there.asked] == [(SERVER, {})] * 3
