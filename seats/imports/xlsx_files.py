"""XLSX: the first sheet, its values as text. A zip file that may be a bomb, or broken."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from seats.imports.errors import Unreadable

LARGEST_INSIDE = 150 * 1024 * 1024
MOST_PARTS = 1_000
# The library makes an object of every style, before any row is read.
STYLES, LARGEST_STYLES = "xl/styles.xml", 4 * 1024 * 1024
FORMULA = re.compile(rb"<(\w+:)?f[ >/]")
PIECE = 1024 * 1024
UNREADABLE_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


class Formula(str):
    """A formula whose value the file does not hold."""

    __slots__ = ()


def lines(content: bytes, most_columns: int) -> Iterator[list[str]]:
    """Yield the lines of cells of the first sheet; raises Unreadable."""
    try:
        yield from _lines(content, most_columns + 1)
    except Unreadable:
        raise
    except Exception as error:  # whatever a broken file makes the library stumble over
        raise Unreadable(_("It is no XLSX file, or it is damaged.")) from error


def _lines(content: bytes, width: int) -> Iterator[list[str]]:
    has_formulas = _looked_through(content)
    values = _sheet(content, width, data_only=True)
    if not has_formulas:
        for line in values:
            # Blank rows may be many, between a row and one that is far below.
            yield [] if line.count(None) == len(line) else [_text(value) for value in line]
        return
    for line, raw in zip(values, _sheet(content, width, data_only=False), strict=True):
        pairs = zip(line, raw, strict=True)
        yield [_missing(source) if value is None else _text(value) for value, source in pairs]


def _sheet(content: bytes, width: int, *, data_only: bool) -> Iterator[tuple[Any, ...]]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    sheet = book.worksheets[0]
    # What the file says of its size is not to be believed.
    sheet.reset_dimensions()
    return sheet.iter_rows(max_col=width, values_only=True)  # type: ignore[no-any-return]


def _looked_through(content: bytes) -> bool:
    """Refuse what would not stay small when it is unpacked; say whether there are formulas."""
    with ZipFile(BytesIO(content)) as parts:
        infos = parts.infolist()
        if len(infos) > MOST_PARTS or _is_bomb(infos):
            raise Unreadable(_("It is too large when it is unpacked. Split it into several files."))
        sheets = [each for each in infos if each.filename.startswith("xl/worksheets/")]
        return any(_finds_formula(parts, each.filename) for each in sheets)


def _is_bomb(infos: Sequence[ZipInfo]) -> bool:
    styles = sum(each.file_size for each in infos if each.filename == STYLES)
    return styles > LARGEST_STYLES or sum(each.file_size for each in infos) > LARGEST_INSIDE


def _finds_formula(parts: ZipFile, name: str) -> bool:
    tail = b""
    with parts.open(name) as sheet:
        while piece := sheet.read(PIECE):
            if FORMULA.search(tail + piece):
                return True
            tail = piece[-20:]
    return False


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    # Nothing that PostgreSQL would not take as text.
    return str(value).translate(UNREADABLE_CONTROLS)


def _missing(source: Any) -> str:
    return "" if source is None else Formula(getattr(source, "text", source))
