"""Reading an uploaded table: CSV in whatever encoding, or XLSX. The file is not to be trusted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from orgs.errors import spelled
from seats.imports import csv_files, xlsx_files
from seats.imports.errors import Unreadable

LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 60
SAMPLES = 3
# Blank rows are passed over; a file of nothing else has an end too.
MOST_LINES = 2 * MOST_ROWS

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Row:
    """One row by its number in the spreadsheet, its cells as text; `problem` says what is wrong."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A file's header and its rows, which are read as they are asked for."""

    headers: list[str]
    rows: Iterator[Row]
    remark: str = ""


@dataclass(frozen=True)
class Glance:
    """What a look at the beginning shows: whether the file is short enough to be done at once."""

    headers: list[str]
    samples: list[list[str]] = field(default_factory=list)
    remark: str = ""


def open_table(content: bytes) -> Table:
    """Open a file; raises Unreadable, at once or while the rows are read."""
    if len(content) > LARGEST_FILE:
        raise Unreadable(too_large())
    if content.startswith(OLD_OFFICE):
        raise Unreadable(_("It is an old Excel file. Save it as .xlsx or as CSV."))
    if content.startswith(ZIP):
        lines, remark = xlsx_files.lines(content, MOST_COLUMNS), ""
    else:
        lines, remark = csv_files.lines(content)
    filled = _filled(lines)
    headers = _headers(filled)
    return Table(headers, _rows(filled, len(headers)), remark)


def glance(content: bytes) -> Glance:
    """Look at the header and the first rows; raises Unreadable."""
    table = open_table(content)
    samples = [row.cells for row in islice(table.rows, SAMPLES)]
    if not samples:
        raise Unreadable(_("There is no row below the header."))
    return Glance(table.headers, samples, table.remark)


def has_more_rows_than(content: bytes, limit: int) -> bool:
    """Say whether a file has more rows than `limit`, reading no more of it than needed."""
    return sum(1 for _row in islice(open_table(content).rows, limit + 1)) > limit


def too_large() -> str:
    """Say how large a file may be."""
    return _("It is larger than %(most)s MiB. Split it into several.") % {
        "most": LARGEST_FILE // 1024 // 1024
    }


def _filled(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise Unreadable(_too_many())
        if any(cell.strip() for cell in cells):
            yield number, cells


def _headers(filled: Iterator[tuple[int, list[str]]]) -> list[str]:
    _number, cells = next(filled, (0, []))
    headers = [cell.strip()[:200] for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise Unreadable(_("It is empty."))
    if len(headers) > MOST_COLUMNS:
        raise Unreadable(_("It has more than %(most)s columns.") % {"most": MOST_COLUMNS})
    return headers


def _rows(filled: Iterator[tuple[int, list[str]]], width: int) -> Iterator[Row]:
    for count, (number, cells) in enumerate(filled, start=1):
        if count > MOST_ROWS:
            raise Unreadable(_too_many())
        yield _row(number, cells, width)


def _row(number: int, cells: list[str], width: int) -> Row:
    formula = next((cell for cell in cells if isinstance(cell, xlsx_files.Formula)), None)
    problem = ""
    if any(cell.strip() for cell in cells[width:]):
        problem = _("The row has more cells than the header.")
    elif formula is not None:
        problem = _("“%(formula)s” is a formula without a value. Paste its value instead.")
        problem %= {"formula": formula[:60]}
    padded = [cell.strip() for cell in cells[:width]]
    return Row(number, padded + [""] * (width - len(padded)), problem)


def _too_many() -> str:
    words = _("It has more than %(most)s rows. Split it into several files.")
    return words % spelled(most=MOST_ROWS)
