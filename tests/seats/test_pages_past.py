"""Overview, pool and team as they were at a past moment."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from orgs.models import Organisation
from seats import clock
from seats.models import Allocation
from seats.services.allocation import increment, share
from seats.services.archive import archive_pool
from seats.services.revocation import extend, revoke
from seats.services.stock import issue
from seats.services.terms import Terms
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_shared_pool
from tests.pages import text, url

MARCH = datetime(2026, 3, 2, 12, tzinfo=UTC)
THEN = MARCH + timedelta(days=10)
LATER = MARCH + timedelta(days=20)
AS_OF = {"as_of": THEN.isoformat()}


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    """Ten seats of Classroom A since March, three in use; later fifteen, with five in use."""
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
        issue(actor=cast.admin, product=cast.product, seats=4)
        enrol_new(cast.manager, allocation, 3)
    with clock.telling(LATER):
        increment(actor=cast.admin, pool=allocation.pool, seats=5)
        enrol_new(cast.manager, allocation, 2)
    return allocation


def test_overview_shows_the_sums_of_then(cast: Cast, allocation: Allocation) -> None:
    page = cast.client(cast.finance).get(url(cast, "overview"), AS_OF)
    for said in ("Issued 14", "In stock 4", "Allocated 10", "In use 3", "Available 7"):
        assert said in text(page)
    assert "ACC-101 14 4 10 1 3 of 14" in text(page)
    assert "from 0 on" not in text(page)


def test_overview_before_anything_was_issued_says_so(cast: Cast, allocation: Allocation) -> None:
    page = cast.client(cast.finance).get(url(cast, "overview"), {"as_of": "2026-01-01"})
    assert "Nothing was here yet" in text(page)


def test_pool_shows_counter_teams_holders_and_history_of_then(
    cast: Cast, allocation: Allocation
) -> None:
    page = cast.client(cast.admin).get(url(cast, "pool", allocation.pool_id), AS_OF)
    assert "3 of 10 7 available" in text(page)
    assert "Classroom A 3 of 10" in text(page)
    assert len(re.findall(r"learner-\d+@north.example Classroom A 2 Mar 2026", text(page))) == 3
    assert "added 10 seats" in text(page)
    assert "added 5 seats" not in text(page)


def test_pool_that_was_not_there_yet_says_so(cast: Cast, allocation: Allocation) -> None:
    page = cast.client(cast.admin).get(
        url(cast, "pool", allocation.pool_id), {"as_of": "2026-03-01"}
    )
    assert "This pool was not there yet" in text(page)


def test_pool_archived_since_is_shown_as_it_was(cast: Cast) -> None:
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    with clock.telling(LATER):
        archive_pool(actor=cast.admin, pool=allocation.pool)
    address, client = url(cast, "pool", allocation.pool_id), cast.client(cast.admin)
    then, after = client.get(address, AS_OF), client.get(address, {"as_of": LATER.isoformat()})
    assert "0 of 10" in text(then)
    assert "Archived" not in text(then)
    assert "Archived" in text(after)


def test_team_shows_holdings_and_holders_of_then(cast: Cast, allocation: Allocation) -> None:
    page = cast.client(cast.manager).get(url(cast, "team", cast.team.pk), AS_OF)
    assert "Accounting for Beginners Dedicated ACC-101 3 of 10 7 available" in text(page)
    assert page.content.count(b'scope="row"') == 3


def test_holders_have_the_end_that_they_had_then(cast: Cast) -> None:
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product, 5, Terms(terms_days=60))
        first, second = (enrolment_of(each) for each in enrol_new(cast.manager, allocation, 2))
    with clock.telling(LATER):
        extend(actor=cast.admin, enrolment=first, expires_at=LATER + timedelta(days=300))
        revoke(actor=cast.admin, enrolment=second)
    address, client = url(cast, "team", cast.team.pk), cast.client(cast.manager)
    then, after = client.get(address, AS_OF), client.get(address, {"as_of": LATER.isoformat()})
    assert text(then).count("2 Mar 2026 1 May 2026") == 2
    assert str(second.member) in text(then)
    assert "2 Mar 2026 16 Jan 2027" in text(after)
    assert str(second.member) not in text(after)


def test_manager_sees_of_a_shared_pool_of_then_no_others_use(cast: Cast) -> None:
    with clock.telling(MARCH):
        teams = [cast.team, cast.other_team]
        _pool, (mine, theirs) = make_shared_pool(cast.admin, cast.product, teams, seats=20)
        enrol_new(cast.manager, mine, 2)
        (line, *_rest) = enrol_new(cast.other_manager, theirs, 7)
    page = cast.client(cast.manager).get(url(cast, "team", cast.team.pk), AS_OF)
    assert "2 in use 11 available" in text(page)
    assert "Classroom B" not in text(page)
    assert str(enrolment_of(line).member) not in text(page)
    assert cast.client(cast.other_manager).get(page.wsgi_request.get_full_path()).status_code == 403


def test_team_adds_up_those_below_it_as_they_were(cast: Cast, allocation: Allocation) -> None:
    desk = create_team(actor=cast.admin, name="Desk", parent=cast.team)
    with clock.telling(MARCH + timedelta(days=1)):
        below = share(actor=cast.admin, pool=allocation.pool, team=desk)
    with clock.telling(LATER):
        enrol_new(cast.admin, below, 1)
    address, client = url(cast, "team", cast.team.pk), cast.client(cast.manager)
    assert "ACC-101 2 3 10" in text(client.get(address, AS_OF))
    assert "ACC-101 2 6 9" in text(client.get(address, {"as_of": LATER.isoformat()}))


@pytest.mark.parametrize("name", ["overview", "pool", "team"])
def test_page_of_the_past_says_so_and_offers_nothing_to_do(
    cast: Cast, allocation: Allocation, name: str
) -> None:
    ids = {"pool": [allocation.pool_id], "team": [cast.team.pk]}.get(name, [])
    page = cast.client(cast.admin).get(url(cast, name, *ids), {"as_of": "2026-03-12T14:00"})
    said, html = text(page), page.content.decode()
    assert "As it was on 12 Mar 2026, 14:00" in said
    assert f'href="{url(cast, name, *ids)}">Back to now' in html
    main = html.partition('id="main"')[2].partition("</main>")[0]
    assert "data-dialog" not in main
    assert 'method="post"' not in main
    assert "data-live=" not in main
    assert 'data-live-token=""' in html


@pytest.mark.parametrize(("as_of", "status"), [("2999-01-01", 422), ("soon", 400)])
def test_moment_that_makes_no_sense_is_asked_for_again(cast: Cast, as_of: str, status: int) -> None:
    page = cast.client(cast.admin).get(url(cast, "overview"), {"as_of": as_of})
    assert page.status_code == status
    assert 'aria-invalid="true"' in page.content.decode()


def test_moment_is_meant_in_the_time_zone_of_the_organisation(
    cast: Cast, allocation: Allocation
) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(time_zone="Asia/Tokyo")
    client, address = cast.client(cast.admin), url(cast, "pool", allocation.pool_id)
    assert "not there yet" in text(client.get(address, {"as_of": "2026-03-02T20:59"}))
    assert "3 of 10" in text(client.get(address, {"as_of": "2026-03-02T21:00"}))


def test_holders_are_found_by_name_and_turned_over_by_pages(cast: Cast) -> None:
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product, seats=99)
        lines = enrol_new(cast.manager, allocation, 51)
    name = str(enrolment_of(lines[7]).member)
    client, address = cast.client(cast.admin), url(cast, "pool", allocation.pool_id)
    assert f"{name} " in text(client.get(address, AS_OF | {"q": name}))
    (following,) = re.findall(
        r'href="(\?[^"]*after=[^"]*)"', client.get(address, AS_OF).content.decode()
    )
    rest = client.get(address + unescape(following))
    assert "As it was on" in text(rest)
    assert len(re.findall(r"learner-\d+@north.example Classroom A", text(rest))) == 1


def test_usage_of_then_can_be_fetched(cast: Cast, allocation: Allocation) -> None:
    page = cast.client(cast.finance).get(url(cast, "overview"), AS_OF)
    assert "reports/usage.csv?as_of=2026-03-12T12%3A00%3A00%2B00%3A00" in page.content.decode()
