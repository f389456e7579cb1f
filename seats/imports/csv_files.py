"""CSV as spreadsheets write it: several encodings, separated by comma, semicolon or tab."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.utils.translation import gettext as _

from seats.imports.errors import Unreadable

DELIMITERS = ",;\t"
LONGEST_CELL = 100_000
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def lines(content: bytes) -> tuple[Iterator[list[str]], str]:
    """Return the lines of cells, and what is to be said of the encoding; raises Unreadable."""
    text, remark = _decode(content)
    if "\0" in text:
        raise Unreadable(_("It is neither a CSV nor an XLSX file."))
    return _cells(text), remark


def _decode(content: bytes) -> tuple[str, str]:
    known = next((name for bom, name in BOMS.items() if content.startswith(bom)), None)
    for encoding in [known] if known else _guesses(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, _remark() if encoding == "cp1252" else ""
    raise Unreadable(_("It is neither a CSV nor an XLSX file."))


def _guesses(content: bytes) -> list[str]:
    # Without a mark, UTF-16 shows in every other byte of ASCII being zero.
    even, odd = content[:1000:2].count(0), content[1:1000:2].count(0)
    if max(even, odd) > len(content[:1000]) // 4:
        return ["utf-16-be" if even > odd else "utf-16-le"]
    return ["utf-8", "cp1252"]


def _remark() -> str:
    return _(
        "The file is not in UTF-8; it was read as Windows text (cp1252). Look whether names with"
        " accents are right, or save it as “CSV UTF-8”."
    )


def _cells(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        yield from reader
    except csv.Error as error:
        words = _("Line %(number)s is not CSV: %(error)s.")
        raise Unreadable(words % {"number": reader.line_num, "error": error}) from error


def _delimiter(text: str) -> str:
    """Return what separates the cells of the first line that is not blank."""
    first = next((line for line in StringIO(text[:LONGEST_CELL]) if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside.count)
