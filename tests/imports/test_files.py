"""Reading files: whatever comes in is a table, or refused in words; never half of either."""

from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from seats.imports import csv_files, reading, xlsx_files
from seats.imports.errors import Unreadable
from seats.imports.reading import Row, open_table
from seats.models import Import
from teams.models import Team
from tests.conftest import Cast
from tests.pages import url


def rows(content: bytes) -> list[list[str]]:
    table = open_table(content)
    return [table.headers, *(row.cells for row in table.rows)]


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        rows(content)
    return refused.value.detail


def workbook(*lines: list[object]) -> bytes:
    book = Workbook()
    for line in lines:
        book.worksheets[0].append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def altered(content: bytes, changes: dict[bytes, bytes]) -> bytes:
    """Return a workbook whose parts have other words in them."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(out, "w") as after:
        for part in before.namelist():
            text = before.read(part)
            for old, new in changes.items():
                text = text.replace(old, new)
            after.writestr(part, text)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_any_unicode(encoding: str, delimiter: str) -> None:
    content = f"name{delimiter}note\r\nŻółć{delimiter}Größe\r\n".encode(encoding)
    assert rows(content) == [["name", "note"], ["Żółć", "Größe"]]


def test_windows_text_is_read_with_a_word() -> None:
    table = open_table("name\nMüller\n".encode("cp1252"))
    assert [row.cells for row in table.rows] == [["Müller"]]
    assert "Windows" in table.remark


def test_rows_keep_the_numbers_of_the_spreadsheet() -> None:
    table = open_table(b'\nname\n"two\nlines"\n\nlast\n')
    assert [(row.number, row.cells) for row in table.rows] == [(3, ["two\nlines"]), (5, ["last"])]


def test_short_rows_are_filled_and_long_ones_are_wrong() -> None:
    short, long, blanks = open_table(b"a,b\n1\n1,2,3\n1,2,,\n").rows
    assert short == Row(2, ["1", ""])
    assert long.problem == "The row has more cells than the header."
    assert blanks == Row(4, ["1", "2"])


def test_cells_that_look_like_formulas_are_text() -> None:
    assert rows(b"name\n=1+1\n@x\n-1\n")[1:] == [["=1+1"], ["@x"], ["-1"]]


def test_values_of_a_workbook_are_text() -> None:

    content = workbook(
        ["a", "b", "c", "d", "e"],
        [1, 1.0, 1.5, True, date(2026, 1, 2)],
        [None, datetime(2026, 1, 2, 3, 4)],  # noqa: DTZ001
    )
    assert rows(content)[1:] == [
        ["1", "1", "1.5", "true", "2026-01-02"],
        ["", "2026-01-02T03:04:00", "", "", ""],
    ]


def test_formula_without_a_value_makes_its_row_wrong() -> None:
    (row,) = open_table(workbook(["name"], ["=1+1"])).rows
    assert "“=1+1” is a formula without a value." in row.problem


def test_formula_with_a_value_is_its_value() -> None:
    content = altered(
        workbook(["name"], ["=1+1"]), {b"<v></v>": b"<v>2</v>", b"<v />": b"<v>2</v>"}
    )
    assert rows(content) == [["name"], ["2"]]


def test_what_cannot_be_read_says_why() -> None:
    assert refusal(b"") == "It is empty."
    assert refusal(b" \n,,\n") == "It is empty."
    assert "old Excel" in refusal(b"\xd0\xcf\x11\xe0\xa1")
    assert "damaged" in refusal(b"PK\x03\x04nonsense")
    assert "neither" in refusal(b"name\0\nx\n")
    assert "neither" in refusal(b"\xff\xfe\x00\xd8")
    assert "60 columns" in refusal(b",".join([b"x"] * 61))
    assert "is not CSV" in refusal(b'name\n"' + b"x" * (csv_files.LONGEST_CELL + 1) + b'"\n')


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert len(rows(b"a\n1\n2\n")) == 3
    assert "more than 2 rows" in refusal(b"a\n1\n2\n3\n")
    monkeypatch.setattr(reading, "MOST_LINES", 5)
    assert "more than 2 rows" in refusal(b"a\n1\n" + b"\n" * 5)


def test_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_files, "LARGEST_INSIDE", 100_000)
    out = BytesIO(workbook(["name"], ["x"]))
    with ZipFile(out, "a", ZIP_DEFLATED) as parts:
        parts.writestr("xl/sharedStrings.xml", b"0" * 1_000_000)
    assert "too large when it is unpacked" in refusal(out.getvalue())


def test_styles_that_would_take_minutes_to_read_are_refused() -> None:
    style = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    many = altered(workbook(["name"], ["x"]), {b"</cellXfs>": style * 100_000 + b"</cellXfs>"})
    assert "too large when it is unpacked" in refusal(many)


def test_row_far_down_ends_the_reading() -> None:
    far = {b'<row r="2"': b'<row r="900000000"', b'"A2"': b'"A900000000"'}
    assert "more than 100,000 rows" in refusal(altered(workbook(["name"], ["x"]), far))


HEADER = b"name,external_id,parent\n"
FILES = st.one_of(
    st.binary(max_size=400),
    st.binary(max_size=300).map(HEADER.__add__),
    st.text(max_size=200).map(lambda text: HEADER + text.encode("utf-8", "replace")),
    st.text(max_size=100).map(lambda text: text.encode("utf-16", "replace")),
    st.binary(max_size=200).map(b"PK\x03\x04".__add__),
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=FILES)
@example(content=HEADER + b"=cmd|' /C calc'!A0,\r,\n")
@example(content=b"\xef\xbb\xbf" + HEADER + b'"\x00')
@example(content=HEADER + b"x" * 300 + b",\xc3\x28,\n")
def test_random_bytes_break_nothing_and_import_nothing_by_half(cast: Cast, content: bytes) -> None:
    client = cast.client(cast.admin)
    before = Team.objects.count()
    file = SimpleUploadedFile("teams.csv", content)
    answer = client.post(url(cast, "import"), {"kind": "teams", "file": file})
    assert answer.status_code in (302, 409, 422)
    if answer.status_code == 302:
        source = Import.objects.newest_first()[0]
        matched = client.post(answer["Location"], source.columns or {"name": 0})
        assert matched.status_code in (302, 422)
        page = url(cast, "import-file", source.pk)
        assert client.post(page, {"step": "confirm"}).status_code in (302, 409)
        assert client.get(page).status_code == 200
        source.refresh_from_db()
        made = source.new if source.state == "done" else 0
        assert Team.objects.count() == before + made
