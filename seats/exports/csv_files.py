"""An export as CSV, streamed from PostgreSQL by COPY: as long as it is, as little it holds.

Strict RFC 4180 in UTF-8 without a byte order mark: CRLF after every record, quotes where needed.
PostgreSQL neutralises the cells that a spreadsheet would run as formulas, with an apostrophe before
them.
"""

# ruff: noqa: S608 - put together from constants; what is asked for goes in as parameters

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from orgs.models import Organisation
from seats.exports.question import Asked, Export
from seats.exports.snapshots import query_for, snapshot
from seats.resources.tables import Kind

CONTENT_TYPE = "text/csv; charset=utf-8"
# Rows are gathered to about this many bytes before they are handed on.
PIECE = 64 * 1024
# ISO 8601 in UTC.
ISO = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
# By the first character, whose number is quicker to look at: tab, CR, +, -, = and @.
TEXT = "CASE WHEN ascii({0}) IN (9, 13, 43, 45, 61, 64) THEN '''' || {0} ELSE {0} END"
CELLS = {Kind.TEXT: TEXT, Kind.MOMENT: ISO, Kind.STAMP: ISO}


def stream_csv(organisation: Organisation, export: Export, asked: Asked) -> Iterator[bytes]:
    """Yield the CSV in pieces, the header at once; to be consumed outside any transaction.

    The moment that is asked for must be settled. All rows come from one snapshot, in a transaction
    that ends with the generator, however it ends.
    """
    yield (",".join(export.columns) + "\r\n").encode()
    with snapshot(organisation):
        query = query_for(export, organisation, asked)
        yield from _copied(copy_statement(export, query), asked.params(organisation))


def copy_statement(export: Export, query: str) -> str:
    """Return the statement that copies as CSV what an export's query gives."""
    names = ", ".join(f'"{name}"' for name in export.columns)
    cells = ", ".join(
        CELLS.get(shown.kind, "{}").format(f'line."{name}"')
        for name, shown in export.table.fields.items()
    )
    rows = f"SELECT {cells} FROM ({query}) AS line ({names})"
    return f"COPY ({rows}) TO STDOUT WITH (FORMAT csv)"


def _copied(statement: str, params: Mapping[str, Any]) -> Iterator[bytes]:
    rows: list[bytes] = []
    size = 0
    with connection.cursor() as cursor:
        copying = cursor.copy(statement, params)
        with connection.wrap_database_errors, copying as copy:
            # PostgreSQL sends a row a message, and ends it with a bare LF.
            for row in copy:
                rows.append(row[:-1])
                size += len(row)
                if size >= PIECE:
                    yield b"\r\n".join((*rows, b""))
                    rows.clear()
                    size = 0
    yield b"\r\n".join((*rows, b""))
