"""The statement page: periods, lines, sums, and that every figure leads to its entries."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.http import HttpResponse
from django.utils import timezone

from orgs.models import Organisation
from seats import clock
from seats.models import LedgerEntry, Price
from seats.reports.periods import Period, presets
from seats.reports.statement_cells import Cell
from seats.services.allocation import share
from seats.services.revocation import revoke
from seats.services.taking import take_away
from teams.models import Team
from teams.services import create_team
from teams.services.changing import set_cost_centre
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_price
from tests.pages import queries, text

APRIL = datetime(2026, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OF_APRIL = {"first": "2026-04-01", "last": "2026-04-30"}
CELL = re.compile(r'<td class="num[^"]*" data-label="([^"]*)">(?:<a href="([^"]*)">)?([^<]*)')


@pytest.fixture
def spring(cast: Cast) -> Cast:
    """Give Classroom A ten seats in March; in April enrol three, revoke one, take back two."""
    make_price(cast.admin, cast.product, "12.50", Price.Basis.ENROLMENTS, date(2026, 1, 1))
    with clock.telling(APRIL - DAY):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
    with clock.telling(APRIL + DAY):
        (line, *_more) = enrol_new(cast.manager, allocation, 3)
    with clock.telling(APRIL + 2 * DAY):
        revoke(actor=cast.admin, enrolment=enrolment_of(line))
        take_away(actor=cast.admin, pool=allocation.pool, seats=2)
    return cast


def get(cast: Cast, path: str = "reports/statement/", **asked: str) -> HttpResponse:
    response = cast.client(cast.finance).get(cast.url(path), asked)
    assert isinstance(response, HttpResponse)
    return response


def cells(response: HttpResponse) -> list[tuple[str, str, str]]:
    """Return label, address and text of every figure in the lines."""
    found = CELL.findall(response.content.decode())
    return [(label, unescape(url), text) for label, url, text in found]


def figures(response: HttpResponse) -> dict[str, str]:
    return {label: text for label, _url, text in cells(response)}


def test_page_states_each_product(spring: Cast) -> None:
    found = figures(get(spring, **OF_APRIL))
    assert (found["Seats, start"], found["Issued"], found["Seats, end"]) == ("10", "0", "10")
    assert (found["In use, start"], found["Enrolled"], found["Revoked"]) == ("0", "3", "1")
    assert (found["In use, end"], found["Peak"], found["Amount"]) == ("2", "3", "37.50")


def test_page_states_what_moved_to_and_from_a_team(spring: Cast) -> None:
    found = figures(get(spring, team=str(spring.team.pk), **OF_APRIL))
    assert (found["Seats, start"], found["Moved in"], found["Moved out"]) == ("10", "0", "2")
    assert found["Seats, end"] == "8"


def test_page_states_every_holder_of_a_product(spring: Cast) -> None:
    said = text(get(spring, product=str(spring.product.pk), **OF_APRIL))
    assert "Classroom A" in said
    assert "Not allocated" in said


def test_page_states_each_team(spring: Cast) -> None:
    said = text(get(spring, by="teams", **OF_APRIL))
    assert "Classroom A" in said
    assert "Accounting for Beginners" not in said.replace("ACC-101 Accounting for Beginners", "")


def about_of(cast: Cast, what: str) -> dict[str, str]:
    return {
        "products": {},
        "teams": {"by": "teams"},
        "product": {"product": str(cast.product.pk)},
        "team": {"team": str(cast.team.pk)},
    }[what]


@pytest.mark.parametrize("what", ["products", "teams", "product", "team"])
def test_every_figure_leads_to_the_entries_that_make_it(spring: Cast, what: str) -> None:
    found = cells(get(spring, **about_of(spring, what), **OF_APRIL))
    led = [each for each in found if each[1]]
    assert {"Seat-days allocated", "Seat-days used", "Amount"} < {label for label, *_ in led}
    assert [each for each in found if each[2].strip("0.") and not each[1]] == []
    for label, url, shown in led:
        if url.startswith("?"):
            lines = cells(get(spring, "reports/statement/" + url))
            amounts = [float(text) for name, _url, text in lines if name == label and text]
            assert sum(amounts) == float(shown)
            continue
        entries = entries_at(spring, url)
        if label.startswith("Seat-days"):
            assert f"{seat_days_of(entries, label, url):.2f}" == shown, url
        elif label == "Amount":
            assert f"{12.50 * len(entries):.2f}" == shown
        else:
            assert made_of(label, entries, in_stock="unallocated" in url) == int(shown), url


def seat_days_of(entries: list[LedgerEntry], label: str, url: str) -> float:
    """Work out seat-days of April: each entry counts from then, or its beginning, to its end."""
    end = APRIL + 30 * DAY
    days = [(end - max(each.at, APRIL)) / DAY for each in entries]
    return sum(counts(each, label, url) * left for each, left in zip(entries, days, strict=True))


def counts(entry: LedgerEntry, label: str, url: str) -> int:
    """Say what an entry counts on a line, as docs/statements.md has it; one team is let in."""
    if label == "Seat-days used":
        return entry.used_moved
    brought = entry.capacity_after or 0 if entry.kind == LedgerEntry.Kind.SHARED else 0
    if "unallocated" in url:
        return entry.stock_moved - brought
    return entry.stock_moved if "issued" in url else entry.capacity_moved + brought


def entries_at(cast: Cast, url: str) -> list[LedgerEntry]:
    """Return the entries that a link leads to."""
    page = cast.client(cast.finance).get(url).context["page"]
    return [row.entry for row in page]


def row_of(cast: Cast, name: str, **about: str) -> dict[str, Cell]:
    """Return the figures of a row of April, by their labels."""
    address = cast.url("reports/statement/")
    rows = cast.client(cast.finance).get(address, about | OF_APRIL).context["report"].rows
    return {cell.label: cell for row in rows if row.name == name for cell in row.cells}


def test_seat_days_used_count_what_was_in_use_at_the_start(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "0.50", Price.Basis.SEAT_DAYS, date(2026, 1, 1))
    with clock.telling(APRIL - 5 * DAY):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
        (line, *_more) = enrol_new(cast.manager, allocation, 3)
    with clock.telling(APRIL + 9 * DAY):
        revoke(actor=cast.admin, enrolment=enrolment_of(line))
    found = row_of(cast, "Classroom A", product=str(cast.product.pk))
    assert found["Seat-days used"].text == "69.00"
    url = found["Seat-days used"].url
    assert seat_days_of(entries_at(cast, url), "Seat-days used", url) == 69
    assert found["Amount"].text == f"{0.50 * 69:.2f}"
    assert found["Amount"].url == url


def test_seats_of_shared_pools_lead_to_what_shared_them(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "2.00", Price.Basis.SEATS, date(2026, 1, 1))
    with clock.telling(APRIL - DAY):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
    with clock.telling(APRIL + DAY):
        share(actor=cast.admin, pool=allocation.pool, team=cast.other_team)
    for about in ({"by": "teams"}, {"product": str(cast.product.pk)}):
        found = row_of(cast, "Shared pools", **about)
        assert (found["Amount"].text, found["Seat-days allocated"].text) == ("20.00", "290.00")
        for label in ("Amount", "Seat-days allocated"):
            (entry,) = entries_at(cast, found[label].url)
            assert (entry.kind, entry.at, entry.capacity_after) == ("shared", APRIL + DAY, 10)
            assert "all the seats that it has then move" in text(
                cast.client(cast.finance).get(found[label].url)
            )


@pytest.mark.parametrize("what", ["products", "teams", "product", "team"])
def test_totals_lead_to_their_entries_or_to_their_lines(spring: Cast, what: str) -> None:
    address, asked = spring.url("reports/statement/"), about_of(spring, what) | OF_APRIL
    response = spring.client(spring.finance).get(address, asked)
    page, report = unescape(response.content.decode()), response.context["report"]
    shown = [*report.total.cells, *report.strip]
    assert [cell for cell in shown if cell.text.strip("0.") and not cell.url] == []
    for cell in shown:
        assert not cell.url or f'<a href="{cell.url}">{cell.text}</a>' in page
        if cell.url == "#lines":
            lines = [
                line.text for row in report.rows for line in row.cells if line.label == "Amount"
            ]
            assert sum(float(text) for text in lines if text) == float(cell.text)
            assert 'id="lines"' in page
        elif cell.label.startswith("Seat-days"):
            moved = seat_days_of(entries_at(spring, cell.url), cell.label, cell.url)
            assert f"{moved:.2f}" == cell.text
        elif cell.label.startswith("Moved") and cell.url:
            (entry,) = entries_at(spring, cell.url)
            assert (entry.kind, -entry.capacity_moved) == ("taken_back", int(cell.text))


def made_of(label: str, entries: list[LedgerEntry], *, in_stock: bool) -> int:
    """Work a figure out of its entries, the newest first; there is one pool."""
    used = sum(entry.used_moved for entry in entries)
    if label in {"Moved in", "Moved out"}:
        return abs(sum(entry.capacity_moved or entry.stock_moved for entry in entries))
    if label == "Peak":
        return max(entry.used_after or 0 for entry in entries)
    if label.startswith("Seats"):
        newest = entries[0]
        balance = newest.stock_after if in_stock else newest.capacity_after
        return sum(entry.stock_moved for entry in entries) if balance is None else balance
    return used if label.startswith("In use") else abs(used)


def test_period_is_this_month_where_none_is_asked_for(spring: Cast) -> None:
    with clock.telling(APRIL + 20 * DAY):
        said = text(get(spring))
    assert "April 2026" in said


def test_running_period_is_stated_as_far_as_it_has_come(spring: Cast) -> None:
    with clock.telling(APRIL + 10 * DAY):
        response = get(spring, **OF_APRIL)
        found = figures(response)
    assert found["Seat-days allocated"] == "100.00"
    assert 'data-fresh="slowly"' in response.content.decode()


def test_period_with_nothing_says_so(spring: Cast) -> None:
    assert "Nothing to state" in text(get(spring, first="2020-01-01", last="2020-01-31"))


def test_period_that_ends_before_it_begins_is_marked(spring: Cast) -> None:
    said = text(get(spring, first="2026-04-30", last="2026-04-01"))
    assert "The period ends before it begins." in said


@pytest.mark.parametrize("name", ["product", "team"])
def test_what_is_not_there_is_not_found(spring: Cast, name: str) -> None:
    assert get(spring, **{name: "01a214ec-eb58-73e0-adcc-04837f9cb2ff"}).status_code == 404


def test_day_begins_where_the_organisation_is(spring: Cast) -> None:
    Organisation.objects.filter(pk=spring.organisation.pk).update(time_zone="Asia/Tokyo")
    # What was on the first of April there had been on the last of March in UTC.
    found = figures(get(spring, first="2026-03-31", last="2026-03-31"))
    assert (found["Issued"], found["Seats, end"]) == ("10", "10")


def test_page_takes_as_many_queries_with_one_team_as_with_many(spring: Cast) -> None:
    client, address = spring.client(spring.finance), spring.url("reports/statement/?by=teams")
    before = queries(client, address)
    for number in range(5):
        team = create_team(actor=spring.admin, name=f"Team {number}")
        make_allocation(spring.admin, team, spring.product)
    assert queries(client, address) == before


def test_months_and_quarters_follow_each_other() -> None:
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    assert april.before == Period(date(2026, 3, 1), date(2026, 3, 31))
    assert april.after == Period(date(2026, 5, 1), date(2026, 5, 31))
    quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert quarter.before == Period(date(2025, 10, 1), date(2025, 12, 31))
    days = Period(date(2026, 4, 3), date(2026, 4, 5))
    assert days.after == Period(date(2026, 4, 6), date(2026, 4, 8))
    assert days.before == Period(date(2026, 3, 31), date(2026, 4, 2))


def test_presets_are_months_and_quarters() -> None:
    found = dict(presets(date(2026, 2, 10)))
    assert found["This month"] == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert found["Last month"] == Period(date(2026, 1, 1), date(2026, 1, 31))
    assert found["This quarter"] == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert found["Last quarter"] == Period(date(2025, 10, 1), date(2025, 12, 31))


def test_admin_sets_a_price_on_the_page(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(currency="EUR")
    sent = {"amount": "12.5", "basis": "seat_days", "since": "2026-01-01"}
    address = cast.url(f"products/{cast.product.pk}/price/")
    said = text(cast.client(cast.admin).post(address, sent, follow=True))
    assert "12.50 EUR for each seat in use, by the day" in said


def test_price_without_a_currency_is_refused_in_words(cast: Cast) -> None:
    address = cast.url(f"products/{cast.product.pk}/price/")
    response = cast.client(cast.admin).post(address, {"amount": "1", "basis": "seats"})
    assert response.status_code == 409
    assert "Choose a currency in the settings first." in text(response)


def test_currency_that_is_in_use_stays(cast: Cast) -> None:
    make_price(cast.admin, cast.product)
    sent = {"name": "North High School", "time_zone": "UTC", "currency": "USD"}
    response = cast.client(cast.admin).post(cast.url("settings/"), sent)
    assert response.status_code == 422
    assert "There are prices in the present currency." in text(response)


def test_admin_gives_a_team_a_cost_centre(cast: Cast) -> None:
    address = cast.url(f"teams/{cast.team.pk}/cost-centre/")
    response = cast.client(cast.admin).post(address, {"cost_centre": "4110"}, follow=True)
    assert "cost centre 4110" in text(response)


def test_statement_of_the_past_keeps_its_cost_centres(spring: Cast) -> None:
    asked = {"team": str(spring.team.pk)} | OF_APRIL
    assert "cost centre" not in text(get(spring, **asked))
    for cost_centre in ("4110", "4200", ""):
        set_cost_centre(actor=spring.admin, team=spring.team, cost_centre=cost_centre)
        assert "cost centre 4110" in text(get(spring, **asked))
    now = timezone.localdate()
    of_now = {"first": now.replace(day=1).isoformat(), "last": now.isoformat()}
    assert "cost centre" not in text(get(spring, team=str(spring.team.pk), **of_now))


def test_manager_sees_no_cost_centre(cast: Cast) -> None:
    Team.objects.filter(pk=cast.team.pk).update(cost_centre="Sport-4110")
    page = cast.client(cast.manager).get(cast.url(f"teams/{cast.team.pk}/"))
    assert "Sport-4110" not in page.content.decode()
