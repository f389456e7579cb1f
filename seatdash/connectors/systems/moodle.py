"""Moodle, by its web services over REST.

The protocol, and errors that come as 200: https://docs.moodle.org/dev/Creating_a_web_service_client
The functions, as a site lists them under "API documentation", are those of
https://github.com/moodle/moodle: enrol/manual/externallib.php (enrol_manual_enrol_users and
enrol_manual_unenrol_users), enrol/externallib.php (core_enrol_get_enrolled_users),
user/externallib.php (core_user_get_users_by_field, core_user_create_users), course/externallib.php
(core_course_get_courses) and webservice/externallib.php (core_webservice_get_site_info).

Unenrolling purges a learner's participation for good, and Moodle's own advice is to suspend instead
(https://docs.moodle.org/dev/Enrolment_API); so that is what ending does, unless told otherwise.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from seatdash.connectors.systems.calling import LONGEST_WORDS, Caller
from seatdash.connectors.systems.interface import (
    Course,
    CredentialsRefused,
    Greeting,
    Held,
    LearningSystem,
    Person,
    Refused,
    Unreachable,
)

SERVER = "/webservice/rest/server.php"
STUDENT = 5
FRONT_PAGE = 1
PAGE = 250
NEEDED = (
    "core_course_get_courses",
    "core_enrol_get_enrolled_users",
    "core_user_create_users",
    "core_user_get_users_by_field",
    "core_webservice_get_site_info",
    "enrol_manual_enrol_users",
)
UNENROL = "enrol_manual_unenrol_users"
# What an exception is about: the token, or the site as a whole. All others are about the request.
OF_TOKEN = {
    "invalidtoken",
    "accessexception",
    "invalidiptoken",
    "invalidtimedtoken",
    "servicenotavailable",
    "usernotallowed",
    "missingrequiredcapability",
    "enablewsdescription",
    "cannotusews",
}
OF_SITE = {"sitemaintenance", "upgraderunning", "dmlreadexception", "dmlwriteexception"}


class Moodle(LearningSystem):
    """`address` is where the site is, with its folder if it has one; `token` of a web service."""

    tells_ends = False

    def __init__(
        self, *, address: str, token: str, role: int = STUDENT, unenrols: bool = False
    ) -> None:
        self._call = Caller(address)
        self._token, self._role, self._unenrols = token, role, unenrols

    def greet(self) -> Greeting:
        info = self._do("core_webservice_get_site_info")
        offered = {each["name"] for each in info.get("functions", [])}
        needed = (*NEEDED, UNENROL) if self._unenrols else NEEDED
        lacking = tuple(name for name in needed if name not in offered)
        courses = 0 if "core_course_get_courses" in lacking else len(self.courses())
        return Greeting(site=str(info.get("sitename", "")), courses=courses, lacking=lacking)

    def courses(self) -> list[Course]:
        return [
            Course(str(each["id"]), str(each.get("fullname") or each.get("shortname")))
            for each in self._do("core_course_get_courses")
            if each["id"] != FRONT_PAGE
        ]

    def find_person(self, email: str) -> Person | None:
        found = self._do("core_user_get_users_by_field", field="email", values=[email])
        if len(found) > 1:
            raise Refused(_("Several accounts have the address %(email)s.") % {"email": email})
        return Person(email, found[0].get("fullname", ""), str(found[0]["id"])) if found else None

    def enrol(
        self, person: Person, course: str, *, start: datetime, until: datetime | None
    ) -> None:
        known = self.find_person(person.email) or self._make(person)
        self._enrol(
            known,
            course,
            timestart=int(start.timestamp()),
            timeend=int(until.timestamp()) if until else 0,
            suspend=0,
        )

    move_end = enrol

    def end(self, person: Person, course: str) -> None:
        known = self.find_person(person.email)
        if known and self._unenrols:
            gone = {"userid": known.key, "courseid": _number(course)}
            self._do(UNENROL, enrolments=[gone])
        elif known:
            self._enrol(known, course, suspend=1)

    def enrolments(self, course: str) -> Iterator[Held]:
        # A page may lack people whom the token may not see, so only an empty one is the last.
        begin = 0
        while page := self._participants(course, begin):
            begin += PAGE
            for each in page:
                roles = {role["roleid"] for role in each.get("roles", [])}
                if each.get("email") and self._role in roles:
                    yield Held(Person(each["email"], each.get("fullname", ""), str(each["id"])))

    def _participants(self, course: str, begin: int) -> list[dict[str, Any]]:
        options = {
            "onlyactive": 1,
            "userfields": "id,fullname,email,roles",
            "limitfrom": begin,
            "limitnumber": PAGE,
        }
        pairs = [{"name": name, "value": value} for name, value in options.items()]
        function = "core_enrol_get_enrolled_users"
        found: list[dict[str, Any]] = self._do(function, courseid=_number(course), options=pairs)
        return found

    def _enrol(self, known: Person, course: str, **how: int) -> None:
        who = {"roleid": self._role, "userid": known.key, "courseid": _number(course)}
        self._do("enrol_manual_enrol_users", enrolments=[who | how])

    def _make(self, person: Person) -> Person:
        first, last = person.names
        # Moodle writes to the new person itself, with a password to be changed.
        account = {
            "username": re.sub(r"[^a-z0-9._@-]", "_", person.email.lower()),
            "firstname": first,
            "lastname": last,
            "email": person.email,
            "createpassword": 1,
        }
        made = self._do("core_user_create_users", users=[account])
        return Person(person.email, person.name, str(made[0]["id"]))

    def _do(self, function: str, **given: Any) -> Any:
        # The token goes into the body: addresses are written into logs.
        known = {
            "wstoken": self._token,
            "wsfunction": function,
            "moodlewsrestformat": "json",
        }
        answer = self._call.json("POST", SERVER, data=known | dict(_flat(given)))
        if isinstance(answer, dict) and "exception" in answer:
            raise _failure(answer, function)
        return answer


def _flat(given: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Write lists and mappings as PHP reads them: enrolments[0][userid]."""
    if isinstance(given, dict | list):
        items = given.items() if isinstance(given, dict) else enumerate(given)
        for key, value in items:
            yield from _flat(value, f"{name}[{key}]" if name else str(key))
    else:
        yield name, str(given)


def _failure(answer: dict[str, Any], function: str) -> Exception:
    code = str(answer.get("errorcode", ""))
    detail = answer.get("debuginfo")
    words = f"{answer.get('message', '')} {f'({detail})' if detail else ''}".strip()
    if code in OF_TOKEN:
        words = _("%(words)s (%(function)s)") % {"words": words, "function": function}
        return CredentialsRefused(words[:LONGEST_WORDS])
    return (Unreachable if code in OF_SITE else Refused)(words[:LONGEST_WORDS] or code)


def _number(course: str) -> int:
    if not course.isdecimal():
        raise Refused(_("Course ids are numbers in Moodle, and “%(id)s” is none.") % {"id": course})
    return int(course)
