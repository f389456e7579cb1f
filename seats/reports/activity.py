"""The ledger as a page of sentences and figures, from the newest entry back."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from seats.models import LedgerEntry
from seats.querysets import LedgerQuerySet
from seats.reports.history import Event, event_of

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry, told; and what it moved, with a sign, or '' for nothing."""

    entry: LedgerEntry
    event: Event
    used_moved: str
    capacity_moved: str
    stock_moved: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in the ledger: between two entries, however many are added meanwhile."""

    at: datetime
    entry_id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.entry_id}"

    @classmethod
    def parse(cls, text: str | None) -> "Place | None":
        """Read a place back; None for nothing, or nonsense."""
        at, _sign, entry_id = (text or "").partition("~")
        try:
            return cls(at=datetime.fromisoformat(at).astimezone(UTC), entry_id=UUID(entry_id))
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A page of the ledger, and the places before and after it, where there is more."""

    rows: list[Row]
    newer: Place | None
    older: Place | None
    topics: list[str] = field(default_factory=list)


def activity_report(
    entries: LedgerQuerySet, *, before: Place | None = None, after: Place | None = None
) -> Activity:
    """Return the page older than `before`, or newer than `after`, or the newest."""
    related = entries.select_related("product", "pool", "team", "member", "actor")
    if after:
        page = _newer_than(related, after)
        if page:
            return page
    return _older_than(related, before)


def _older_than(entries: LedgerQuerySet, before: Place | None) -> Activity:
    if before:
        entries = entries.filter(at__lte=before.at).filter(
            Q(at__lt=before.at) | Q(pk__lt=before.entry_id)
        )
    found = list(entries.newest_first()[: PER_PAGE + 1])
    rows = found[:PER_PAGE]
    return Activity(
        rows=[_row(entry) for entry in rows],
        newer=_place(rows[0]) if rows and before else None,
        older=_place(rows[-1]) if len(found) > PER_PAGE else None,
    )


def _newer_than(entries: LedgerQuerySet, after: Place) -> Activity | None:
    """Return the page, or None where what is newer does not fill one: it is the newest then."""
    later = entries.filter(at__gte=after.at).filter(Q(at__gt=after.at) | Q(pk__gt=after.entry_id))
    found = list(later.order_by("at", "pk")[: PER_PAGE + 1])
    if len(found) <= PER_PAGE:
        return None
    rows = found[PER_PAGE - 1 :: -1]
    return Activity(
        rows=[_row(entry) for entry in rows], newer=_place(rows[0]), older=_place(rows[-1])
    )


def _row(entry: LedgerEntry) -> Row:
    return Row(
        entry=entry,
        event=event_of(entry),
        used_moved=_signed(entry.used_moved),
        capacity_moved=_signed(entry.capacity_moved),
        stock_moved=_signed(entry.stock_moved),
    )


def _signed(number: int) -> str:
    return f"{number:+,}".replace("-", "\N{MINUS SIGN}") if number else ""


def _place(entry: LedgerEntry) -> Place:
    return Place(at=entry.at, entry_id=entry.pk)
