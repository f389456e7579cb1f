"""Errors: each a problem that a program can read, and none a 500."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django.fixtures import Settings

from seatdash.api.models import Token
from tests.api.conftest import Program, new_key, program_of
from tests.conftest import Cast
from tests.factories import make_allocation

DEEP = "[" * 100_000
HOSTILE = {
    "nothing": b"",
    "no JSON": b"{",
    "two values": b"{} {}",
    "NaN": b'{"seats": NaN}',
    "latin-1": '{"reason": "é"}'.encode("latin-1"),
    "utf-16": '{"seats": 1}'.encode("utf-16"),
    "lone surrogate": b'{"reason": "\\ud800"}',
    "depth": DEEP.encode(),
    "depth in a field": f'{{"reason": {DEEP}'.encode(),
    "huge number": b'{"seats": ' + b"9" * 10_000 + b"}",
    "huge exponent": b'{"seats": 1e999999}',
    "NUL": b'{"seats": 1, "reason": "a\\u0000b"}',
    "list": b"[]",
    "null": b"null",
    "string": b'"x"',
    "too many seats": b'{"seats": 100000001}',
    "no seats": b'{"seats": 0}',
    "a fraction": b'{"seats": 1.5}',
    "yes": b'{"seats": true}',
    "unknown field": b'{"seats": 1, "seat": 1}',
    "long": json.dumps({"seats": 1, "reason": "x" * 501}).encode(),
}


@pytest.fixture
def path(cast: Cast) -> str:
    return f"pools/{make_allocation(cast.admin, cast.team, cast.product).pool_id}/increment"


@pytest.mark.parametrize("sent", HOSTILE)
def test_what_makes_no_sense_is_told_so(shop: Program, path: str, sent: str) -> None:
    answer = shop.call("POST", path, data=HOSTILE[sent], key=new_key())
    assert answer.status_code in (400, 422)
    problem(answer)


def problem(answer: Any) -> Any:
    """Read a problem, and see that it is a whole one."""
    assert answer["Content-Type"] == "application/problem+json"
    read = answer.json()
    assert {"type", "title", "status", "detail"} <= set(read)
    assert read["status"] == answer.status_code
    return read


def test_each_wrong_field_has_an_entry(cast: Cast, shop: Program) -> None:
    people = [{"email": "kim@north.example"}, {"email": "nobody"}, {"name": "x"}]
    body = {"team": "a", "product": "b", "members": people, "mode": "some"}
    answer = shop.post("enrolments/bulk", body)
    assert answer.status_code == 422
    fields = {each["field"]: each["detail"] for each in problem(answer)["errors"]}
    assert set(fields) == {"members[1].email", "members[2].email", "mode"}
    assert fields["members[1].email"] == "Give an e-mail address."


def test_refusal_has_its_words_and_numbers(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=1)
    body = {"team": str(cast.team.pk), "product": "ACC-101"}
    assert shop.post("enrolments", body | {"email": "one@north.example"}).status_code == 201
    answer = shop.post("enrolments", body | {"email": "two@north.example"})
    assert answer.status_code == 409
    refused = problem(answer)
    assert refused["type"] == "urn:seatdash:NoSeatsLeft"
    assert refused["title"] == "There are not enough seats left."
    assert (refused["available"], refused["capacity"], refused["needed"]) == (0, 1, 1)


def test_only_json_is_taken(shop: Program) -> None:
    answer = shop.call("POST", "products", data=b"code=X", content_type="text/plain")
    assert answer.status_code == 415
    problem(answer)


def test_too_much_is_refused_before_it_is_read(shop: Program, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = shop.call("POST", "products", data=b"x" * 1001)
    assert answer.status_code == 413
    problem(answer)


@pytest.mark.parametrize("path", ["nothing", "pools/x", "products/", "", "teams/%00", "%ff%fe"])
def test_nowhere_is_a_problem_too(shop: Program, path: str) -> None:
    answer = shop.get(path)
    assert answer.status_code == 404
    problem(answer)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_what_is_not_offered_says_what_is(shop: Program, method: str) -> None:
    answer = shop.call(method, "products")
    assert answer.status_code == 405
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_one_program_calls_too_often_and_the_other_does_not_mind(cast: Cast) -> None:
    eager, other = program_of(cast.admin, per_minute=2), program_of(cast.admin, per_minute=2)
    answers = [eager.get("products") for _ in range(3)]
    # The minute may have passed in between.
    assert [each.status_code for each in answers] in ([200, 200, 429], [200, 200, 200])
    if answers[2].status_code == 429:
        assert 1 <= int(answers[2]["Retry-After"]) <= 60
        problem(answers[2])
    assert other.get("products").status_code == 200
    assert Token.objects.filter(per_minute=2).count() == 2


def test_database_that_is_away_is_waited_for(
    shop: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("seatdash.api.door.admit", away)
    answer = shop.get("products")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    problem(answer)


def test_call_is_named_by_whoever_makes_it(shop: Program) -> None:
    headers = {"authorization": f"Bearer {shop.secret}", "x-request-id": "crm-7"}
    assert shop.client.get("/api/v1/products", headers=headers)["X-Request-Id"] == "crm-7"
    assert len(shop.get("products")["X-Request-Id"]) == 32
