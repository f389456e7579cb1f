"""Idempotency keys: whoever tries again is answered as before, and nothing happens twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from seatdash import tenancy
from seatdash.api.models import KeptAnswer
from seatdash.api.services.answers import forget_old_answers
from seats.models import Pool
from seats.services.allocation import increment
from tests.api.conftest import Program, new_key, program_of
from tests.conftest import Cast
from tests.factories import make_allocation
from tests.threads import at_once


@pytest.fixture
def path(cast: Cast) -> str:
    """Where Classroom A's pool of ten seats is incremented."""
    return f"pools/{make_allocation(cast.admin, cast.team, cast.product).pool_id}/increment"


def capacity() -> int | None:
    return Pool.objects.get().capacity


def test_same_call_again_gets_the_first_answer(cast: Cast, shop: Program, path: str) -> None:
    first = shop.post(path, {"seats": 5}, key="order-1")
    again = shop.post(path, {"seats": 5}, key="order-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert "Idempotent-Replay" not in first
    assert again["Idempotent-Replay"] == "true"
    assert capacity() == 15


def test_order_of_the_fields_does_not_make_another_body(shop: Program, path: str) -> None:
    shop.call("POST", path, data='{"seats": 5, "reason": "x"}', key="order-1")
    again = shop.call("POST", path, data='{"reason":"x","seats":5}', key="order-1")
    assert again["Idempotent-Replay"] == "true"
    assert capacity() == 15


def test_key_with_another_body_or_call_is_refused(shop: Program, path: str) -> None:
    shop.post(path, {"seats": 5}, key="order-1")
    for asked, body in ((path, {"seats": 6}), ("products", {"code": "X", "name": "X"})):
        answer = shop.post(asked, body, key="order-1")
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:seatdash:KeyUsed"
    assert capacity() == 15


def test_key_belongs_to_one_token(cast: Cast, shop: Program, path: str) -> None:
    other = program_of(cast.admin)
    for program in (shop, other):
        assert program.post(path, {"seats": 5}, key="order-1").status_code == 200
    assert capacity() == 20


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "\xe9"])
def test_key_is_needed_and_must_be_one(shop: Program, path: str, key: str) -> None:
    answer = shop.post(path, {"seats": 5}, key=key)
    assert answer.status_code == 400
    assert capacity() == 10


def test_refusal_is_the_first_answer_too(cast: Cast, shop: Program, path: str) -> None:
    first = shop.post(path, {"seats": -11}, key="order-1")
    assert first.status_code == 409
    increment(actor=cast.admin, pool=Pool.objects.get(), seats=5)
    again = shop.post(path, {"seats": -11}, key="order-1")
    assert (again.status_code, again.content) == (409, first.content)
    assert again["Idempotent-Replay"] == "true"
    assert shop.post(path, {"seats": -11}, key="order-2").status_code == 200


def test_call_that_was_not_understood_uses_up_no_key(shop: Program, path: str) -> None:
    assert shop.post(path, {"seats": "five"}, key="order-1").status_code == 422
    assert shop.call("POST", path, data=b"{", key="order-1").status_code == 400
    assert shop.post(path, {"seats": 5}, key="order-1").status_code == 200
    assert capacity() == 15


def test_any_post_takes_a_key(cast: Cast, shop: Program, path: str) -> None:
    body = {"team": str(cast.team.pk), "product": "ACC-101", "email": "kim@north.example"}
    answers = [shop.post("enrolments", body, key="enrol-kim") for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[1]["Idempotent-Replay"] == "true"


def test_old_answers_are_forgotten(cast: Cast, shop: Program, path: str) -> None:
    shop.post(path, {"seats": 5}, key="order-1")
    assert forget_old_answers(organisation=cast.organisation) == 0
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(hours=25))
    assert forget_old_answers(organisation=cast.organisation) == 0
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(hours=49))
    assert forget_old_answers(organisation=cast.organisation) == 1


def test_many_at_once_have_one_effect_and_equal_answers(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        pool = make_allocation(stage.admin, stage.team, stage.product).pool
        program = program_of(stage.admin)

    def ask() -> Any:
        return program_again(program).post(f"pools/{pool.pk}/increment", {"seats": 5}, key="one")

    answers = at_once(*[ask] * 8)
    assert {each.status_code for each in answers} == {200}
    assert len({each.content for each in answers}) == 1
    assert sum("Idempotent-Replay" in each for each in answers) == 7
    with tenancy.scope(stage.organisation.pk):
        assert capacity() == 15


def program_again(program: Program) -> Program:
    return Program(program.secret)


def test_crash_in_the_middle_leaves_nothing_and_trying_again_succeeds(
    stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenancy.scope(stage.organisation.pk):
        pool = make_allocation(stage.admin, stage.team, stage.product).pool
        program = program_of(stage.admin)
    path, key = f"pools/{pool.pk}/increment", new_key()
    with monkeypatch.context() as patch:
        # All is done and the answer is about to be stored: the connection is gone.
        patch.setattr("seatdash.api.services.answers.Keeping.keep", lambda *_: connection.close())
        program.client.raise_request_exception = False
        program.post(path, {"seats": 5}, key=key)
    with tenancy.scope(stage.organisation.pk):
        assert capacity() == 10
        assert not KeptAnswer.objects.exists()
    assert program.post(path, {"seats": 5}, key=key).status_code == 200
    with tenancy.scope(stage.organisation.pk):
        assert capacity() == 15
