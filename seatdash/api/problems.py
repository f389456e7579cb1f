"""Errors as programs read them: problem details (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from pydantic_core import to_json

from orgs.errors import Refusal

MEDIA_TYPE = "application/problem+json"
# The name of a refusal, after this; what HTTP says by its status alone has no type of its own.
KINDS = "urn:seatdash:"
NO_KIND = "about:blank"
INVALID = "urn:seatdash:Invalid"

BAD, UNAUTHORISED, FORBIDDEN, NOT_FOUND = 400, 401, 403, 404
REFUSED, TOO_LARGE, NOT_JSON, UNFIT, TOO_MANY = 409, 413, 415, 422, 429
BROKEN, AWAY = 500, 503


class Problem(Exception):
    """A call that is not carried out: its status, what to do about it, and more members of it."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = NO_KIND,
        title: str = "",
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind = status, detail, kind
        self.title = title or HTTPStatus(status).phrase
        self.headers = headers or {}
        self.members = members or {}

    @property
    def response(self) -> HttpResponse:
        own = {"type": self.kind, "title": self.title, "status": self.status, "detail": self.detail}
        return HttpResponse(
            to_json({**self.members, **own}),
            status=self.status,
            content_type=MEDIA_TYPE,
            headers=dict(self.headers),
        )


def of_refusal(refusal: Refusal) -> Problem:
    """A rule said no: the same words as on the page, and the numbers that it looked at."""
    title = str(refusal.title)
    return Problem(
        REFUSED,
        refusal.detail or title,
        kind=KINDS + refusal.kind,
        title=title,
        members=refusal.numbers,
    )


def of_fields(errors: list[dict[str, str]]) -> Problem:
    """What was sent makes no sense: an entry a field."""
    count = len(errors)
    detail = "One field is not as it must be." if count == 1 else f"{count} fields are not right."
    return Problem(UNFIT, detail, kind=INVALID, title="Invalid", members={"errors": errors})


def unauthorised() -> Problem:
    """RFC 6750, section 3."""
    return Problem(
        UNAUTHORISED,
        "Send a token that is in use: Authorization: Bearer sd_…",
        headers={"WWW-Authenticate": 'Bearer realm="seatdash"'},
    )


def too_few_scopes(scope: str) -> Problem:
    """RFC 6750, section 3.1."""
    challenge = f'Bearer realm="seatdash", error="insufficient_scope", scope="{scope}"'
    return Problem(
        FORBIDDEN,
        f"The token lacks the scope “{scope}”.",
        headers={"WWW-Authenticate": challenge},
        members={"scope": scope},
    )


def too_many(seconds: int, per_minute: int) -> Problem:
    """RFC 6585, section 4."""
    return Problem(
        TOO_MANY,
        f"The token may make {per_minute} calls a minute. Try again in {seconds} seconds.",
        headers={"Retry-After": str(seconds)},
        members={"per_minute": per_minute},
    )


def not_found(what: str = "") -> Problem:
    return Problem(NOT_FOUND, f"There is no {what}." if what else "There is nothing here.")
