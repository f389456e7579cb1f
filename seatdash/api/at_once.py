"""Enrolling one person in one statement: the usual case of what is called most.

The statement admits the token, finds the team, the product and the person, and takes the seat, as
the services would. It does nothing where anything is unusual; then the call goes the usual way,
which knows what to do, or why not. A call with a key, or by a token that this process has not seen
within the minute, goes that way at once.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, LiteralString

from django.db import DatabaseError, connection
from django.http import HttpResponse
from ninja import Router
from ninja.operation import Operation
from psycopg import errors
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from orgs.ids import new_id
from seatdash import tenancy
from seatdash.api.application import JSON
from seatdash.api.door import Run, acquaintances, in_a_transaction
from seatdash.api.finding import uuid_in
from seatdash.api.keys import HEADER
from seatdash.api.schemas.enrolling import EnrolIn
from seatdash.api.services.tokens import Caller, secret_in
from seatdash.api.visit import ApiRequest
from seats import clock
from seats.services.ledger_sql import run

ENROL: LiteralString = """
    SELECT * FROM api_enrol(%(digest)s, %(team)s, %(team_id)s, %(product)s, %(product_id)s,
        %(email)s, %(name)s, %(enrolment)s, %(entry)s, %(member)s, %(membership)s, %(now)s)
"""
CALLER = 7
AT_ONCE = "enrol_person"
# The function took back what it had begun, or somebody did the same at that moment.
LEFT_UNDONE = {"SD001", errors.UniqueViolation.sqlstate}


def router() -> Router:
    """Make a router whose operation of the name `AT_ONCE` need not begin with a transaction."""
    made = Router()
    made.add_decorator(_at_once_or_in_a_transaction, mode="view")
    return made


def _at_once_or_in_a_transaction(run: Any) -> Run:
    usual = in_a_transaction(run)
    operation: Operation = run.__self__
    if operation.view_func.__name__ != AT_ONCE:
        return usual

    @wraps(run)
    def enter(request: ApiRequest, **path: Any) -> HttpResponse:
        has_key = HEADER in request.headers
        return (not has_key and _quickly(request)) or usual(request, **path)

    return enter


def _quickly(request: ApiRequest) -> HttpResponse | None:
    digest = secret_in(request.headers.get("Authorization", ""))
    if digest is None or not acquaintances.may_call(digest, request.visit.at):
        return None
    asked = _asked(request)
    row = asked and tenancy.again_after_deadlock(lambda: _enrol(digest, asked))
    if not row:
        return None
    request.visit.caller = Caller(*row[:CALLER])
    acquaintances.meet(digest, request.visit.caller, request.visit.at)
    return _told(row[CALLER:])


def _asked(request: ApiRequest) -> EnrolIn | None:
    if request.content_type != JSON:
        return None
    try:
        return EnrolIn.model_validate(from_json(request.body, allow_inf_nan=False))
    except (ValidationError, ValueError):
        return None


def _enrol(digest: bytes, asked: EnrolIn) -> tuple[Any, ...] | None:
    params = {
        "digest": digest,
        "team": asked.team,
        "team_id": uuid_in(asked.team),
        "product": asked.product,
        "product_id": uuid_in(asked.product),
        "email": asked.email,
        "name": asked.name,
        "enrolment": new_id(),
        "entry": new_id(),
        "member": new_id(),
        "membership": new_id(),
        "now": clock.told(),
    }
    try:
        return _alone(lambda: run(ENROL, params, many=False))
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") in LEFT_UNDONE:
            return None
        raise


def _alone(statement: Callable[[], list[tuple[Any, ...]]]) -> tuple[Any, ...] | None:
    """Run what is a transaction of its own; within one it is a part that can be taken back."""
    if connection.in_atomic_block:
        with tenancy.unnamed():
            rows = statement()
    else:
        rows = statement()
    return rows[0] if rows else None


def _told(row: tuple[Any, ...]) -> HttpResponse:
    is_new, enrolment, started_at, expires_at, *names, pool = row
    person, email, name, team, external_id, team_name, product, code, product_name = names
    told = {
        "id": enrolment,
        "status": "live",
        "member": {"id": person, "email": email, "name": name},
        "team": {"id": team, "external_id": external_id, "name": team_name},
        "product": {"id": product, "code": code, "name": product_name},
        "pool_id": pool,
        "started_at": started_at,
        "expires_at": expires_at,
        "ended_at": None,
        "end_reason": None,
    }
    status = 201 if is_new else 200
    return HttpResponse(to_json(told), status=status, content_type=f"{JSON}; charset=utf-8")
