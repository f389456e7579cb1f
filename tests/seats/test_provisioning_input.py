"""What is wrong with an order is said field by field, and nothing is done."""

from typing import Any

import pytest

from seats.errors import InvalidOrder
from seats.models import MOST_SEATS, LedgerEntry
from seats.services.allocation import create_pool
from seats.services.catalogue import create_product
from seats.services.provisioning import MemberPart, Provision, SeatsPart, TeamPart, provision
from tests.conftest import Cast

TEAM = TeamPart(external_id="crm-881", name="Year 9")
NOWHERE = "00000000-0000-7000-8000-000000000000"


def problems(cast: Cast, asked: Provision) -> set[str]:
    with pytest.raises(InvalidOrder) as caught:
        provision(actor=cast.admin, order=asked)
    assert not LedgerEntry.objects.exists()
    assert all(caught.value.problems.values())
    return set(caught.value.problems)


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ({"product": "NONE", "seats": 1}, {"product"}),
        ({"product": "", "seats": 1}, {"product"}),
        ({"product": "\0", "seats": 1}, {"product"}),
        ({"product": "\ud800", "seats": 1}, {"product"}),
        ({"product": NOWHERE, "seats": 1}, {"product"}),
        ({"product": "ACC-101"}, {"seats"}),
        ({"product": "ACC-101", "seats": 0}, {"seats"}),
        ({"product": "ACC-101", "seats": -1}, {"seats"}),
        ({"product": "ACC-101", "seats": MOST_SEATS + 1}, {"seats"}),
        ({"product": "ACC-101", "seats": 1, "pool": NOWHERE, "cap": 1}, {"pool", "cap"}),
        ({"product": "ACC-101", "mode": "own", "seats": None}, {"seats"}),
        ({"product": "ACC-101", "mode": "gift", "pool": NOWHERE}, {"mode", "pool"}),
        ({"mode": "shared"}, {"pool"}),
        ({"mode": "shared", "pool": "x"}, {"pool"}),
        ({"mode": "shared", "pool": NOWHERE, "cap": 0}, {"pool", "cap"}),
        ({"mode": "template", "pool": NOWHERE, "cap": 3, "seats": 4}, {"pool", "cap", "seats"}),
    ],
)
def test_wrong_seats_are_named(cast: Cast, part: dict[str, Any], fields: set[str]) -> None:
    good = SeatsPart(product="ACC-101", seats=1)
    found = problems(cast, Provision(team=TEAM, seats=(good, SeatsPart(**part))))
    assert found == {f"seats[1].{each}" for each in fields}


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ({"id": NOWHERE}, {"id"}),
        ({"id": "x"}, {"id"}),
        ({"external_id": "crm-1"}, {"name"}),
        ({"name": " "}, {"name"}),
        ({}, {"name"}),
        ({"name": "x" * 201}, {"name"}),
        ({"name": "a\0b"}, {"name"}),
        ({"name": "x", "external_id": "\ud800"}, {"external_id"}),
        ({"name": "x", "parent": "nowhere"}, {"parent"}),
        ({"name": "x", "parent": "a\0b"}, {"parent"}),
    ],
)
def test_wrong_team_is_named(cast: Cast, part: dict[str, Any], fields: set[str]) -> None:
    found = problems(cast, Provision(team=TeamPart(**part)))
    assert found == {f"team.{each}" for each in fields}


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ({"email": "kim"}, {"email"}),
        ({"email": ""}, {"email"}),
        ({"email": "k\0im@north.example"}, {"email"}),
        ({"email": f"{'k' * 250}@north.example"}, {"email"}),
        ({"email": "HEAD@north.example"}, {"email"}),
        ({"email": "kim@north.example", "role": "admin"}, {"role"}),
        ({"email": "kim@north.example", "name": "x" * 201}, {"name"}),
        ({"email": "kim@north.example", "enrol": ("ACC-101", "NONE")}, {"enrol[1]"}),
    ],
)
def test_wrong_people_are_named(cast: Cast, part: dict[str, Any], fields: set[str]) -> None:
    head = MemberPart(email="head@north.example")
    seats = (SeatsPart(product="ACC-101", seats=1),)
    found = problems(cast, Provision(team=TEAM, seats=seats, members=(head, MemberPart(**part))))
    assert found == {f"members[1].{each}" for each in fields}


def test_all_that_is_wrong_is_said_at_once(cast: Cast) -> None:
    asked = Provision(
        team=TeamPart(external_id="x"),
        seats=(SeatsPart(product="NONE"),),
        members=(MemberPart(email="kim"),),
        reference="x" * 501,
    )
    assert problems(cast, asked) == {
        "team.name",
        "seats[0].product",
        "seats[0].seats",
        "members[0].email",
        "reference",
    }


def test_pool_of_another_product_is_named(cast: Cast) -> None:
    other = create_product(actor=cast.admin, code="BIZ-200", name="Business")
    pool = create_pool(actor=cast.admin, product=cast.product, name="Shared", seats=None)
    part = SeatsPart(product=other.code, mode="shared", pool=str(pool.pk))
    with pytest.raises(InvalidOrder) as caught:
        provision(actor=cast.admin, order=Provision(team=TEAM, seats=(part,)))
    assert set(caught.value.problems) == {"seats[0].pool"}


def test_too_many_parts_are_refused_at_once(cast: Cast) -> None:
    parts = (SeatsPart(product="ACC-101", seats=1),) * 101
    assert problems(cast, Provision(team=TEAM, seats=parts)) == {"seats"}


def test_other_organisations_things_do_not_exist(cast: Cast) -> None:
    asked = Provision(
        team=TeamPart(id=str(cast.team.pk)),
        seats=(SeatsPart(product=str(cast.product.pk), seats=1),),
    )
    with pytest.raises(InvalidOrder) as caught:
        provision(actor=cast.outsider, order=asked)
    assert set(caught.value.problems) == {"team.id", "seats[0].product"}
