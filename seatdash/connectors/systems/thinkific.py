"""Thinkific, by its admin API v1.

Requests: https://developers.thinkific.com/api/api-documentation/ (operations under Users, Courses,
Enrollments). Dates, pages of at most 250 and errors as 422:
https://developers.thinkific.com/api/response-format/
120 requests a minute: https://developers.thinkific.com/api/rate-limits/
Headers: https://support.thinkific.com/hc/en-us/articles/360030353274
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
from django.utils.translation import gettext as _

from seatdash.connectors.systems.calling import Caller, read_time, said, words_of, write_time
from seatdash.connectors.systems.interface import (
    Course,
    Greeting,
    Held,
    LearningSystem,
    Person,
    Refused,
)
from seats import clock

ADDRESS = "https://api.thinkific.com/api/public/v1"
PAGE = 250
# The API documents no way to take an expiry date back, so "never" is a day that does not come.
NEVER = datetime(2100, 1, 1, tzinfo=UTC)


class Thinkific(LearningSystem):
    """`subdomain` and `key` are an API key's; with `is_oauth`, `key` is an access token."""

    def __init__(
        self,
        *,
        subdomain: str,
        key: str,
        is_oauth: bool = False,
        writes_letters: bool = True,
        address: str = ADDRESS,
    ) -> None:
        key_headers = {"X-Auth-API-Key": key, "X-Auth-Subdomain": subdomain}
        headers = {"Authorization": f"Bearer {key}"} if is_oauth else key_headers
        self._call = Caller(address or ADDRESS, headers)
        self._site, self._writes_letters = subdomain, writes_letters

    def greet(self) -> Greeting:
        answer = self._call.json("GET", "/courses", params={"limit": 1})
        return Greeting(site=self._site, courses=_total(answer))

    def courses(self) -> list[Course]:
        return [Course(str(each["id"]), str(each["name"])) for each in self._pages("/courses")]

    def find_person(self, email: str) -> Person | None:
        for each in self._pages("/users", {"query[email]": email}):
            if _same(each.get("email"), email):
                return Person(email, each.get("full_name") or "", str(each["id"]))
        return None

    def enrol(
        self, person: Person, course: str, *, start: datetime, until: datetime | None
    ) -> None:
        there = self._enrolment(person.email, course)
        if there:
            self._change(there, start=start, until=until)
            return
        known = self.find_person(person.email) or self._make(person)
        body: dict[str, Any] = {"course_id": _number(course), "user_id": int(known.key)}
        body["activated_at"] = write_time(start)
        if until:
            body["expiry_date"] = write_time(until)
        self._call.json("POST", "/enrollments", json=body)

    move_end = enrol

    def end(self, person: Person, course: str) -> None:
        there = self._enrolment(person.email, course)
        if there and not _is_over(there):
            self._change(there, start=clock.now(), until=clock.now())

    def enrolments(self, course: str) -> Iterator[Held]:
        for each in self._pages("/enrollments", {"query[course_id]": _number(course)}):
            if each.get("activated_at") and not _is_over(each):
                name, key = each.get("user_name") or "", str(each.get("user_id", ""))
                yield Held(Person(str(each["user_email"]), name, key), _until(each))

    def _enrolment(self, email: str, course: str) -> dict[str, Any] | None:
        asked = {"query[email]": email, "query[course_id]": _number(course)}
        for each in self._pages("/enrollments", asked):
            is_of_course = str(each.get("course_id")) == course
            if is_of_course and _same(each.get("user_email"), email):
                return each
        return None

    def _change(self, there: dict[str, Any], *, start: datetime, until: datetime | None) -> None:
        body = {"activated_at": there.get("activated_at") or write_time(start)}
        if until or there.get("expiry_date"):
            body["expiry_date"] = write_time(until or NEVER)
        answer = self._call("PUT", f"/enrollments/{there['id']}", json=body)
        if answer.is_client_error:
            raise Refused(words_of(answer))

    def _make(self, person: Person) -> Person:
        first, last = person.names
        body = {"first_name": first, "last_name": last, "email": person.email}
        answer = self._call(
            "POST", "/users", json=body | {"send_welcome_email": self._writes_letters}
        )
        if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
            # Somebody else may have made the account a moment ago.
            known = self.find_person(person.email)
            if known:
                return known
        if answer.is_client_error:
            raise Refused(words_of(answer))
        return Person(person.email, person.name, str(said(answer)["id"]))

    def _pages(self, path: str, asked: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        page: int | None = 1
        while page:
            params = {"page": page, "limit": PAGE, **(asked or {})}
            answer = self._call.json("GET", path, params=params)
            yield from answer["items"]
            page = answer["meta"]["pagination"]["next_page"]


def _total(answer: Any) -> int:
    return int(answer["meta"]["pagination"]["total_items"])


def _number(course: str) -> int:
    if not course.isdecimal():
        raise Refused(
            _("Course ids are numbers at Thinkific, and “%(id)s” is none.") % {"id": course}
        )
    return int(course)


def _same(theirs: Any, ours: str) -> bool:
    return str(theirs or "").lower() == ours.lower()


def _until(there: dict[str, Any]) -> datetime | None:
    until = read_time(there.get("expiry_date"))
    return None if until is None or until >= NEVER else until


def _is_over(there: dict[str, Any]) -> bool:
    until = read_time(there.get("expiry_date"))
    return bool(there.get("expired")) or (until is not None and until <= clock.now())
