"""The exports as workbooks: cells of the right kind, and an end where Excel has one."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from orgs.models import Member
from seats.exports import counting, xlsx_files
from seats.models import Allocation, Pool
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.seats.downloads import download, inside


@pytest.fixture
def furnished(stage: Cast) -> Cast:
    with inside(stage):
        terms = Terms(terms_days=30)
        allocation = make_allocation(stage.admin, stage.team, stage.product, 12, terms)
        lines = enrol_new(stage.admin, allocation, 3)
        Member.objects.filter(pk=lines[0].member_id).update(name="=1+1")
        Member.objects.filter(pk=lines[1].member_id).update(name="Żółć 教室 🪑")
    return stage


def workbook(stage: Cast, name: str) -> bytes:
    answer: Any = stage.client(stage.finance).get(stage.url(f"reports/{name}.xlsx"))
    assert answer.status_code == 200, answer.content
    return b"".join(answer)


def sheet(stage: Cast, name: str) -> Worksheet:
    (only,) = load_workbook(BytesIO(workbook(stage, name))).worksheets
    return only


@pytest.mark.parametrize("name", ["usage", "enrolments", "ledger"])
def test_workbook_has_the_rows_of_the_csv(furnished: Cast, name: str) -> None:
    header, *rows = sheet(furnished, name).iter_rows(values_only=True)
    expected = download(furnished, name)
    assert header == tuple(expected[0])
    assert len(rows) == len(expected)


def test_numbers_and_moments_are_cells_of_their_own_kind(furnished: Cast) -> None:
    usage = sheet(furnished, "usage")
    assert [usage.cell(2, column).value for column in (7, 8, 9, 10)] == [12, 3, 3, 9]
    assert usage.cell(2, 7).number_format == "#,##0"
    started = sheet(furnished, "enrolments").cell(2, 9)
    assert isinstance(started.value, datetime)
    assert started.number_format == 'yyyy-mm-dd hh:mm:ss "UTC"'
    (row, *_others) = download(furnished, "enrolments")
    assert abs(started.value - datetime.fromisoformat(row["started_at"][:-1])).total_seconds() < 1


def test_header_stays_and_columns_are_wide_enough(furnished: Cast) -> None:
    ledger = sheet(furnished, "ledger")
    assert ledger.freeze_panes == "A2"
    assert ledger.column_dimensions["A"].width > 36
    assert ledger.auto_filter.ref.startswith("A1:O")


def test_formula_is_a_text_and_any_script_is_whole(furnished: Cast) -> None:
    column = sheet(furnished, "enrolments").iter_rows(2, None, 7, 7)
    names = [cell for (cell,) in column if cell.value]
    assert {cell.data_type for cell in names} <= {"s", "inlineStr"}
    assert {"=1+1", "Żółć 教室 🪑"} <= {cell.value for cell in names}


def test_more_rows_than_a_sheet_holds_are_refused_in_words(
    furnished: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_ROWS", 2)
    client = furnished.client(furnished.finance)
    answer = client.get(furnished.url("reports/enrolments.xlsx"))
    assert answer.status_code == 422
    assert "That is more than Excel can hold." in answer.content.decode()
    page = client.get(furnished.url("reports/?file=enrolments")).content.decode()
    assert "About" in page
    assert "enrolments.csv" in page
    assert "enrolments.xlsx" not in page
    assert client.get(furnished.url("reports/usage.xlsx")).status_code == 200


def test_many_rows_are_written_without_being_held(
    furnished: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_files, "ROWS_AT_ONCE", 2)
    answer: Any = furnished.client(furnished.finance).get(furnished.url("reports/enrolments.xlsx"))
    pieces = list(answer)
    assert pieces[:2] == [b"", b""]
    with inside(furnished):
        assert Pool.objects.get().used == Allocation.objects.get().used == 3


def test_client_that_leaves_leaves_no_file_behind(
    furnished: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(xlsx_files, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer: Any = furnished.client(furnished.finance).get(furnished.url("reports/enrolments.xlsx"))
    pieces = iter(answer)
    next(pieces)
    assert list(tmp_path.iterdir())
    answer.close()
    assert list(tmp_path.iterdir()) == []
