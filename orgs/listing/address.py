"""What an address asks of a list, and the addresses of its other states."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from orgs.listing.columns import Column, Place, Sort


@dataclass(frozen=True)
class Listing:
    """A list: its fragment and the id of that, its columns, how it is sorted if nothing is said.

    `prefix` goes before the names in the address, where a page has several lists. `most` is
    how many rows a page of it has, where that is fewer than usual.
    """

    id: str
    fragment: str
    columns: tuple[Column, ...]
    first: str
    prefix: str = ""
    most: int = 0

    def without(self, *names: str) -> "Listing":
        """Return the list with fewer columns."""
        return replace(self, columns=tuple(each for each in self.columns if each.name not in names))

    def sort(self, asked: str) -> Sort:
        """Return the sort of that name; the first one where there is none such."""
        every = [each for column in self.columns for each in (column, *column.beside)]
        named = {column.name: column for column in every if column.by}
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
