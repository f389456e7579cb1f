"""Statements as files: the columns of API.md, and the figures of the page to the last decimal."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from orgs.models import Organisation
from seats import clock
from seats.models import Price, Product
from seats.services.revocation import revoke
from seats.services.taking import take_away
from seats.statements import statement
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_price, make_shared_pool
from tests.seats.downloads import download, inside

COLUMNS = (
    "product_code,product,opening_seats,issued,retired,closing_seats,opening_used,enrolled,revoked,"
    "expired,closing_used,peak_used"
)
APRIL, MAY = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OF_APRIL = {"from": "2026-04-01", "to": "2026-04-30"}


@pytest.fixture
def spring(stage: Cast) -> Cast:
    """Give Classroom A ten seats in March, of which two are taken back in April, and a share."""
    with inside(stage):
        make_price(stage.admin, stage.product, "0.3333", Price.Basis.SEAT_DAYS, date(2026, 1, 1))
        other = Product.objects.create(organisation=stage.organisation, code="B", name="=1+1")
        with clock.telling(APRIL - DAY):
            allocation = make_allocation(stage.admin, stage.team, stage.product)
            teams = [stage.team, stage.other_team]
            _pool, shares = make_shared_pool(stage.admin, other, teams, seats=6)
        with clock.telling(APRIL + DAY / 3):
            (line, *_more) = enrol_new(stage.manager, allocation, 3)
            enrol_new(stage.admin, shares[1], 2)
        with clock.telling(APRIL + 2 * DAY):
            revoke(actor=stage.admin, enrolment=enrolment_of(line))
            take_away(actor=stage.admin, pool=allocation.pool, seats=2, retire=True)
    return stage


def test_statement_has_the_columns_of_the_contract(stage: Cast) -> None:
    response = stage.client(stage.finance).get(stage.url("reports/statement.csv"))
    assert b"".join(response).decode() == f"{COLUMNS}\r\n"


def test_statement_has_a_row_for_each_product(spring: Cast) -> None:
    rows = download(spring, "statement", **OF_APRIL)
    assert [",".join(row.values()) for row in rows] == [
        "ACC-101,Accounting for Beginners,10,0,2,8,0,3,1,0,2,3",
        "B,'=1+1,6,0,0,6,0,2,0,0,2,2",
    ]


def test_statement_of_a_team_says_what_moved_to_it_and_from_it(spring: Cast) -> None:
    rows = download(spring, "statement", team=str(spring.team.pk), **OF_APRIL)
    (row,) = (row for row in rows if row["product_code"] == "ACC-101")
    assert (row["opening_seats"], row["issued"], row["retired"]) == ("10", "0", "2")
    assert row["closing_seats"] == "8"


def test_statement_without_a_period_goes_from_the_beginning_to_now(spring: Cast) -> None:
    (row, _other) = download(spring, "statement")
    assert (row["opening_seats"], row["issued"], row["closing_seats"]) == ("0", "10", "8")


def test_files_agree_with_the_page(spring: Cast) -> None:
    with inside(spring):
        organisation = Organisation.objects.get(pk=spring.organisation.pk)
    found = statement(organisation, since=APRIL, until=MAY)
    rows = download(spring, "team-statement", **OF_APRIL)
    assert len(rows) == len(found.lines) == 6
    for row, line in zip(rows, found.lines, strict=True):
        assert (row["product_code"], row["kind"], row["team"]) == (
            line.product_code,
            line.kind,
            line.team or "",
        )
        for name, text in row.items():
            if hasattr(line.figures, name) and name != "amount":
                assert Decimal(text) == getattr(line.figures, name), (line, name)
        amount = line.figures.amount
        assert row["amount"] == ("" if amount is None else str(amount))
    by_product = found.sums(lambda line: line.product_code)
    for row in download(spring, "statement", **OF_APRIL):
        figures = by_product[row["product_code"]]
        for name in COLUMNS.split(",")[2:-1]:
            assert int(row[name]) == getattr(figures, name)


def test_file_keeps_the_names_of_its_time(spring: Cast) -> None:
    before = download(spring, "team-statement", **OF_APRIL)
    with inside(spring):
        Product.objects.filter(code="B").update(name="Business")
        spring.team.name = "Renamed"
        spring.team.save(update_fields=["name"])
    assert download(spring, "team-statement", **OF_APRIL) == before


def test_page_leads_to_its_files(spring: Cast) -> None:
    days = {"first": "2026-04-01", "last": "2026-04-30"}
    page = spring.client(spring.finance).get(spring.url("reports/statement/"), days)
    assert (
        'statement.csv?from=2026-04-01T00%3A00%3A00.000000Z&amp;to=2026-05-01T00%3A00%3A00.000000Z"'
        in page.content.decode()
    )
