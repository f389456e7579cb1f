"""Months of activity: older entries keep their numbers, and tell nobody who and why."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from orgs.models import Member, Organisation
from seats import books, clock
from seats.models import Import, LedgerEntry, SeatRequest
from seats.services import discretion
from seats.services.discretion import discretion_of, told_since
from seats.services.forgetting import forget_old
from seats.services.requests import ask, decline
from seats.services.stock import issue
from seats.services.withholding import withhold
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_import
from tests.pages import text

COLUMNS = f"""
    SELECT {discretion.MEMBER}, {discretion.ACTOR}, {discretion.REASON}
    FROM seats_ledgerentry AS entry WHERE kind = 'issued' ORDER BY at
"""
LONG_AGO = timedelta(days=400)


@pytest.fixture
def organisation(cast: Cast) -> Organisation:
    """Keep twelve months, and have issued a seat before and one after."""
    with clock.telling(clock.now() - LONG_AGO):
        issue(actor=cast.admin, product=cast.product, seats=1, reason="long ago")
    issue(actor=cast.admin, product=cast.product, seats=1, reason="of late")
    cast.organisation.activity_months = 12
    cast.organisation.save()
    return cast.organisation


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (datetime(2026, 11, 25, tzinfo=UTC), 12, datetime(2025, 11, 25, tzinfo=UTC)),
        (datetime(2026, 3, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 31, tzinfo=UTC), 1, datetime(2025, 12, 31, tzinfo=UTC)),
        (datetime(2026, 12, 5, tzinfo=UTC), 12, datetime(2025, 12, 5, tzinfo=UTC)),
        (datetime(2026, 6, 5, tzinfo=UTC), 120, datetime(2016, 6, 5, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(today: datetime, months: int, day: datetime) -> None:
    with clock.telling(today):
        assert told_since(Organisation(activity_months=months)) == day


def test_everything_is_told_where_nothing_is_set(cast: Cast) -> None:
    assert told_since(cast.organisation) is None


def test_older_entries_are_shown_without_who_and_why(
    cast: Cast, organisation: Organisation
) -> None:
    said = text(cast.client(cast.finance).get(cast.url("activity/")))
    assert "of late" in said
    assert "long ago" not in said
    assert said.count("admin@north.example issued 1 seat") == 1
    assert said.count(" Issued 1 seat") == 1


def test_people_of_older_entries_are_somebody(cast: Cast, organisation: Organisation) -> None:
    with clock.telling(clock.now() - LONG_AGO):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
        (line,) = enrol_new(cast.manager, allocation)
    said = text(cast.client(cast.finance).get(cast.url("activity/")))
    assert "Enrolled somebody for Classroom A" in said
    member = Member.objects.get(pk=line.member_id)
    for query in (f"q={member.email}", f"actor={cast.manager.pk}"):
        found = text(cast.client(cast.finance).get(cast.url(f"activity/?{query}")))
        assert "somebody" not in found


def test_statements_tell_the_same_as_the_pages(cast: Cast, organisation: Organisation) -> None:
    issue(actor=cast.admin, product=cast.product, seats=1, reason="for Kim")
    withhold(actor=cast.admin, words=["kim"])
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, {"told_since": told_since(organisation)})
        rows = cursor.fetchall()
        assert rows == [
            (None, None, ""),
            (None, cast.admin.pk, "of late"),
            (None, cast.admin.pk, "withheld"),
        ]
        cursor.execute(COLUMNS, {"told_since": None})
        assert cursor.fetchone() == (None, cast.admin.pk, "long ago")
    entries = list(LedgerEntry.objects.filter(kind="issued").order_by("at"))
    telling = discretion_of(entries)
    assert [telling.reason(entry) for entry in entries] == ["", "of late", ""]
    assert [telling.is_withheld(entry) for entry in entries] == [False, False, True]


def test_numbers_and_chain_stay_as_they_are(cast: Cast, organisation: Organisation) -> None:
    before = LedgerEntry.objects.count()
    forget_old(organisation=organisation)
    assert books.check(organisation, whole_chain=True).holds
    assert LedgerEntry.objects.count() == before


def test_old_answers_and_files_are_forgotten_and_new_ones_kept(
    cast: Cast, organisation: Organisation
) -> None:
    for days in (400, 1):
        with clock.telling(clock.now() - timedelta(days=days)):
            asked = ask(
                actor=cast.manager, team=cast.team, product=cast.product, seats=1, reason="more"
            )
            decline(actor=cast.admin, request=asked, answer="no")
    old, new = make_import(cast.admin), make_import(cast.admin)
    Import.objects.update(state=Import.State.DONE)
    Import.objects.filter(pk=old.pk).update(created_at=clock.now() - LONG_AGO)
    forget_old(organisation=organisation)
    words = SeatRequest.objects.order_by("asked_at").values_list("reason", "answer")
    assert list(words) == [("", ""), ("more", "no")]
    assert list(Import.objects.values_list("pk", flat=True)) == [new.pk]


def test_months_are_set_on_the_privacy_page(cast: Cast) -> None:
    client, url = cast.client(cast.admin), cast.url("settings/privacy/")
    assert "Months of activity to keep" in text(client.get(url))
    assert client.post(url, {"activity_months": "121"}).status_code == 422
    client.post(url, {"activity_months": "24"})
    cast.organisation.refresh_from_db()
    assert cast.organisation.activity_months == 24
    client.post(url, {"activity_months": ""})
    cast.organisation.refresh_from_db()
    assert cast.organisation.activity_months is None
    assert cast.client(cast.finance).get(url).status_code == 403


def test_database_refuses_months_out_of_range(cast: Cast) -> None:
    with pytest.raises(DatabaseError, match="activity_months"), transaction.atomic():
        Organisation.objects.update(activity_months=121)
