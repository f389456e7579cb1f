"""The ledger as a page of sentences and figures, from the newest entry back."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.words import grouped
from seats.models import LedgerEntry
from seats.querysets import LedgerQuerySet
from seats.reports.history import Event, events_of


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry, told; and what it moved, with a sign, or '' for nothing."""

    entry: LedgerEntry
    event: Event
    used_moved: str
    capacity_moved: str
    stock_moved: str


ACTIVITY = Listing(
    id="entries",
    fragment="seats/_activity_list.html",
    first="-at",
    columns=(
        Column(name="at", label=_("When"), by="at", kind="moment"),
        Column(name="what", label=_("What")),
        Column(name="pool", label=_("Pool")),
        Column(name="used", label=_("In use"), is_number=True),
        Column(name="capacity", label=_("Seats"), is_number=True),
        Column(name="stock", label=_("Stock"), is_number=True),
    ),
)


def activity_page(entries: LedgerQuerySet, query: QueryDict) -> ListPage[Row]:
    """Return the page of the entries that the address asks for, the newest first."""
    return list_page(entries, ACTIVITY.asked(query), _rows)


def _rows(ids: list[UUID]) -> dict[UUID, Row]:
    related = LedgerEntry.objects.select_related("product", "pool", "team", "member", "actor")
    entries = list(related.filter(pk__in=ids))
    told = zip(entries, events_of(entries), strict=True)
    return {entry.pk: _row(entry, event) for entry, event in told}


def _row(entry: LedgerEntry, event: Event) -> Row:
    return Row(
        entry=entry,
        event=event,
        used_moved=_signed(entry.used_moved),
        capacity_moved=_signed(entry.capacity_moved),
        stock_moved=_signed(entry.stock_moved),
    )


def _signed(number: int) -> str:
    sign = "+" if number > 0 else "\N{MINUS SIGN}"
    return sign + grouped(abs(number)) if number else ""
