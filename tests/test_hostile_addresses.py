"""Addresses that no link of ours has: what makes no sense is as if it were not there."""

from uuid import UUID

import pytest

from tests.conftest import Cast
from tests.factories import make_learners

SOME = UUID("018f0000-0000-7000-8000-000000000000")
PAGES = [
    "enrolments/",
    "teams/",
    "people/",
    "find/",
    "pools/",
    "products/",
    "activity/",
    "settings/members/",
]
NAMES = [
    "q",
    "sort",
    "after",
    "before",
    "status",
    "state",
    "team",
    "product",
    "pool",
    "parent",
    "role",
    "kind",
    "seats",
    "since",
    "until",
    "teams-q",
    "enrolments-q",
    "selected",
    "all",
    "filter",
    "back",
    "next",
    "format",
]
HOSTILE = [
    "a\0b",
    "%_\\",
    "x" * 10_000,
    "9" * 5_000,
    "\N{SUPERSCRIPT TWO}",
    f"\0~{SOME}",
    f"9999-12-31T23:59:59-23:59~{SOME}",
    f"-99999999999~{SOME}",
    str(SOME),
    "?q=%00&after=x&team=x",
]


@pytest.mark.parametrize("role", ["admin", "manager"])
def test_hostile_words_in_addresses_break_no_list(cast: Cast, role: str) -> None:
    client = cast.client(getattr(cast, role))
    got = {
        (page, words): client.get(cast.url(page), dict.fromkeys(NAMES, words)).status_code
        for page in PAGES
        for words in HOSTILE
    }
    # Some lists take nonsense as not asked, the ledger's says that there is nothing of the kind.
    known = {200, 403, 404}
    assert {asked: status for asked, status in got.items() if status not in known} == {}


@pytest.mark.parametrize("filters", ["team=nonsense", "q=a%00b", "q=" + "x" * 201])
def test_all_that_match_a_filter_without_sense_are_none(cast: Cast, filters: str) -> None:
    make_learners(cast.admin, cast.team, 2)
    client = cast.client(cast.admin)
    for page in ("people/join/", "enrolments/revoke/"):
        answer = client.get(cast.url(page), {"all": "1", "filter": filters})
        assert answer.status_code == 404, page
