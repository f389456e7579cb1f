"""The OpenAPI 3.1 document: what ninja knows of the calls, and what the door adds to each.

Every status that a call can answer is declared, so that a program (and tests/endure) can rely on
there being no other.
"""

import json
from functools import cache
from http import HTTPStatus
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from seatdash.api import examples
from seatdash.api.api import api
from seatdash.api.door import Scoped
from seatdash.api.keys import HEADER, LONGEST
from seatdash.api.problems import MEDIA_TYPE
from seatdash.api.schemas.wrong import InvalidOut, ProblemOut

Json = dict[str, Any]

ABOUT = """
What programs do with seats. Make a token in the organisation's settings and send it as
`Authorization: Bearer sd_…`.

**Trying again.** Send an `Idempotency-Key` with any POST (`provision` and `increment` need one).
The same key with the same body gets the first answer again, with `Idempotent-Replay: true`, and
nothing happens twice, also when both arrive at once or the server died in between. The answer is
kept for 48 hours. A refusal (409) is an answer too: to try again after seats were added, send a new
key. What was not carried out at all (400, 401, 403, 404, 413, 415, 422, 429, 503) uses up no key.
The same key with another body is 422.

**Errors** are problem details (RFC 9457). A refusal has the name of the rule as its `type` and the
numbers that the rule looked at beside it.

**Lists** come a page at a time: give `next` of one page as `cursor` of the following.

**Names.** `team` is a team's id or `external_id`, `product` a product's id or `code`.

**Times** are ISO 8601 in UTC. **Rates.** Each token may make so many calls a minute; beyond that it
is answered 429 with `Retry-After`.
"""
SCOPES = {
    "read": "Lists, usage, the ledger, access",
    "provision": "Makes products and teams, gives seats and takes them",
    "enrol": "Enrols and revokes",
    "export": "Downloads reports",
}
TEXT = {"type": "string"}
REQUEST_ID = {
    "description": "The call's name in the log: what the caller gave, or a new one.",
    "schema": TEXT,
}
SECONDS = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
CHALLENGE = {"description": "RFC 6750.", "schema": TEXT}
REPLAY = {
    "description": "`true` where the call was answered before, and nothing was done now.",
    "schema": {"type": "string", "const": "true"},
}
WORDS = {
    400: "The body is no JSON, or the key is missing or none.",
    401: "No token, or a dead one.",
    403: "The token lacks a scope.",
    404: "There is no such thing in the token's organisation.",
    409: "A rule says no; its numbers stand beside its words.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "Fields are wrong: an entry for each. Or the key came with another body before.",
    429: "The token called too often.",
    503: "The database is away. Nothing was done.",
}
ALWAYS = (401, 403, 422, 429, 503)
WITH_A_BODY = (400, 409, 413, 415)
# What ninja gathers the parameters of an address in; each is written out beside its call.
ASKED = ("Paged", "Asked", "Why", "Samples")
# Calls that look nothing up by name.
LOOK_UP_NOTHING = {"list_products", "list_teams", "list_pools", "read_ledger", "make_product"}


@cache
def document() -> Json:
    """Return the document; the same for everybody, and made once."""
    made: Json = json.loads(json.dumps(api.get_openapi_schema()))
    made["info"]["description"] = ABOUT.strip()
    made["servers"] = [{"url": "/"}]
    made["components"]["schemas"] |= _schemas(InvalidOut, ProblemOut)
    for asked in ASKED:
        made["components"]["schemas"].pop(asked)
    described = "\n".join(f"- `{scope}`: {words}" for scope, words in SCOPES.items())
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": f"Scopes:\n{described}"}
    }
    asks = _asks()
    for operations in made["paths"].values():
        for method, operation in operations.items():
            _complete(operation, method, asks[operation["operationId"]])
    return made


def _schemas(*models: type[BaseModel]) -> Json:
    wanted: Any = [(model, "serialization") for model in models]
    _refs, schema = models_json_schema(wanted, ref_template="#/components/schemas/{model}")
    found: Json = schema["$defs"]
    return found


def _asks() -> dict[str, Scoped]:
    """Return what each call asks of a token, by the call's name."""
    return {
        api.get_openapi_operation_id(operation): cast("Scoped", operation.auth_callbacks[0])
        for router in api._get_bound_routers()  # noqa: SLF001 - ninja tells no other way
        for view in router.path_operations.values()
        for operation in view.operations
    }


def _complete(operation: Json, method: str, asks: Scoped) -> None:
    operation["security"] = [{"token": [asks.scope]}]
    for parameter in operation["parameters"]:
        # The schema has them already, and here they would be a list where a map must be.
        shown = parameter.pop("examples", None)
        if shown and parameter["required"]:
            parameter["example"] = shown[0]
        _say_no_null(parameter)
    if method == "post":
        operation["parameters"].append(_key(needed=asks.keyed))
    for status in operation["responses"].values():
        status["headers"] = {"X-Request-Id": REQUEST_ID}
        if method == "post":
            status["headers"]["Idempotent-Replay"] = REPLAY
    for status in _errors(operation, method):
        operation["responses"][str(status)] = _error(status, method)
    examples.show(operation)


def _say_no_null(parameter: Json) -> None:
    """In an address there is no null: what is not asked for is left out."""
    schema = parameter["schema"]
    some = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(some) == 1:
        del schema["anyOf"]
        schema |= some[0]


def _key(*, needed: bool) -> Json:
    return {
        "in": "header",
        "name": HEADER,
        "required": needed,
        "description": "Lets the same call be tried again without doing anything twice.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST,
            "pattern": r"^[\x21-\x7e]+$",
        },
    }


def _errors(operation: Json, method: str) -> list[int]:
    found = {*ALWAYS}
    if method == "post":
        found.update(WITH_A_BODY)
    if method == "delete":
        found.add(409)
    if operation["operationId"] not in LOOK_UP_NOTHING:
        found.add(404)
    return sorted(found)


def _error(status: int, method: str) -> Json:
    model = "InvalidOut" if status == HTTPStatus.UNPROCESSABLE_ENTITY else "ProblemOut"
    headers: Json = {"X-Request-Id": REQUEST_ID}
    if status in {429, 503}:
        headers["Retry-After"] = SECONDS
    if status in {401, 403}:
        headers["WWW-Authenticate"] = CHALLENGE
    if status == HTTPStatus.CONFLICT and method == "post":
        headers["Idempotent-Replay"] = REPLAY
    content: Json = {
        "schema": {"$ref": f"#/components/schemas/{model}"},
        "example": examples.problem(status, WORDS[status]),
    }
    return {"description": WORDS[status], "headers": headers, "content": {MEDIA_TYPE: content}}
