"""A file with people, as a list that one could have pasted: a line for each row."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from zipfile import ZipFile

import openpyxl
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LARGEST_FILE = 2 * 1024 * 1024
# What a workbook may grow to when it is unpacked.
LARGEST_SHEET = 100 * 1024 * 1024
MOST_ROWS = 20_000
MOST_CELLS = 20
DELIMITERS = ",;\t"
NOT_IN_A_NAME = re.compile(r"[<>,;\s\0]+")

Row = Sequence[str]


class PeopleFileField(forms.FileField):
    """A .csv, .txt or .xlsx; cleans to the text of a list, '' for no file."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Or a file"))
        kwargs.setdefault("help_text", gettext_lazy("CSV, text or Excel, with a column of e-mails"))
        widget = forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv,text/plain"})
        super().__init__(widget=widget, required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        return list_in(file) if file else ""


def list_in(file: "UploadedFile[Any]") -> str:
    """Return the people of a file, a line for each of its rows; raises ValidationError."""
    if (file.size or 0) > LARGEST_FILE:
        raise ValidationError(_("The file is larger than 2 MB."))
    name = str(file.name).lower()
    if name.endswith(".txt"):
        return _decoded(file.read())
    return "\n".join(_lines(_in_workbook(file) if name.endswith(".xlsx") else _in_csv(file)))


def _in_workbook(file: "UploadedFile[Any]") -> list[Row]:
    try:
        with ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        rows = _in_first_sheet(file) if unpacked <= LARGEST_SHEET else None
    except Exception as error:  # whatever a broken workbook makes its reader stumble over
        raise ValidationError(_("This is no Excel workbook that can be read.")) from error
    if rows is None:
        raise ValidationError(_("The workbook is too large."))
    return rows


def _in_first_sheet(file: "UploadedFile[Any]") -> list[Row]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_CELLS, values_only=True)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def _in_csv(file: "UploadedFile[Any]") -> list[Row]:
    text = _decoded(file.read())
    sample = text[:10_000]
    delimiter = max(DELIMITERS, key=sample.count)
    lines = islice(text.splitlines(), MOST_ROWS)
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error as error:
        raise ValidationError(_("This is no table that can be read.")) from error


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\0", "")


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    """Write each row as one would type it; a heading becomes an empty line, so lines are rows."""
    column = _column_of_emails(rows)
    heading = rows[0] if rows and "@" not in "".join(rows[0]) else []
    names = _columns_of_names(heading, column)
    for number, row in enumerate(rows):
        yield "" if heading and number == 0 else _line(row, column, names)


def _column_of_emails(rows: Sequence[Row]) -> int:
    found = (place for row in rows for place, cell in enumerate(row) if "@" in cell)
    return next(found, 0)


def _columns_of_names(heading: Row, column: int) -> list[int]:
    named = [place for place, cell in enumerate(heading) if "name" in cell.lower()]
    others = [place for place in named if place != column]
    return others or [column + 1 if column == 0 else column - 1]


def _line(row: Row, column: int, names: Sequence[int]) -> str:
    email = " ".join(row[column].split()) if column < len(row) else ""
    if "@" not in email or "<" in email:
        return " ".join(" ".join(row).split())
    words = [NOT_IN_A_NAME.sub(" ", row[place]).strip() for place in names if place < len(row)]
    name = " ".join(word for word in words if word and "@" not in word)
    return f"{name} <{email}>" if name else email
