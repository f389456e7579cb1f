"""What a list may be sorted by, and where a row stands in the order."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import F
from django.db.models.expressions import BaseExpression, Combinable
from django.utils.functional import Promise

HIGHEST = 2**31

Kind = Literal["text", "number", "moment"]
Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a list: its name in the address, its label, and what it sorts the list by.

    `by` is a column of the rows, or an expression. `descends` where the first click on the header
    shall bring the highest first. `is_number` sets it to the end of its cell; `is_quiet` leaves its
    label to those who hear the page. `beside` are others to sort by that stand in the same cells.
    """

    label: Words
    name: str = ""
    by: str | Combinable = ""
    kind: Kind = "text"
    has_nulls: bool = False
    descends: bool = False
    is_number: bool = False
    is_quiet: bool = False
    beside: "tuple[Column, ...]" = ()

    @property
    def key(self) -> BaseExpression | Combinable:
        return F(self.by) if isinstance(self.by, str) else self.by


@dataclass(frozen=True, kw_only=True)
class Sort:
    """A column, and the direction in which the rows go."""

    column: Column
    descends: bool

    def __str__(self) -> str:
        return f"-{self.column.name}" if self.descends else self.column.name

    @property
    def reversed(self) -> "Sort":
        return Sort(column=self.column, descends=not self.descends)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a row stands in the order."""

    value: Any
    row_id: UUID

    def __str__(self) -> str:
        if self.value is None:
            return str(self.row_id)
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        return f"{value}~{self.row_id}"

    @classmethod
    def parse(cls, text: str, column: Column) -> "Place | None":
        """Read a place back; None for nothing, or nonsense."""
        value, sign, row_id = text.rpartition("~")
        try:
            place = cls(value=_read(value, column.kind) if sign else None, row_id=UUID(row_id))
        except (ValueError, OverflowError):
            return None
        return None if place.value is None and not column.has_nulls else place


def _read(text: str, kind: Kind) -> Any:
    if kind == "number":
        number = int(text)
        if abs(number) >= HIGHEST:
            raise OverflowError
        return number
    return datetime.fromisoformat(text).astimezone(UTC) if kind == "moment" else text
