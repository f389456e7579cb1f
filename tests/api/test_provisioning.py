"""`POST /provision` and `POST /teams`: an order as API.md writes it."""

from typing import Any

import pytest

from seats.models import Enrolment, LedgerEntry, Pool
from seats.services.allocation import create_pool
from seats.services.catalogue import create_product
from teams.models import Team, TeamMember
from teams.services import create_team
from tests.api.conftest import Program, new_key
from tests.conftest import Cast


@pytest.fixture
def order(cast: Cast) -> dict[str, Any]:
    """The order of API.md, its pools made."""
    products = [
        create_product(actor=cast.admin, code=code, name=code) for code in ("BIZ-200", "LAW-300")
    ]
    template, shared = (
        create_pool(actor=cast.admin, product=product, name=product.name, seats=7)
        for product in products
    )
    return {
        "team": {"external_id": "crm-881", "name": "North High School", "parent": None},
        "seats": [
            {"product": "ACC-101", "seats": 25},
            {"product": "BIZ-200", "mode": "template", "pool": str(template.pk)},
            {"product": "LAW-300", "mode": "shared", "pool": str(shared.pk)},
        ],
        "members": [
            {"email": "head@north.example", "name": "The Head", "role": "manager"},
            {"email": "kim@north.example", "role": "learner", "enrol": ["ACC-101"]},
        ],
        "reference": "order 1001 line 2",
    }


def outcomes(parts: list[dict[str, Any]]) -> list[str]:
    return [part["outcome"] for part in parts]


def test_order_makes_what_is_missing(shop: Program, order: dict[str, Any]) -> None:
    answer = shop.post("provision", order, key=new_key())
    assert answer.status_code == 200
    told = answer.json()
    assert (told["team"]["outcome"], told["team"]["external_id"]) == ("created", "crm-881")
    assert outcomes(told["seats"]) == ["created", "created", "created"]
    assert [part["capacity"] for part in told["seats"]] == [25, 7, 7]
    assert [each["role"] for each in told["members"]] == ["manager", "learner"]
    assert outcomes(told["members"][1]["enrolments"]) == ["created"]
    entry = LedgerEntry.objects.get(kind="enrolled")
    assert (entry.reason, str(entry.actor)) == ("order 1001 line 2", "Token Shop")


def test_next_order_increments_what_is_there(shop: Program, order: dict[str, Any]) -> None:
    shop.post("provision", order, key=new_key())
    told = shop.post("provision", order, key=new_key()).json()
    assert told["team"]["outcome"] == "already"
    assert outcomes(told["seats"]) == ["incremented", "already", "already"]
    assert told["seats"][0]["capacity"] == 50
    assert outcomes(told["members"]) == ["already", "already"]


def test_same_order_again_does_nothing_twice(shop: Program, order: dict[str, Any]) -> None:
    first, again = (shop.post("provision", order, key="order-1001") for _ in range(2))
    assert first.content == again.content
    assert again["Idempotent-Replay"] == "true"
    assert Enrolment.objects.count() == 1


def test_order_that_a_rule_refuses_leaves_nothing(
    cast: Cast, shop: Program, order: dict[str, Any]
) -> None:
    cast.organisation.strict_stock = True
    cast.organisation.save()
    answer = shop.post("provision", order, key=new_key())
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:seatdash:NotEnoughStock")
    assert answer.json()["part"] == "seats[0]"
    assert not Team.objects.filter(external_id="crm-881").exists()
    assert not TeamMember.objects.filter(member__email="kim@north.example").exists()


def test_order_without_sense_names_each_field(shop: Program, order: dict[str, Any]) -> None:
    order["seats"][0]["product"] = "NOTHING"
    order["members"][1]["enrol"] = ["NOWHERE"]
    answer = shop.post("provision", order, key=new_key())
    assert answer.status_code == 422
    fields = {each["field"] for each in answer.json()["errors"]}
    assert fields == {"seats[0].product", "members[1].enrol[0]"}


def test_order_needs_a_key(shop: Program, order: dict[str, Any]) -> None:
    assert shop.post("provision", order).status_code == 400


def test_team_is_made_with_its_seats(cast: Cast, shop: Program) -> None:
    create_team(actor=cast.admin, name="North", external_id="crm-1")
    body = {
        "name": "Class 7",
        "external_id": "crm-2",
        "parent": "crm-1",
        "seats": [{"product": "ACC-101", "seats": 9}],
    }
    made = shop.post("teams", body)
    assert made.status_code == 201
    assert made.json()["team"]["parent"] == str(Team.objects.get(external_id="crm-1").pk)
    assert made.json()["seats"][0]["capacity"] == 9
    again = shop.post("teams", body)
    assert (again.status_code, again.json()["type"]) == (409, "urn:seatdash:NameTaken")
    assert Pool.objects.get().capacity == 9


@pytest.mark.parametrize("parent", ["nothing", "0" * 36])
def test_team_below_nothing_is_invalid(shop: Program, parent: str) -> None:
    assert shop.post("teams", {"name": "Class 7", "parent": parent}).status_code == 422
