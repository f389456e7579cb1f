"""The door of the API: nothing is answered but through here.

A call is one transaction. It begins by finding out whose token was sent, sees that organisation
from there on, and is rolled back whole where the answer is an error. Neither a session nor any
other cookie is looked at, so no page can make a browser call for it.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from math import ceil
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import IntegrityError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from ninja.security import HttpBearer
from psycopg_pool import PoolTimeout

from seatdash import tenancy
from seatdash.api import problems
from seatdash.api.journal import journal, minute_of
from seatdash.api.keys import keep_for
from seatdash.api.problems import MEDIA_TYPE, Problem
from seatdash.api.services.tokens import Caller, admit, digest_of
from seatdash.api.visit import ERRORS, ApiRequest, Visit, note_of

ROOT = "/api/v1/"
SECONDS_TO_RETRY = "10"

Answer = Callable[[HttpRequest], HttpResponseBase]
Run = Callable[..., HttpResponse]

log = logging.getLogger("django.request")


def api_middleware(get_response: Answer) -> Answer:
    """Answer what is below /api/v1/, and keep sessions, forms and their cookies out of it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(ROOT):
            return answer_program(request, _call)
        return get_response(request)

    return middleware


def answer_program(
    request: HttpRequest, answer: Callable[[ApiRequest], HttpResponseBase]
) -> HttpResponseBase:
    """Answer a call, with a problem where that fails, and note it in the log."""
    came = cast("ApiRequest", request)
    came.visit = Visit(request)
    # What programs read is in one language, and an answer that is kept is everybody's.
    with translation.override(settings.LANGUAGE_CODE):
        try:
            response = _as_problem(answer(came))
        except Exception as error:  # noqa: BLE001 - whatever it is, a program gets a problem
            response = _problem_of(came, error).response
    response["X-Request-Id"] = came.visit.request_id
    if note := note_of(came.visit, response):
        journal.note(note)
    return response


def _call(request: ApiRequest) -> HttpResponse:
    found = resolve(request.path_info)
    _check_length(request)
    answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return answer


def _problem_of(request: HttpRequest, error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case Http404() | Resolver404():
            return problems.not_found()
        case RequestDataTooBig() | UnreadablePostError():
            return _too_large()
        case IntegrityError():
            log.warning("Two at once: %s", request.path)
            detail = "Somebody did the same a moment ago. Look, and try again."
            return Problem(problems.REFUSED, detail)
        case OperationalError() | PoolTimeout():
            detail = "The database is out of reach. Nothing was done; try again."
            return Problem(problems.AWAY, detail, headers={"Retry-After": SECONDS_TO_RETRY})
    log.error("Broken: %s", request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return Problem(problems.BROKEN, "This is our fault. Nothing was done.")


def _check_length(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if length.isdecimal() and int(length[:12]) > most:
        raise _too_large()


def _too_large() -> Problem:
    most = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1024
    return Problem(problems.TOO_LARGE, f"Send at most {most} KiB at once.")


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Give an error that Django or ninja answered by themselves the form of all others."""
    if response.status_code < ERRORS or response["Content-Type"] == MEDIA_TYPE:
        return response
    headers = {"Allow": response["Allow"]} if "Allow" in response else {}
    detail = f"Call this with {headers['Allow']}." if headers else "This cannot be done."
    return Problem(response.status_code, detail, headers=headers).response


def in_a_transaction(run: Run) -> Run:
    """Run an operation of ninja in a transaction that ends with it, undone where it fails."""

    @wraps(run)
    def whole(request: ApiRequest, **path: Any) -> HttpResponse:
        return tenancy.again_after_deadlock(lambda: _once(run, request, path))

    return whole


def _once(run: Run, request: ApiRequest, path: dict[str, Any]) -> HttpResponse:
    request.visit.keeping = None
    with tenancy.unnamed():
        response = run(request, **path)
        keeping = request.visit.keeping
        is_bad = response.status_code >= ERRORS
        if keeping and response.status_code == problems.REFUSED:
            keeping.undo()
        elif is_bad:
            transaction.set_rollback(True)
            return response
        if keeping:
            keeping.keep(response)
    return response


class Acquaintances:
    """The tokens that this process has admitted within the minute, and what they may still call.

    Nobody is admitted by it: it says only whether a call need not be counted before it is made.
    """

    MOST = 10_000

    def __init__(self) -> None:
        self._met: dict[bytes, tuple[Caller, datetime]] = {}

    def meet(self, digest: bytes, caller: Caller, at: datetime) -> None:
        if len(self._met) >= self.MOST:
            self._met.clear()
        self._met[digest] = (caller, minute_of(at))

    def may_call(self, digest: bytes, at: datetime) -> bool:
        caller, minute = self._met.get(digest, (None, None))
        return caller is not None and minute == minute_of(at) and not _is_over(caller, minute)


acquaintances = Acquaintances()


class Scoped(HttpBearer):
    """Lets tokens with a scope in. With `keyed`, a call must bring an Idempotency-Key."""

    openapi_description = "A token of the organisation, from its settings."

    def __init__(self, scope: str, *, keyed: bool = False) -> None:
        super().__init__()
        self.scope, self.keyed = scope, keyed

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) or self.authenticate(request, "")

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        visit = cast("ApiRequest", request).visit
        visit.caller = admit(token)
        caller = check(visit, self.scope)
        acquaintances.meet(digest_of(token), caller, visit.at)
        if request.method == "POST":
            visit.keeping = keep_for(request, caller, is_needed=self.keyed)
        return caller


def check(visit: Visit, scope: str) -> Caller:
    """Return who calls, where they may; raises Problem 401, 403 or 429."""
    caller = visit.caller
    if caller is None:
        raise problems.unauthorised()
    if scope not in caller.scopes:
        raise problems.too_few_scopes(scope)
    minute = minute_of(visit.at)
    if _is_over(caller, minute):
        seconds = ceil(60 - (visit.at - minute).total_seconds())
        raise problems.too_many(seconds, caller.per_minute)
    return caller


def _is_over(caller: Caller, minute: datetime) -> bool:
    """Say whether a token has made as many calls in a minute as it may."""
    made = caller.spent + journal.unwritten(caller.token_id, minute)
    return made >= caller.per_minute
