"""Lists a page at a time, their state in the address: what they are sorted by, and where one is.

A page begins after a row or ends before one, so that what is added meanwhile moves nothing. The
address carries that row's place: its value in the order, and its id. As in PostgreSQL's indexes,
what has no value comes after all that have one: "no end" is later than any end.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import BaseExpression, Combinable
from django.http import QueryDict
from django.utils.functional import Promise

PER_PAGE = 50
# So many are counted; of more it is said that they are more.
COUNTED = 10_000
HIGHEST = 2**31

Direction = Literal["", "ascending", "descending"]
Kind = Literal["text", "number", "moment"]
Words = str | Promise
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a list: its label, and with `name` and `by` what the list may be sorted by.

    `by` is a column of the rows, or an expression. `descends` where the first click on the header
    shall bring the highest first. `is_number` sets it to the end of its cell; `is_quiet` leaves its
    label to those who hear the page.
    """

    label: Words
    name: str = ""
    by: str | Combinable = ""
    kind: Kind = "text"
    has_nulls: bool = False
    descends: bool = False
    is_number: bool = False
    is_quiet: bool = False

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


@dataclass(frozen=True)
class Listing:
    """A list: its fragment and the id of that, its columns, how it is sorted if nothing is said.

    `prefix` goes before the names in the address, where a page has several lists.
    """

    id: str
    fragment: str
    columns: tuple[Column, ...]
    first: str
    prefix: str = ""

    def sort(self, asked: str) -> Sort:
        """Return the sort of that name; the first one where there is none such."""
        named = {column.name: column for column in self.columns if column.name}
        chosen = asked if asked.removeprefix("-") in named else self.first
        return Sort(column=named[chosen.removeprefix("-")], descends=chosen.startswith("-"))

    def asked(self, query: QueryDict) -> "Asked":
        """Read the state of the list in an address; nonsense is as if it were not there."""
        words = {
            name: query.get(f"{self.prefix}{name}", "") for name in ("sort", "after", "before")
        }
        words = {name: "" if "\0" in value else value for name, value in words.items()}
        sort = self.sort(words["sort"])
        return Asked(
            listing=self,
            query=query,
            sort=sort,
            after=Place.parse(words["after"], sort.column),
            before=Place.parse(words["before"], sort.column),
        )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address asks of a list."""

    listing: Listing
    query: QueryDict
    sort: Sort
    after: Place | None
    before: Place | None

    @property
    def is_sorted(self) -> bool:
        """Say whether the order is another than it would be anyway."""
        return str(self.sort) != self.listing.first

    def address(self, **changes: object) -> str:
        """Return the address of another state of the list; from its beginning if not said."""
        query = self.query.copy()
        for name, value in ({"after": "", "before": ""} | changes).items():
            query[f"{self.listing.prefix}{name}"] = str(value)
        pairs = [(name, value) for name, values in query.lists() for value in values if value]
        return f"?{urlencode(pairs)}"


@dataclass(frozen=True, kw_only=True)
class Total:
    """How many rows there are; with `is_more`, that there are more than that."""

    number: int
    is_more: bool


@dataclass(frozen=True, kw_only=True)
class Head:
    """The header of a column: where a click leads, and how the list is sorted by it now."""

    column: Column
    url: str
    direction: Direction


@dataclass(frozen=True, kw_only=True)
class ListPage(Generic[R]):
    """A page of a list, and the addresses before and after it, where there is more."""

    asked: Asked
    rows: list[R]
    total: Total
    previous_url: str
    next_url: str

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    @property
    def id(self) -> str:
        return self.asked.listing.id

    @property
    def fragment(self) -> str:
        return self.asked.listing.fragment

    @property
    def url(self) -> str:
        """Where one is, said tidily."""
        return self.asked.address(after=self.asked.after or "", before=self.asked.before or "")

    @property
    def head(self) -> list[Head]:
        return [_head(column, self.asked) for column in self.asked.listing.columns]


def list_page(
    rows: QuerySet[Any], asked: Asked, dress: Callable[[list[UUID]], Mapping[UUID, R]]
) -> ListPage[R]:
    """Return the page of `rows` that is asked for.

    `dress` reads what the page shows of its rows, by their ids: the order is found first, and
    nothing is looked up for rows that are not shown.
    """
    found = _newer(rows, asked) or _older(rows, asked)
    dressed = dress([place.row_id for place in found.places])
    return ListPage(
        asked=asked,
        rows=[dressed[place.row_id] for place in found.places if place.row_id in dressed],
        total=count(rows),
        previous_url=asked.address(before=found.places[0]) if found.is_preceded else "",
        next_url=asked.address(after=found.places[-1]) if found.is_followed else "",
    )


def count(rows: QuerySet[Any]) -> Total:
    """Count rows, as far as is quick."""
    number = rows.order_by()[: COUNTED + 1].count()
    return Total(number=min(number, COUNTED), is_more=number > COUNTED)


@dataclass(frozen=True, kw_only=True)
class _Found:
    places: list[Place]
    is_preceded: bool
    is_followed: bool


def _newer(rows: QuerySet[Any], asked: Asked) -> _Found | None:
    """Return the page before a place; None where what precedes it fills none: it is the first."""
    if asked.before is None:
        return None
    places = _places(rows, asked.sort.reversed, asked.before)
    if len(places) <= PER_PAGE:
        return None
    return _Found(places=places[PER_PAGE - 1 :: -1], is_preceded=True, is_followed=True)


def _older(rows: QuerySet[Any], asked: Asked) -> _Found:
    start = None if asked.before else asked.after
    places = _places(rows, asked.sort, start)
    if start and not places:
        start, places = None, _places(rows, asked.sort, None)
    return _Found(
        places=places[:PER_PAGE], is_preceded=bool(start), is_followed=len(places) > PER_PAGE
    )


def _places(rows: QuerySet[Any], sort: Sort, start: Place | None) -> list[Place]:
    """Return the places of a page that begins after `start`, and of one row more."""
    sorted_rows = rows.annotate(place=sort.column.key)
    if start:
        sorted_rows = sorted_rows.filter(_beyond(start, sort))
    order = ("-place", "-pk") if sort.descends else ("place", "pk")
    found = sorted_rows.order_by(*order).values_list("place", "pk")[: PER_PAGE + 1]
    return [Place(value=value, row_id=row_id) for value, row_id in found]


def _beyond(start: Place, sort: Sort) -> Q:
    """Say which rows come after a place. The bounds are said so that an index can find them."""
    more = "lt" if sort.descends else "gt"
    further = Q(**{f"pk__{more}": start.row_id})
    if start.value is None:
        among = Q(place__isnull=True) & further
        return among | Q(place__isnull=False) if sort.descends else among
    beyond = Q(**{f"place__{more}e": start.value}) & (
        Q(**{f"place__{more}": start.value}) | further
    )
    if sort.column.has_nulls and not sort.descends:
        return beyond | Q(place__isnull=True)
    return beyond


def _read(text: str, kind: Kind) -> Any:
    if kind == "number":
        number = int(text)
        if abs(number) >= HIGHEST:
            raise OverflowError
        return number
    return datetime.fromisoformat(text).astimezone(UTC) if kind == "moment" else text


def _head(column: Column, asked: Asked) -> Head:
    if not column.name:
        return Head(column=column, url="", direction="")
    is_sorted = asked.sort.column.name == column.name
    descends = not asked.sort.descends if is_sorted else column.descends
    url = asked.address(sort=Sort(column=column, descends=descends))
    if not is_sorted:
        return Head(column=column, url=url, direction="")
    return Head(
        column=column, url=url, direction="descending" if asked.sort.descends else "ascending"
    )
