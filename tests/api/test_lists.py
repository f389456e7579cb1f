"""Lists: a page at a time, stable, and of one organisation alone."""

from typing import Any

import pytest

from seats.models import Enrolment
from seats.services.catalogue import create_product
from tests.api.conftest import Program
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import queries_of


def pages(shop: Program, path: str, **query: Any) -> list[list[Any]]:
    """Walk through a list to its end."""
    found = []
    while True:
        answer = shop.get(path, **query).json()
        found.append(answer["items"])
        if answer["next"] is None:
            return found
        query["cursor"] = answer["next"]


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    for number in range(4):
        create_product(actor=cast.admin, code=f"C-{number}", name=f"Course {number}")
    make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    enrol_new(cast.admin, cast.team.allocations.get(), many=5)
    return cast


def test_pages_follow_each_other_to_the_end(furnished: Cast, shop: Program) -> None:
    walked = pages(shop, "products", limit=2)
    assert [len(page) for page in walked] == [2, 2, 1]
    codes = [each["code"] for page in walked for each in page]
    assert codes == ["ACC-101", "C-0", "C-1", "C-2", "C-3"]


def test_what_is_added_meanwhile_moves_nothing(furnished: Cast, shop: Program) -> None:
    first = shop.get("products", limit=2).json()
    create_product(actor=furnished.admin, code="A-NEW", name="New")
    second = shop.get("products", limit=10, cursor=first["next"]).json()
    assert [each["code"] for each in second["items"]] == ["C-1", "C-2", "C-3", "A-NEW"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": "many"},
        {"cursor": "x"},
        {"cursor": "\0" * 22},
        {"limit": "9" * 5000},
    ],
)
def test_page_that_cannot_be_is_invalid(shop: Program, query: dict[str, Any]) -> None:
    assert shop.get("teams", **query).status_code == 422


@pytest.mark.parametrize("path", ["products", "teams", "pools", "enrolments"])
def test_lists_of_another_organisation_are_empty_of_ours(
    furnished: Cast, outside: Program, path: str
) -> None:
    assert pages(outside, path) == [[]]


def test_pool_tells_who_draws_on_it(furnished: Cast, shop: Program) -> None:
    (listed,) = shop.get("pools").json()["items"]
    assert shop.get(f"pools/{listed['id']}").json() == listed
    assert (listed["capacity"], listed["used"], listed["available"]) == (100, 5, 95)
    teams = {team["name"]: (team["used"], team["available"]) for team in listed["teams"]}
    assert teams == {"Classroom A": (5, 95), "Classroom B": (0, 95)}


def test_enrolments_are_found_by_team_product_email_and_status(
    furnished: Cast, shop: Program
) -> None:
    person = Enrolment.objects.select_related("member").order_by("pk")[2].member
    team = {"team": str(furnished.team.pk), "product": "acc-101"}
    assert len(shop.get("enrolments", **team).json()["items"]) == 5
    assert shop.get("enrolments", team=str(furnished.other_team.pk)).json()["items"] == []
    asked = {"email": person.email.upper()}
    (found,) = shop.get("enrolments", **asked).json()["items"]
    assert found["member"]["id"] == str(person.pk)
    shop.delete(f"enrolments/{found['id']}")
    counts = {
        status: len(shop.get("enrolments", **asked, status=status).json()["items"])
        for status in ("live", "revoked", "expired", "ended", "all")
    }
    assert counts == {"live": 0, "revoked": 1, "expired": 0, "ended": 1, "all": 1}
    assert shop.get("enrolments", email="nobody@north.example").json()["items"] == []


@pytest.mark.parametrize("name", ["team", "product"])
def test_filter_by_what_is_not_there_is_not_found(shop: Program, name: str) -> None:
    assert shop.get("enrolments", **{name: "nothing"}).status_code == 404


@pytest.mark.parametrize("path", ["products", "teams", "pools", "enrolments"])
def test_long_lists_take_as_many_queries_as_short_ones(
    furnished: Cast, shop: Program, path: str
) -> None:
    make_allocation(furnished.admin, furnished.team, shop_product(furnished))
    few = queries_of(lambda: shop.get(path, limit=1))
    assert queries_of(lambda: shop.get(path, limit=100)) == few


def shop_product(cast: Cast) -> Any:
    return create_product(actor=cast.admin, code="MORE", name="More")
