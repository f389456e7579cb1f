"""The activity page: the ledger in sentences and figures, filtered, a page at a time."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from orgs.models import Member, Organisation
from seats import clock
from seats.models import Enrolment, LedgerEntry
from seats.services.catalogue import create_product
from seats.services.revocation import revoke
from seats.services.taking import take_away
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.pages import queries, text

# The same in every process that collects the tests.
SOME_ID = "c39a9ce2-3818-4e6f-b08f-d3422cd4b585"


def rows(client: Client, url: str) -> list[str]:
    """Return the entries on the page, as the cells read."""
    response = client.get(url)
    assert response.status_code == 200
    body = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.sub(r"<[^>]+>", " ", row) for row in body.split("</tr>")[:-1]]
    return [" ".join(cell.split()) for cell in cells]


def test_entries_are_sentences_with_the_balances_after(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    take_away(actor=cast.admin, pool=allocation.pool, seats=4, reason="too many")
    newest, *_others = rows(cast.client(cast.finance), cast.url("activity/"))
    assert "took back 4 seats" in newest
    assert "“too many”" in newest
    assert "6 \N{MINUS SIGN}4" in newest
    assert newest.endswith("4 +4")


def test_newest_entry_comes_first(cast: Cast) -> None:
    with clock.telling(timezone.now() - timedelta(days=2)):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.manager, allocation)
    revoke(actor=cast.admin, enrolment=Enrolment.objects.get(member=line.member_id))
    found = rows(cast.client(cast.admin), cast.url("activity/"))
    assert "revoked" in found[0]
    assert "enrolled" in found[1]


def test_filters_keep_what_was_asked_for(cast: Cast) -> None:
    other = create_product(actor=cast.admin, code="BIZ-200", name="Business")
    with clock.telling(timezone.now() - timedelta(days=10)):
        first = make_allocation(cast.admin, cast.team, cast.product)
    second = make_allocation(cast.admin, cast.other_team, other)
    (line,) = enrol_new(cast.manager, first)
    learner = Member.objects.get(pk=line.member_id)
    client = cast.client(cast.admin)
    yesterday = (timezone.now() - timedelta(days=1)).date()

    def found(query: str) -> list[str]:
        return rows(client, cast.url(f"activity/?{query}"))

    assert all("BIZ-200" in row for row in found(f"product={other.pk}"))
    assert all("ACC-101" in row for row in found(f"pool={first.pool_id}"))
    assert len(found(f"pool={first.pool_id}")) == 3
    assert len(found(f"team={second.team_id}")) == 1
    assert len(found("kind=enrolled")) == 1
    assert len(found(f"q={learner.email}")) == 1
    assert len(found(f"q={cast.manager.email}")) == 1
    assert all("BIZ-200" not in row for row in found(f"last={yesterday}"))
    assert len(found(f"first={yesterday}&kind=enrolled&product={cast.product.pk}")) == 1
    assert found(f"product={other.pk}&kind=enrolled") == []


def test_days_of_the_filter_are_those_of_the_organisation(cast: Cast) -> None:
    Organisation.objects.update(time_zone="Pacific/Kiritimati")  # 14 hours ahead of UTC
    now = timezone.now()
    with clock.telling(now):
        make_allocation(cast.admin, cast.team, cast.product)
    there = (now + timedelta(hours=14)).date()
    client = cast.client(cast.admin)
    assert rows(client, cast.url(f"activity/?first={there}&last={there}"))
    assert not rows(client, cast.url(f"activity/?first={there + timedelta(days=1)}"))


@pytest.mark.parametrize("name", ["product", "team", "pool"])
def test_filter_by_a_foreign_thing_is_not_found(cast: Cast, name: str) -> None:
    client = cast.client(cast.admin)
    for value in (SOME_ID, cast.outsider.organisation_id, "nonsense", "%00"):
        assert client.get(cast.url(f"activity/?{name}={value}")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "first=nonsense",
        "last=9999-12-31",
        "first=0001-01-01",
        "kind=nonsense",
        "q=%00",
        "before=nonsense",
        "after=2026-01-01~nonsense",
        f"before=0001-01-01T00:00:00%2B00:00~{SOME_ID}",
        f"after=9999-12-31T23:59:59~{SOME_ID}",
        f"before=9999-12-31T23:59:59-23:00~{SOME_ID}",
    ],
)
def test_odd_filters_are_no_error(cast: Cast, query: str) -> None:
    assert cast.client(cast.admin).get(cast.url(f"activity/?{query}")).status_code == 200


def test_day_that_is_none_is_said(cast: Cast) -> None:
    response = cast.client(cast.admin).get(cast.url("activity/?first=nonsense"))
    assert "Enter a valid date" in text(response)


def test_pages_follow_each_other_without_gap_or_repeat(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    with clock.telling(timezone.now()):  # all at one moment, so that only their ids tell them apart
        enrol_new(cast.admin, allocation, 120)
    client, url = cast.client(cast.admin), cast.url("activity/")
    forth = list(walk(client, url, "next"))
    assert [len(page) for page in forth] == [50, 50, LedgerEntry.objects.count() - 100]
    seen = [entry for page in forth for entry in page]
    assert len(set(seen)) == LedgerEntry.objects.count()
    last = list(places(client, url, "next"))[-1]
    back = list(walk(client, url + last, "prev"))
    assert back == forth[::-1]


def places(client: Client, url: str, rel: str) -> list[str]:
    """Return the queries that the links lead through."""
    found: list[str] = []
    address = url
    while True:
        content = client.get(address).content.decode()
        link = re.search(rf'rel="{rel}" id="entries-\w+" href="([^"]+)"', content)
        if not link:
            return found
        found.append(link[1].replace("&amp;", "&"))
        address = url.partition("?")[0] + found[-1]


def walk(client: Client, url: str, rel: str) -> list[list[str]]:
    addresses = [url, *(url.partition("?")[0] + each for each in places(client, url, rel))]
    return [rows(client, address) for address in addresses]


def test_new_entries_do_not_move_the_page_one_reads(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    enrol_new(cast.admin, allocation, 60)
    client, url = cast.client(cast.admin), cast.url("activity/")
    older = url + places(client, url, "next")[0]
    before = rows(client, older)
    enrol_new(cast.admin, allocation, 10)
    assert rows(client, older) == before


def test_only_admin_and_finance_see_it(cast: Cast) -> None:
    url = cast.url("activity/")
    assert cast.client(cast.manager).get(url).status_code == 403
    assert cast.client(cast.outsider).get(url).status_code == 404


def test_empty_ledger_says_what_to_do(cast: Cast) -> None:
    assert "Nothing has happened yet" in text(cast.client(cast.admin).get(cast.url("activity/")))


def test_queries_do_not_grow_with_the_ledger(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    client, url = cast.client(cast.admin), cast.url("activity/")
    few = queries(client, url)
    enrol_new(cast.admin, allocation, 40)
    make_allocation(cast.admin, cast.other_team, cast.product)
    assert queries(client, url) == few
