"""Open edX, by the bulk enrolment API and those beside it.

The views that answer, with their documentation, in https://github.com/openedx/edx-platform:
lms/djangoapps/bulk_enroll/views.py (POST /api/bulk_enroll/v1/bulk_enroll),
openedx/core/djangoapps/enrollments/views.py (GET /api/enrollment/v1/enrollments, 120 requests a
minute for staff), openedx/core/djangoapps/user_api/accounts/views.py (GET /api/user/v1/accounts)
and lms/djangoapps/course_api/views.py (GET /api/courses/v1/courses/). Tokens:
https://docs.openedx.org/projects/edx-platform/en/latest/how-tos/use_the_api.html

An enrolment has no end there, so seatdash ends it when its time has come. Whoever has no account is
let in as soon as one is made with the address (`auto_enroll`).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from django.utils.translation import gettext as _

from seatdash.connectors.systems.calling import Caller, said, words_of
from seatdash.connectors.systems.interface import (
    Course,
    CredentialsRefused,
    Greeting,
    Held,
    LearningSystem,
    Person,
    Refused,
)

BULK = "/api/bulk_enroll/v1/bulk_enroll"
ACCOUNTS = "/api/user/v1/accounts"
PAGE = 100


class OpenEdx(LearningSystem):
    """`client` and `secret` are those of an OAuth application of a member of staff."""

    has_ends = tells_ends = False

    def __init__(
        self, *, address: str, client: str, secret: str, writes_letters: bool = False
    ) -> None:
        self._call = Caller(address)
        self._client, self._secret, self._writes_letters = client, secret, writes_letters
        self._token = ""

    def greet(self) -> Greeting:
        me = self._get("/api/user/v1/me")
        answer = self._get("/api/courses/v1/courses/", {"username": me["username"], "page_size": 1})
        return Greeting(site=str(me["username"]), courses=int(answer["pagination"]["count"]))

    def courses(self) -> list[Course]:
        asked = {"username": self._get("/api/user/v1/me")["username"], "page_size": PAGE}
        found: list[Course] = []
        more: dict[str, Any] | None = asked
        while more:
            answer = self._get("/api/courses/v1/courses/", more)
            found += [Course(each["course_id"], each["name"]) for each in answer["results"]]
            more = _next(answer["pagination"]["next"])
        return found

    def find_person(self, email: str) -> Person | None:
        answer = self._ask("GET", ACCOUNTS, params={"email": email})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        found = said(answer)
        return _person(found[0]) if found else None

    def enrol(
        self, person: Person, course: str, *, start: datetime, until: datetime | None
    ) -> None:
        self._bulk("enroll", person, course)

    def move_end(
        self, person: Person, course: str, *, start: datetime, until: datetime | None
    ) -> None:
        """Do nothing: there is no end there to be moved."""

    def end(self, person: Person, course: str) -> None:
        self._bulk("unenroll", person, course)

    def enrolments(self, course: str) -> Iterator[Held]:
        more: dict[str, Any] | None = {"course_id": course, "page_size": PAGE}
        while more:
            answer = self._get("/api/enrollment/v1/enrollments", more)
            names = [each["user"] for each in answer["results"] if each["is_active"]]
            # Enrolments name people by their user names, accounts by their addresses too.
            accounts = self._get(ACCOUNTS, {"username": ",".join(names)}) if names else []
            yield from (Held(_person(each)) for each in accounts if each.get("email"))
            more = _next(answer["next"])

    def _bulk(self, action: str, person: Person, course: str) -> None:
        body = {
            "action": action,
            "identifiers": person.email,
            "courses": course,
            "auto_enroll": True,
            "email_students": self._writes_letters,
        }
        answer = self._ask("POST", BULK, json=body)
        if answer.is_client_error:
            raise Refused(words_of(answer))
        for result in said(answer)["courses"][course]["results"]:
            if result.get("invalidIdentifier"):
                words = _("Open edX takes %(email)s for no address.")
                raise Refused(words % {"email": person.email})
            if result.get("error"):
                raise Refused(_("Open edX could not do it, and does not say why."))

    def _get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        answer = self._ask("GET", path, params=params)
        if answer.is_client_error:
            raise Refused(words_of(answer))
        return said(answer)

    def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        self._token = self._token or self._sign_in()
        headers = {"Authorization": f"JWT {self._token}"}
        return self._call(method, path, headers=headers, **sent)

    def _sign_in(self) -> str:
        asked = {
            "grant_type": "client_credentials",
            "client_id": self._client,
            "client_secret": self._secret,
            "token_type": "jwt",
        }
        answer = self._call("POST", "/oauth2/access_token", data=asked)
        if answer.is_client_error:
            words = _("It does not accept the client id and its secret (%(words)s).")
            raise CredentialsRefused(words % {"words": words_of(answer)})
        return str(said(answer)["access_token"])


def _person(account: dict[str, Any]) -> Person:
    return Person(str(account["email"]), account.get("name") or "", str(account["username"]))


def _next(address: str | None) -> dict[str, Any] | None:
    # Only what it asks for is taken from the address: it may name the server as it knows itself.
    return dict(parse_qsl(urlsplit(address).query)) if address else None
