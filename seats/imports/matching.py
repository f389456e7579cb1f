"""Which of a file's columns is what: guessed by their names, then as somebody chose."""

import re
from collections.abc import Mapping, Sequence

from seats.resources import SHEETS
from seats.resources.columns import Column

BETWEEN_WORDS = re.compile(r"[\s_\-./]+")


def columns_of(kind: str) -> Mapping[str, Column]:
    """Return what may be imported of a kind, by name."""
    return SHEETS[kind].fields


def guess(kind: str, headers: Sequence[str]) -> dict[str, int]:
    """Return which column seems to be what; each at most once."""
    heard = [_plain(header) for header in headers]
    found: dict[str, int] = {}
    for name, column in columns_of(kind).items():
        known = [_plain(word) for word in (*column.words, str(column.label))]
        places = (heard.index(word) for word in known if word in heard)
        place = next((place for place in places if place not in found.values()), None)
        if place is not None:
            found[name] = place
    return found


def _plain(text: str) -> str:
    return BETWEEN_WORDS.sub(" ", text).strip().lower()


def row_of(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """Return the cells of a row by what they are."""
    return {name: cells[place] for name, place in columns.items()}
