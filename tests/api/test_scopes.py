"""Every call by scope and organisation: who gets in, who is told 403, who 404."""

from typing import Any
from uuid import uuid4

import pytest

from seatdash.api.contract import document
from seatdash.api.models import Token
from seatdash.webhooks.services.endpoints import add_endpoint
from seats.models import Enrolment, LedgerEntry
from tests.api.conftest import Program, new_key, program_of
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation

# Public, and no name that would have to be looked up.
ADDRESS = "https://93.184.215.14/hook"
# What each call asks for (API.md), and what it answers to whoever may.
SCOPES = {
    "list_products": ("read", 200),
    "make_product": ("provision", 201),
    "list_teams": ("read", 200),
    "make_team": ("provision", 201),
    "list_pools": ("read", 200),
    "show_pool": ("read", 200),
    "increment_pool": ("provision", 200),
    "transfer_seats": ("provision", 200),
    "provision_team": ("provision", 200),
    "list_enrolments": ("read", 200),
    "enrol_person": ("enrol", 201),
    "enrol_people": ("enrol", 200),
    "revoke_enrolment": ("enrol", 200),
    "has_access": ("read", 200),
    "read_usage": ("read", 200),
    "read_ledger": ("read", 200),
    "list_hooks": ("read", 200),
    "subscribe": ("read", 201),
    "unsubscribe": ("read", 204),
    "samples": ("read", 200),
}


def calls() -> dict[str, tuple[str, str]]:
    """Give the method and the path of every call there is."""
    return {
        operation["operationId"]: (method.upper(), path.removeprefix("/api/v1/"))
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }


@pytest.fixture
def things(cast: Cast) -> dict[str, Any]:
    """What is in the addresses and bodies: all of North High School."""
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.admin, allocation)
    team = {"team": str(cast.team.pk), "product": "ACC-101"}
    hook = add_endpoint(
        actor=cast.admin, address=ADDRESS, types=["enrolment.created"], is_hook=True
    )
    return {
        "pool_id": allocation.pool_id,
        "enrolment_id": line.enrolment_id,
        "hook_id": hook.pk,
        "event": "enrolment.created",
        "query": {"has_access": {"email": "kim@north.example", "product": "ACC-101"}},
        "body": {
            "make_product": {"code": "NEW", "name": "New"},
            "make_team": {"name": "New"},
            "increment_pool": {"seats": 1},
            "subscribe": {"target_url": ADDRESS, "event": "enrolment.ended"},
            "transfer_seats": {
                "product": "ACC-101",
                "from_team": str(cast.team.pk),
                "to_team": str(cast.other_team.pk),
                "seats": 1,
            },
            "provision_team": {
                "team": {"id": str(cast.team.pk)},
                "seats": [{"product": "ACC-101", "seats": 1}],
            },
            "enrol_person": team | {"email": "kim@north.example"},
            "enrol_people": team | {"members": [{"email": "kim@north.example"}]},
        },
    }


def status(program: Program, name: str, things: dict[str, Any], **ids: Any) -> int:
    method, path = calls()[name]
    for each in ("pool_id", "enrolment_id", "hook_id", "event"):
        path = path.replace(f"{{{each}}}", str(ids.get(each, things[each])))
    if method == "POST":
        answer = program.post(path, things["body"][name], key=new_key())
    else:
        answer = program.call(method, path, query=things["query"].get(name))
    return int(answer.status_code)


def test_every_call_is_walked_here() -> None:
    assert set(calls()) == set(SCOPES)


@pytest.mark.parametrize("name", SCOPES)
def test_call_is_for_its_scope_alone(cast: Cast, things: dict[str, Any], name: str) -> None:
    scope, done = SCOPES[name]
    programs = {each: program_of(cast.admin, each) for each in Token.Scope.values}
    entries = LedgerEntry.objects.count()
    got = {each: status(programs[each], name, things) for each in programs if each != scope}
    assert got == dict.fromkeys(got, 403)
    assert LedgerEntry.objects.count() == entries
    assert status(programs[scope], name, things) == done


@pytest.mark.parametrize("name", SCOPES)
def test_call_without_a_token_is_nobodys(things: dict[str, Any], name: str) -> None:
    assert status(Program(""), name, things) == 401
    assert status(Program("sd_" + "x" * 43), name, things) == 401


OF_ONESELF = ("list_", "make_", "read_", "subscribe", "samples")
# What is named in a list of parts is told as a wrong field, not as a page that is not there.
UNKNOWN = {"provision_team": 422}


@pytest.mark.parametrize("name", [name for name in SCOPES if not name.startswith(OF_ONESELF)])
def test_nothing_of_another_organisation_is_found(
    cast: Cast, outside: Program, things: dict[str, Any], name: str
) -> None:
    assert status(outside, name, things) == UNKNOWN.get(name, 404)
    assert Enrolment.objects.unended().count() == 1


def test_what_never_was_is_not_found(shop: Program, things: dict[str, Any]) -> None:
    for name in ("show_pool", "increment_pool", "revoke_enrolment"):
        unknown = {"pool_id": uuid4(), "enrolment_id": uuid4()}
        assert status(shop, name, things, **unknown) == 404


def test_token_of_one_organisation_sees_nothing_of_another(
    cast: Cast, outside: Program, things: dict[str, Any]
) -> None:
    for path in ("products", "teams", "pools", "enrolments", "usage", "ledger"):
        assert outside.get(path).json()["items"] == [], path
