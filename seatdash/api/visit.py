"""What is known of a call while it is answered, and what the log keeps of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.http.response import HttpResponseBase
from django.utils import timezone

from orgs.ids import new_id
from seatdash.api.journal import Note
from seatdash.api.problems import TOO_MANY
from seatdash.api.services.answers import Keeping
from seatdash.api.services.tokens import Caller

# A caller may name its call, so that both sides find it in their logs.
REQUEST_ID = re.compile(r"[\x21-\x7e]{1,64}")
LOGGED_BYTES, LONGEST_PATH = 10 * 1024, 1000
ERRORS = 400
SECRETS = re.compile(
    r"\b(?:sd|whsec|shpss|sk|rk|ck|cs)_[\w+/=-]{8,}"
    r'|(?<="password":)\s*"[^"]*"|(?<="secret":)\s*"[^"]*"|(?<="token":)\s*"[^"]*"'
)
HIDDEN = '"…"'


@dataclass(slots=True)
class Visit:
    """A call that is being answered; `caller` and `keeping` are known once it is admitted."""

    request: HttpRequest
    request_id: str = ""
    at: datetime = field(default_factory=timezone.now)
    began: float = field(default_factory=perf_counter)
    caller: Caller | None = None
    keeping: Keeping | None = None

    def __post_init__(self) -> None:
        given = self.request.headers.get("X-Request-Id", "")
        self.request_id = given if REQUEST_ID.fullmatch(given) else new_id().hex


class ApiRequest(HttpRequest):
    """A request that came through the door."""

    visit: Visit


def note_of(visit: Visit, response: HttpResponseBase) -> Note | None:
    """Return what the log keeps of a call; None where it is nobody's."""
    request, caller = visit.request, visit.caller
    if caller is None:
        return None
    is_bad, reads = response.status_code >= ERRORS, request.method == "GET"
    return Note(
        organisation_id=caller.organisation_id,
        token_id=caller.token_id,
        at=visit.at,
        method=str(request.method)[:10],
        # What a read that went well asked for may name a person, and helps nobody.
        path=_shown(request.get_full_path() if is_bad else request.path)[:LONGEST_PATH],
        status=response.status_code,
        key=_shown(request.headers.get("Idempotency-Key", ""))[:255],
        milliseconds=round((perf_counter() - visit.began) * 1000),
        request_id=visit.request_id,
        body="" if reads else _cut(_body(request)),
        answer=_answered(response) if is_bad or not reads else "",
        folds=(reads and not is_bad) or response.status_code == TOO_MANY,
    )


def _answered(response: HttpResponseBase) -> str:
    return _cut(response.content) if isinstance(response, HttpResponse) else ""


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except (RawPostDataException, OSError, ValueError):
        return b""


def _cut(content: bytes) -> str:
    text = content[: LOGGED_BYTES + 1].decode(errors="replace")
    return _shown(text[:LOGGED_BYTES] + ("…" if len(content) > LOGGED_BYTES else ""))


def _shown(text: str) -> str:
    """Leave out what is secret, and the NUL that PostgreSQL takes in no text."""
    return SECRETS.sub(HIDDEN, text.replace("\0", ""))
