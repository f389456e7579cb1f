"""ledger.csv: every entry of a period, once, and its sums."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orgs.models import Member
from seats import clock
from seats.models import LedgerEntry, Pool
from seats.services.erasing import erase
from seats.services.revocation import revoke
from seats.services.stock import issue
from seats.services.taking import take_away
from seats.services.withholding import withhold
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation
from tests.seats.downloads import download, inside

COLUMNS = (
    "entry_id,at,kind,product_code,pool_id,pool,team,email,actor,reason,seats,used,stock_after,"
    "capacity_after,used_after"
)


def test_ledger_has_the_columns_of_the_contract(stage: Cast) -> None:
    answer: Any = stage.client(stage.admin).get(stage.url("reports/ledger.csv"))
    assert b"".join(answer).decode() == f"{COLUMNS}\r\n"


def test_ledger_tells_what_happened_and_its_sums_are_the_balances(stage: Cast) -> None:
    with inside(stage):
        issue(actor=stage.admin, product=stage.product, seats=5)
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=9)
        (line,) = enrol_new(stage.manager, allocation)
        revoke(actor=stage.admin, enrolment=enrolment_of(line), reason="=left town")
        take_away(actor=stage.admin, pool=allocation.pool, seats=2, reason="too many")
        pool = Pool.objects.get()
        entries = LedgerEntry.objects.count()
    rows = download(stage, "ledger")
    assert len(rows) == entries
    of_pool = [row for row in rows if row["pool_id"]]
    assert sum(int(row["seats"]) for row in of_pool) == pool.capacity == 7
    assert sum(int(row["used"]) for row in rows) == pool.used == 0
    (revoked,) = (row for row in rows if row["kind"] == "revoked")
    assert (revoked["actor"], revoked["reason"]) == ("admin@north.example", "'=left town")
    assert (revoked["team"], revoked["used"], revoked["used_after"]) == ("Classroom A", "-1", "0")
    (issued,) = (row for row in rows if row["kind"] == "issued" and row["seats"] == "5")
    assert (issued["pool_id"], issued["stock_after"], issued["capacity_after"]) == ("", "5", "")


def test_ledger_tells_who_and_why_for_the_months_that_are_kept_only(stage: Cast) -> None:
    with inside(stage):
        with clock.telling(clock.now() - timedelta(days=400)):
            issue(actor=stage.admin, product=stage.product, seats=5, reason="long ago")
        issue(actor=stage.admin, product=stage.product, seats=1, reason="for Kim")
        withhold(actor=stage.admin, words=["Kim"])
        stage.organisation.activity_months = 12
        stage.organisation.save()
    told = [(row["actor"], row["reason"], row["seats"]) for row in download(stage, "ledger")]
    assert told == [("", "", "5"), ("admin@north.example", "withheld", "1")]


def test_periods_that_follow_each_other_have_every_entry_once(stage: Cast) -> None:
    first = timezone.now() - timedelta(days=60)
    with inside(stage):
        for days in range(4):
            with clock.telling(first + timedelta(days=days)):
                issue(actor=stage.admin, product=stage.product, seats=1)
    middle = (first + timedelta(days=2)).isoformat()
    early = download(stage, "ledger", to=middle)
    late = download(stage, "ledger", **{"from": middle})
    assert (len(early), len(late)) == (2, 2)
    assert early + late == download(stage, "ledger")
    one_day = f"{first + timedelta(days=1):%Y-%m-%d}"
    (row,) = download(stage, "ledger", **{"from": one_day, "to": one_day})
    assert row["at"].startswith(one_day)


def test_file_of_a_period_is_named_after_its_days(stage: Cast) -> None:
    client = stage.client(stage.finance)
    answer = client.get(stage.url("reports/ledger.csv?from=2026-01-01&to=2026-01-31"))
    name = "north-high-ledger-2026-01-01-to-2026-01-31.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize(
    "query", ["from=nonsense", "to=2026-13-01", "from=2026-02-01&to=2026-01-01"]
)
def test_period_that_makes_no_sense_is_refused_in_words(cast: Cast, query: str) -> None:
    answer = cast.client(cast.finance).get(cast.url(f"reports/ledger.csv?{query}"))
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.content.decode()


def test_period_that_is_not_over_goes_up_to_now(stage: Cast) -> None:
    client = stage.client(stage.finance)
    answer = client.get(stage.url("reports/ledger.csv?from=2026-01-01&to=2999-01-01"))
    assert answer.status_code == 200
    assert "2999" not in answer["Content-Location"]


def test_ledger_tells_no_more_than_may_be_told(stage: Cast) -> None:
    with inside(stage):
        with clock.telling(timezone.now() - timedelta(days=400)):
            allocation = make_allocation(stage.admin, stage.team, stage.product, seats=9)
            enrol_new(stage.manager, allocation)
        (line,) = enrol_new(stage.manager, allocation)
        person = Member.objects.get(pk=line.member_id)
        revoke(actor=stage.admin, enrolment=enrolment_of(line), reason=f"asked by {person.email}")
        stage.organisation.activity_months = 12
        stage.organisation.save()
        erase(actor=stage.admin, member=person)
    *old, enrolled, revoked = download(stage, "ledger")
    assert {(row["email"], row["actor"], row["reason"]) for row in old} == {("", "", "")}
    assert old[-1]["used"] == "1"
    assert revoked["reason"] == "withheld"
    assert enrolled["actor"] == "manager-a@north.example"
