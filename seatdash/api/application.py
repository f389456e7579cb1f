"""The application that answers below /api/v1/: django-ninja, with our JSON and our errors."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic_core import from_json, to_json

from orgs.errors import Refusal
from seatdash.api import problems
from seatdash.api.door import in_a_transaction
from seatdash.api.keys import Replay
from seatdash.api.problems import Problem
from seats.errors import InvalidOrder

JSON = "application/json"
# How many entries an answer has for what is wrong: more would tell nobody more.
MOST_ERRORS = 100


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        """Read UTF-8 JSON as RFC 8259 has it: no NaN, no lone surrogates, no depth without end."""
        if request.content_type != JSON:
            raise Problem(problems.NOT_JSON, f"Send {JSON}.")
        try:
            return from_json(request.body, allow_inf_nan=False)
        except ValueError as error:
            raise Problem(problems.BAD, f"The body is no JSON: {error}.") from error


class Renderer(BaseRenderer):
    media_type = JSON

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return to_json(data)


def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    return cast("Problem", problem).response


def _unread(request: HttpRequest, error: Any) -> HttpResponse:
    """Ninja takes whatever its parser raises for a body that cannot be read."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__.response
    return Problem(cast("HttpError", error).status_code, str(error)).response


def _refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    return problems.of_refusal(refusal).response


def _replay(request: HttpRequest, replay: Any) -> HttpResponse:
    return cast("Replay", replay).response


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    entries = [_entry(each) for each in cast("ValidationError", error).errors[:MOST_ERRORS]]
    return problems.of_fields(entries).response


def _invalid_order(request: HttpRequest, error: Any) -> HttpResponse:
    found = list(cast("InvalidOrder", error).problems.items())[:MOST_ERRORS]
    entries = [{"in": "body", "field": path, "detail": str(words)} for path, words in found]
    return problems.of_fields(entries).response


def _entry(error: Mapping[str, Any]) -> dict[str, str]:
    source, *path = error["loc"]
    if source == "body":
        path = path[1:]  # the name of the view's argument, which nobody outside knows
    return {"in": str(source), "field": _path(path), "detail": str(error["msg"])}


def _path(parts: Iterable[Any]) -> str:
    """Write where a field is: members[3].email."""
    written = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return "".join(written).removeprefix(".")


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Calls are known by the names of their functions."""
        name: str = operation.view_func.__name__
        return name


def make() -> NinjaAPI:
    api = Api(
        title="seatdash",
        version="1",
        urls_namespace="api:calls",
        openapi_url=None,
        docs_url=None,
        parser=StrictParser(),
        renderer=Renderer(),
    )
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(HttpError, _unread)
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(Replay, _replay)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(InvalidOrder, _invalid_order)
    return api


def router() -> Router:
    """Make a router whose operations each run in a transaction that ends with the call."""
    made = Router()
    made.add_decorator(in_a_transaction, mode="view")
    return made
