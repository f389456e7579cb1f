"""One page of a list: its rows, its headers, and the ways to the pages before and after it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from orgs.listing.address import Asked
from orgs.listing.columns import Column, Place, Sort

PER_PAGE = 50
# So many are counted; of more it is said that they are more.
COUNTED = 10_000

Direction = Literal["", "ascending", "descending"]
R = TypeVar("R")


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
    beside: "tuple[Head, ...]" = ()

    @property
    def sorted(self) -> Direction:
        """How the list is sorted by anything that stands in the column."""
        directions = [head.direction for head in (self, *self.beside) if head.direction]
        return directions[0] if directions else ""


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
    def shows(self) -> frozenset[str]:
        """The names of the columns."""
        return frozenset(column.name for column in self.asked.listing.columns)

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
    most = _most(asked)
    places = _places(rows, asked.sort.reversed, asked.before, most)
    if len(places) <= most:
        return None
    return _Found(places=places[most - 1 :: -1], is_preceded=True, is_followed=True)


def _older(rows: QuerySet[Any], asked: Asked) -> _Found:
    start, most = None if asked.before else asked.after, _most(asked)
    places = _places(rows, asked.sort, start, most)
    if start and not places:
        start, places = None, _places(rows, asked.sort, None, most)
    return _Found(places=places[:most], is_preceded=bool(start), is_followed=len(places) > most)


def _most(asked: Asked) -> int:
    return min(PER_PAGE, asked.listing.most or PER_PAGE)


def _places(rows: QuerySet[Any], sort: Sort, start: Place | None, most: int) -> list[Place]:
    """Return the places of a page that begins after `start`, and of one row more."""
    sorted_rows = rows.annotate(place=sort.column.key)
    if start:
        sorted_rows = sorted_rows.filter(_beyond(start, sort))
    order = ("-place", "-pk") if sort.descends else ("place", "pk")
    found = sorted_rows.order_by(*order).values_list("place", "pk")[: most + 1]
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


def _head(column: Column, asked: Asked) -> Head:
    is_sorted = asked.sort.column.name == column.name
    sort = asked.sort.reversed if is_sorted else Sort(column=column, descends=column.descends)
    descends: Direction = "descending" if asked.sort.descends else "ascending"
    return Head(
        column=column,
        url=asked.address(sort=sort) if column.by else "",
        direction=descends if is_sorted else "",
        beside=tuple(_head(each, asked) for each in column.beside),
    )
