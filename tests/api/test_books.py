"""Usage and the ledger, read by programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orgs.models import Organisation
from seats import clock
from seats.services.allocation import create_pool, increment
from seats.services.chaining import link_entries_of
from seats.services.stock import issue
from seats.services.withholding import withhold
from tests.api.conftest import Program
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team], seats=10)
    enrol_new(cast.admin, cast.team.allocations.get(), many=3)
    create_pool(actor=cast.admin, product=cast.product, name="Nobody's", seats=4)
    return cast


def all_of(shop: Program, path: str, place: str, **query: Any) -> list[dict[str, Any]]:
    """Walk to the end, one or two at a time."""
    found: list[dict[str, Any]] = []
    while True:
        answer = shop.get(path, **query).json()
        found += answer["items"]
        if answer["next"] is None:
            return found
        query[place] = answer["next"]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_usage_has_an_object_for_each_pool_and_team(
    furnished: Cast, shop: Program, limit: int
) -> None:
    rows = all_of(shop, "usage", "cursor", limit=limit)
    told = sorted(
        (row["pool"], row["team"] or "", row["kind"], row["team_used"], row["available"])
        for row in rows
    )
    assert told == [
        ("Nobody's", "", "unallocated", 0, 4),
        ("Shared", "Classroom A", "shared", 3, 7),
        ("Shared", "Classroom B", "shared", 0, 7),
    ]


def test_usage_of_a_team_or_product_alone(furnished: Cast, shop: Program) -> None:
    rows = shop.get("usage", team=str(furnished.other_team.pk), product="acc-101").json()["items"]
    assert [row["team"] for row in rows] == ["Classroom B"]
    assert shop.get("usage", team="nothing").status_code == 404


@pytest.mark.parametrize("limit", [1, 100])
def test_usage_of_the_past_is_what_it_was(furnished: Cast, shop: Program, limit: int) -> None:
    before = all_of(shop, "usage", "cursor")
    moment = timezone.now().isoformat()
    increment(actor=furnished.admin, pool=furnished.team.allocations.get().pool, seats=90)
    enrol_new(furnished.admin, furnished.team.allocations.get())
    then = all_of(shop, "usage", "cursor", as_of=moment, limit=limit)
    for row in (*before, *then):
        del row["as_of"]
    assert then == before
    assert all_of(shop, "usage", "cursor") != before


@pytest.mark.parametrize("as_of", ["soon", "2999-01-01", "\0", "9" * 30])
def test_moment_that_is_none_or_to_come_is_invalid(shop: Program, as_of: str) -> None:
    answer = shop.get("usage", as_of=as_of)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "as_of"


@pytest.mark.parametrize("limit", [1, 100])
def test_ledger_is_a_feed_without_a_gap(furnished: Cast, shop: Program, limit: int) -> None:
    link_entries_of(furnished.organisation)
    entries = all_of(shop, "ledger", "after", limit=limit)
    assert [each["position"] for each in entries] == list(range(1, len(entries) + 1))
    assert [each["kind"] for each in entries if each["pool_id"]][:3] == [
        "allocated",
        "shared",
        "shared",
    ]
    enrolled = [each for each in entries if each["kind"] == "enrolled"]
    assert [each["used_after"] for each in enrolled] == [1, 2, 3]
    assert enrolled[0]["actor"]["name"] == "admin@north.example"
    assert enrolled[0]["team"]["name"] == "Classroom A"


def test_feed_goes_on_from_where_one_was(furnished: Cast, shop: Program) -> None:
    link_entries_of(furnished.organisation)
    last = all_of(shop, "ledger", "after")[-1]["position"]
    assert shop.get("ledger", after=last).json() == {"items": [], "next": None}
    enrol_new(furnished.admin, furnished.team.allocations.get())
    link_entries_of(furnished.organisation)
    (entry,) = shop.get("ledger", after=last).json()["items"]
    assert (entry["position"], entry["kind"]) == (last + 1, "enrolled")


@pytest.mark.parametrize("after", ["-1", "x", "9" * 100, "1.5"])
def test_place_in_the_feed_that_is_none_is_invalid(shop: Program, after: str) -> None:
    assert shop.get("ledger", after=after).status_code == 422


def test_another_organisation_reads_nothing_of_it(furnished: Cast, outside: Program) -> None:
    link_entries_of(furnished.organisation)
    make_allocation(furnished.admin, furnished.team, furnished.product)
    for path in ("ledger", "usage"):
        assert outside.get(path).json() == {"items": [], "next": None}
    past = (timezone.now() - timedelta(seconds=1)).isoformat()
    assert outside.get("usage", as_of=past).json() == {"items": [], "next": None}


def test_feed_tells_no_more_of_an_entry_than_the_pages(furnished: Cast, shop: Program) -> None:
    with clock.telling(timezone.now() - timedelta(days=400)):
        issue(actor=furnished.admin, product=furnished.product, seats=1, reason="long ago")
    issue(actor=furnished.admin, product=furnished.product, seats=1, reason="for Kim")
    withhold(actor=furnished.admin, words=["kim"])
    Organisation.objects.filter(pk=furnished.organisation.pk).update(activity_months=12)
    link_entries_of(furnished.organisation)
    entries = [each for each in all_of(shop, "ledger", "after") if each["kind"] == "issued"]
    told = {(each["actor"] is None, each["reason"]) for each in entries[-4:]}
    assert (True, "") in told
    assert (False, "withheld") in told
    assert "Kim" not in str(entries)
    assert "long ago" not in str(entries)
