"""The reports page: a question, how much it would be, and where the files are."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from seats.exports import counting
from seats.exports.tables import EXPORTS, USAGE
from seats.forms import moments
from seats.forms.exports import BY_NAME
from seats.resources.enrolments import EnrolmentSheet
from seats.resources.people import PeopleSheet
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be noon on 20 May 2026 where questions are understood."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def page(cast: Cast, **question: str) -> str:
    answer = cast.client(cast.finance).get(cast.url("reports/"), question)
    assert answer.status_code == 200
    return answer.content.decode()


def asked(text: str, file: str) -> dict[str, Any]:
    """Return what the link to a file on the page asks for."""
    (address,) = re.findall(rf'href="([^"]*/{re.escape(file)}[^"]*)"', text)
    query = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
    return {name: value for name, (value,) in query.items()}


def test_page_offers_every_file_with_the_meaning_of_its_columns(cast: Cast) -> None:
    for export in EXPORTS:
        text = page(cast, file=export.name)
        for name in export.columns:
            assert f'<span class="code">{name}</span>' in text
        assert asked(text, f"{export.name}.csv") == asked(text, f"{export.name}.xlsx") == {}


def test_number_of_rows_is_said_before_the_download(cast: Cast) -> None:
    enrol_new(cast.admin, make_allocation(cast.admin, cast.team, cast.product), 3)
    assert "<b>3 rows</b>" in page(cast, file="enrolments")
    assert "<b>1 row</b>" in page(cast, file="usage")
    assert "<b>0 rows</b>" in page(cast, file="enrolments", team=str(cast.other_team.pk))


def test_number_that_takes_long_to_count_is_an_estimate_and_said_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "QUICK", "1ms")
    slow = replace(USAGE, rows="SELECT pg_sleep(0.1) FROM generate_series(1, 7)")
    monkeypatch.setitem(BY_NAME, "usage", slow)
    assert re.search(r"<b>About \d+ rows</b>", page(cast))


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("period", "begin", "end"),
    [
        ("this-month", "2026-05-01", None),
        ("last-month", "2026-04-01", "2026-05-01"),
        ("this-quarter", "2026-04-01", None),
        ("last-quarter", "2026-01-01", "2026-04-01"),
        ("this-year", "2026-01-01", None),
    ],
)
def test_periods_are_those_of_the_organisation(
    cast: Cast, period: str, begin: str, end: str | None
) -> None:
    cast.organisation.time_zone = "Europe/Berlin"
    cast.organisation.save()
    with timezone.override("Europe/Berlin"):
        first, last = moments.period_of(period)
    assert first
    assert timezone.localtime(first, timezone=first.tzinfo).isoformat().startswith(begin)
    link = asked(page(cast, file="ledger", period=period), "ledger.csv")
    as_utc = [
        each and each.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for each in (first, last)
    ]
    assert [link.get("from"), link.get("to")] == as_utc
    assert (last is None) == (end is None)
    assert last is None or last.isoformat().startswith(str(end))


@pytest.mark.usefixtures("noon")
def test_usage_of_a_period_is_as_it_stood_at_its_end(cast: Cast) -> None:
    link = asked(page(cast, file="usage", period="last-month"), "usage.csv")
    assert link == {"as_of": "2026-04-30T23:59:59.999999Z"}


def test_question_is_kept_in_the_address_and_shown_again(cast: Cast) -> None:
    product = str(cast.product.pk)
    text = page(cast, file="ledger", period="custom", product=product, **{"from": "2026-01-01"})
    link = asked(text, "ledger.csv")
    assert link == {"from": "2026-01-01T00:00:00.000000Z", "product": product}
    assert f'<option value="{product}" selected>' in text


def test_fragment_says_what_is_wrong_with_a_question(cast: Cast) -> None:
    client = cast.client(cast.finance)
    question = {"file": "usage", "period": "custom", "as_of": "2999-01-01"}
    answer = client.get(cast.url("reports/"), question, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith("<section")
    assert "still to come" in answer.content.decode()


def test_columns_that_can_be_imported_are_known_there_by_their_names_here() -> None:
    enrolments = next(export for export in EXPORTS if export.name == "enrolments")
    for name in ("email", "name", "team"):
        column = EnrolmentSheet.fields[name]
        assert name in column.words
        assert enrolments.table.fields[name].label == column.label
    assert "product_code" in EnrolmentSheet.fields["product"].words
    assert "email" in PeopleSheet.fields["email"].words
