"""Lists by keyset: whatever is added meanwhile, no row comes twice and none is passed over."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs.listing import Column, Listing, ListPage, Total, list_page
from orgs.listing import page as pages
from orgs.models import Member
from tests.conftest import Cast

START = datetime(2026, 3, 1, tzinfo=UTC)
LIST = Listing(
    id="people",
    fragment="",
    first="name",
    columns=(
        Column(label="Name", name="name", by="search"),
        Column(label="Role", name="role", by="role", descends=True),
        Column(label="Left", name="left", by="offboarded_at", kind="moment", has_nulls=True),
        Column(name="nothing", label="Nothing to sort by"),
    ),
)
SORTS = ["name", "-name", "role", "-role", "left", "-left"]
# Few values, so that many rows are alike; None is a row without a value.
DAYS = st.lists(st.none() | st.integers(0, 2), min_size=0, max_size=12)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 3)


def make(cast: Cast, days: list[int | None]) -> list[UUID]:
    made = Member.objects.bulk_create(
        Member(
            organisation=cast.organisation,
            email=f"{uuid4()}@north.example",
            name=f"Name {day}",
            role="finance" if day else "",
            offboarded_at=None if day is None else START + timedelta(days=day),
        )
        for day in days
    )
    return [each.pk for each in made]


def page(query: str = "") -> ListPage[UUID]:
    rows = Member.objects.filter(email__endswith="@north.example")
    return list_page(
        rows, LIST.asked(QueryDict(query.removeprefix("?"))), lambda ids: {i: i for i in ids}
    )


def walk(start: ListPage[UUID], way: str) -> list[list[UUID]]:
    pages = [start]
    while url := getattr(pages[-1], way):
        pages.append(page(url))
    return [each.rows for each in pages]


@given(sort=st.sampled_from(SORTS), days=DAYS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_pages_hold_every_row_once_there_and_back(cast: Cast, sort: str, days: list[Any]) -> None:
    Member.objects.exclude(user__isnull=False).delete()
    made = make(cast, days)
    there = walk(page(f"sort={sort}"), "next_url")
    seen = [row for rows in there for row in rows]
    assert len(seen) == len(set(seen)) == Member.objects.for_org(cast.organisation).count()
    assert set(made) <= set(seen)
    assert all(len(rows) == 3 for rows in there[:-1])
    last = page(f"sort={sort}")
    while last.next_url:
        last = page(last.next_url)
    back = [row for rows in reversed(walk(last, "previous_url")) for row in rows]
    assert back == seen or len(there) == 1


@pytest.mark.parametrize("sort", ["left", "-left"])
def test_row_without_a_value_comes_after_all_that_have_one(cast: Cast, sort: str) -> None:
    make(cast, [1, None, 0, 2, None])
    seen = [row for rows in walk(page(f"sort={sort}"), "next_url") for row in rows]
    left = dict(Member.objects.values_list("pk", "offboarded_at"))
    gone = [left[row] is None for row in seen]
    assert gone == sorted(gone, reverse=sort.startswith("-"))


@given(sort=st.sampled_from(SORTS), before=DAYS, meanwhile=DAYS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_rows_added_between_pages_neither_repeat_nor_hide_any(
    cast: Cast, sort: str, before: list[Any], meanwhile: list[Any]
) -> None:
    Member.objects.exclude(user__isnull=False).delete()
    make(cast, before)
    there_before = set(Member.objects.for_org(cast.organisation).values_list("pk", flat=True))
    first = page(f"sort={sort}")
    make(cast, meanwhile)
    rest = walk(page(first.next_url), "next_url") if first.next_url else []
    seen = first.rows + [row for rows in rest for row in rows]
    assert len(seen) == len(set(seen))
    assert there_before <= set(seen)


@pytest.mark.parametrize(
    "query",
    [
        "sort=nonsense",
        "sort=--name",
        "sort=%00",
        "after=nonsense",
        "after=%00~" + "0" * 32,
        "after=" + "0" * 32,  # no value, where all have one
        "sort=left&after=nonsense~" + "0" * 32,
        "sort=left&before=0001-01-01T00:00:00%2B14:00~" + "0" * 32,
        "before=~",
    ],
)
def test_nonsense_in_the_address_shows_the_first_page(cast: Cast, query: str) -> None:
    first = page("sort=left" if "sort=left" in query else "")
    assert page(query).rows == first.rows
    assert page(query).previous_url == ""


def test_place_beyond_the_end_shows_the_first_page(cast: Cast) -> None:
    assert page(f"after=zzz~{uuid4()}").rows == page().rows


def test_more_rows_than_are_counted_are_said_to_be_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "COUNTED", 3)
    assert page().total == Total(number=3, is_more=True)
    monkeypatch.setattr(pages, "COUNTED", 4)
    assert page().total == Total(number=4, is_more=False)


def test_address_keeps_what_else_it_says(cast: Cast) -> None:
    make(cast, [None] * 9)
    shown = page("q=%26&state=&sort=-name")
    assert shown.next_url.startswith("?q=%26&sort=-name&after=name+none")
    by_name, by_role, by_left, by_nothing = page(shown.next_url).head
    assert (by_name.url, by_name.direction) == ("?q=%26&sort=name", "descending")
    assert (by_role.url, by_role.direction) == ("?q=%26&sort=-role", "")
    assert by_left.url == "?q=%26&sort=left"
    assert by_nothing.url == ""


def test_several_lists_share_an_address(cast: Cast) -> None:
    make(cast, [None] * 9)
    other = Listing(id="x", fragment="", first="name", columns=LIST.columns, prefix="x-")
    asked = other.asked(QueryDict("sort=role&x-sort=-name&after=abc"))
    assert str(asked.sort) == "-name"
    assert asked.after is None
    assert asked.address(sort="role") == "?sort=role&x-sort=role&after=abc"
