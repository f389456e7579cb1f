"""Columns that the database keeps by itself, in lower case.

Row policies let an index find rows by what leaks nothing: equality and order of stored columns do,
lower() and LIKE do not. So what is looked up or sorted by without case is stored, and a search
reads a narrow index instead of the rows.
"""

from django.db.models import GeneratedField, TextField, Value
from django.db.models.functions import Concat, Lower, Trim


def lowered(name: str) -> GeneratedField:
    """Return the column that holds another in lower case, to look rows up by."""
    return GeneratedField(expression=Lower(name), output_field=TextField(), db_persist=True)


def searched(*names: str) -> GeneratedField:
    """Return the column that holds the words of others, to search in and to sort by."""
    parts = [part for name in names for part in (Value(" "), name)]
    words = Concat(*parts[1:], output_field=TextField()) if len(names) > 1 else names[0]
    return GeneratedField(expression=Lower(Trim(words)), output_field=TextField(), db_persist=True)
