"""An export as an Excel workbook, written row by row into a file: as long as it is, as little it
holds.

Numbers and moments are cells of their own kind, texts are texts and never formulas. Nothing in the
file says when or where it was made, so that the same question gives the same bytes.
"""

# ruff: noqa: S608 - put together from constants; what is asked for goes in as parameters

from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from orgs.models import Organisation
from seats.exports.question import Asked, Export
from seats.exports.snapshots import query_for, snapshot
from seats.resources.tables import Kind

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a sheet holds, the header left out ("Excel specifications and limits",
# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3).
MOST_ROWS = 1_048_576 - 1
PIECE = 64 * 1024
ROWS_AT_ONCE = 2000

# A moment is a cell of its own kind, to the second on the screen; one told in full is a text.
ISO = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
CELLS = {Kind.ID: "{}::text", Kind.MOMENT: "{} AT TIME ZONE 'UTC'", Kind.STAMP: ISO}
WIDTHS = {
    Kind.ID: 38,
    Kind.MOMENT: 24,
    Kind.STAMP: 28,
    Kind.NUMBER: 10,
    Kind.DECIMAL: 14,
    Kind.TEXT: 26,
}
FORMATS = {
    Kind.MOMENT: 'yyyy-mm-dd hh:mm:ss "UTC"',
    Kind.NUMBER: "#,##0",
    Kind.DECIMAL: "#,##0.00##",
}

# Writes a cell: row, column, value, format.
Write = Callable[[int, int, Any, Any], Any]


def stream_xlsx(organisation: Organisation, export: Export, asked: Asked) -> Iterator[bytes]:
    """Yield the workbook in pieces; to be consumed outside any transaction.

    It is not whole before its last row: until then pieces are empty, and only show whether anybody
    still waits for it. The moment that is asked for must be settled.
    """
    with TemporaryDirectory(prefix="seatdash-xlsx-") as room:
        path = Path(room) / f"{export.name}.xlsx"
        with snapshot(organisation):
            yield from _written(path, organisation, export, asked)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _written(
    path: Path, organisation: Organisation, export: Export, asked: Asked
) -> Iterator[bytes]:
    book = Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
    moment = asked.moment and asked.moment.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"created": moment})
    sheet = book.add_worksheet(export.name)
    writers = _prepare(book, sheet, export)
    done = 0
    with connection.chunked_cursor() as cursor:
        query = query_for(export, organisation, asked)
        cursor.execute(select_statement(export, query), asked.params(organisation))
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for number, row in enumerate(rows, start=done + 1):
                _write(writers, number, row)
            done += len(rows)
            yield b""
    sheet.autofilter(0, 0, done, len(writers) - 1)
    book.close()


def _prepare(book: Workbook, sheet: Worksheet, export: Export) -> list[tuple[Write, Any]]:
    """Write the header; answers what writes the cells of each column, and how they look."""
    by_kind: dict[Kind, Write] = {
        Kind.NUMBER: sheet.write_number,
        Kind.DECIMAL: sheet.write_number,
        Kind.MOMENT: sheet.write_datetime,
    }
    formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, (name, shown) in enumerate(export.table.fields.items()):
        sheet.set_column(column, column, max(WIDTHS[shown.kind], len(name) + 4))
        sheet.write_string(0, column, name, bold)
    kinds = [shown.kind for shown in export.table.fields.values()]
    return [(by_kind.get(kind, sheet.write_string), formats.get(kind)) for kind in kinds]


def _write(writers: list[tuple[Write, Any]], number: int, row: tuple[Any, ...]) -> None:
    for column, value in enumerate(row):
        if value is not None and value != "":
            write, form = writers[column]
            write(number, column, value, form)


def select_statement(export: Export, query: str) -> str:
    """Return the query, whose rows are those of an export, with values as a workbook takes them."""
    names = ", ".join(f'"{name}"' for name in export.columns)
    cells = ", ".join(
        CELLS.get(shown.kind, "{}").format(f'line."{name}"')
        for name, shown in export.table.fields.items()
    )
    return f"SELECT {cells} FROM ({query}) AS line ({names})"
