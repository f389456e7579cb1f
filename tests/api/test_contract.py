"""The OpenAPI document: whole, and what the answers keep to."""

import json
from typing import Any

from django.test import Client

from seatdash.api import examples
from seatdash.api.contract import document


def operations() -> list[dict[str, Any]]:
    return [each for path in document()["paths"].values() for each in path.values()]


def test_document_is_for_anybody(db: None) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["openapi"] == "3.1.0"
    assert answer.json() == json.loads(json.dumps(document()))


def test_everything_referred_to_is_there() -> None:
    text = json.dumps(document())
    there = set(document()["components"]["schemas"])
    told = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert told == there


def test_every_call_declares_what_the_door_may_answer() -> None:
    for operation in operations():
        declared = set(operation["responses"])
        assert {"401", "403", "422", "429", "503"} <= declared, operation["operationId"]
        for status, response in operation["responses"].items():
            kind = "application/problem+json" if status >= "400" else "application/json"
            assert list(response.get("content", [kind])) == [kind]
            assert "content" in response or status == "204"
        assert operation["summary"]
        assert len(operation["security"][0]["token"]) == 1


def test_key_is_offered_with_every_post_and_needed_where_seats_are_given() -> None:
    needed = {}
    for operation in operations():
        keys = [each for each in operation["parameters"] if each["name"] == "Idempotency-Key"]
        if keys:
            needed[operation["operationId"]] = keys[0]["required"]
    assert set(needed) == set(examples.BODIES)
    assert {name for name, is_needed in needed.items() if is_needed} == {
        "increment_pool",
        "provision_team",
    }


def test_page_of_the_calls_draws_from_files_of_ours(db: None) -> None:
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    content = page.content.decode()
    assert "<script>" not in content
    assert "style=" not in content
    assert "//" not in content.replace("http://www.w3.org", "")
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
