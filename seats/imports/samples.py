"""Files to begin with: the columns of a kind, an example, and what may stand where."""

import csv
from io import BytesIO, StringIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from seats.imports.matching import columns_of

WIDTH = 32


def example_rows(kind: str) -> list[list[str]]:
    """Return the header and the examples."""
    columns = columns_of(kind).values()
    most = max(len(column.examples) for column in columns)
    examples = [
        [column.examples[place] if place < len(column.examples) else "" for column in columns]
        for place in range(most)
    ]
    return [[column.words[0] for column in columns], *examples]


def csv_sample(kind: str) -> bytes:
    """Return the file as CSV."""
    out = StringIO(newline="")
    csv.writer(out).writerows(example_rows(kind))
    return out.getvalue().encode()


def xlsx_sample(kind: str) -> bytes:
    """Return the file as XLSX, with a second sheet that explains the columns."""
    book = Workbook()
    sheet, notes = book.worksheets[0], book.create_sheet(_("Columns"))
    sheet.title = kind
    for row in example_rows(kind):
        sheet.append(row)
    for column in columns_of(kind).values():
        notes.append([column.words[0], str(column.hint), " | ".join(column.choices)])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for each, letter in [(sheet, "A"), (sheet, "B"), (notes, "A"), (notes, "B"), (notes, "C")]:
        each.column_dimensions[letter].width = WIDTH
    out = BytesIO()
    book.save(out)
    return out.getvalue()
