"""The ledger told as sentences: who did what, to how many, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from seats.models import LedgerEntry
from seats.querysets import LedgerQuerySet

Kind = LedgerEntry.Kind

# Many people enrolled at once are one event, so more entries are read than events are told.
ENTRIES = 200

SENTENCES: Mapping[str, Any] = {
    Kind.ISSUED: ngettext_lazy("issued %(n)s seat", "issued %(n)s seats", "seats"),
    Kind.RETIRED: ngettext_lazy("retired %(n)s seat", "retired %(n)s seats", "seats"),
    Kind.ALLOCATED: ngettext_lazy("added %(n)s seat", "added %(n)s seats", "seats"),
    Kind.TAKEN_BACK: ngettext_lazy("took away %(n)s seat", "took away %(n)s seats", "seats"),
    Kind.TRANSFERRED_IN: ngettext_lazy(
        "moved %(n)s seat here, for %(team)s", "moved %(n)s seats here, for %(team)s", "seats"
    ),
    Kind.TRANSFERRED_OUT: ngettext_lazy(
        "moved %(n)s seat of %(team)s elsewhere", "moved %(n)s seats of %(team)s elsewhere", "seats"
    ),
    Kind.SHARED: gettext_lazy("made it available to %(team)s"),
    Kind.UNSHARED: gettext_lazy("took %(team)s off it"),
    Kind.CAPPED: gettext_lazy("changed the cap of %(team)s"),
    Kind.TERMS: gettext_lazy("changed the terms"),
    Kind.ARCHIVED: ngettext_lazy(
        "archived it; %(n)s seat went back to stock",
        "archived it; %(n)s seats went back to stock",
        "seats",
    ),
    Kind.ENROLLED: gettext_lazy("enrolled %(people)s for %(team)s"),
    Kind.EXTENDED: gettext_lazy("moved the end date of %(people)s"),
    Kind.REVOKED: gettext_lazy("revoked the seat of %(people)s"),
    Kind.EXPIRED: gettext_lazy("Expired: %(people)s, %(team)s"),
    Kind.HELD: gettext_lazy("Expired, keeping the seat: %(people)s, %(team)s"),
    Kind.LEFT: gettext_lazy("took %(people)s out of %(team)s"),
}
# The same where no seats came with it.
WITHOUT_SEATS: Mapping[str, Any] = {
    Kind.ALLOCATED: gettext_lazy("opened it without a limit"),
    Kind.ARCHIVED: gettext_lazy("archived it"),
}
MARKS: Mapping[str, str] = {
    **dict.fromkeys((Kind.ISSUED, Kind.ALLOCATED, Kind.TRANSFERRED_IN), "is-more"),
    **dict.fromkeys((Kind.TAKEN_BACK, Kind.TRANSFERRED_OUT, Kind.RETIRED), "is-less"),
    **dict.fromkeys((Kind.REVOKED, Kind.LEFT, Kind.ARCHIVED), "is-bad"),
}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event: `who` did it ('' where it came by itself), `what` in words, and its `mark`."""

    who: str
    what: str
    reason: str
    at: datetime
    mark: str


def events(entries: LedgerQuerySet, most: int) -> list[Event]:
    """Tell the latest entries, newest first; what was booked together for one team is one event."""
    read = list(entries.select_related("team", "member", "actor")[:ENTRIES])
    together = [list(group) for _same, group in groupby(read, _booked_together)]
    told = [_event(group[0], len(group)) for group in together[:most]]
    if len(read) == ENTRIES and len(together) <= most:
        # The beginning of the last one was not read.
        last = together[-1][0]
        told[-1] = _event(
            last, entries.filter(xid=last.xid, kind=last.kind, team=last.team).count()
        )
    return told


def event_of(entry: LedgerEntry) -> Event:
    """Tell one entry by itself."""
    return _event(entry, 1)


def _booked_together(entry: LedgerEntry) -> tuple[object, ...]:
    if not entry.member_id:
        return (entry.pk,)
    return (entry.xid, entry.kind, entry.team_id, entry.actor_id, entry.reason)


def _event(entry: LedgerEntry, many: int) -> Event:
    return Event(
        who=str(entry.actor or ""),
        what=_sentence(entry, many),
        reason=entry.reason,
        at=entry.at,
        mark=MARKS.get(entry.kind, ""),
    )


def _sentence(entry: LedgerEntry, many: int) -> str:
    seats = abs(entry.capacity_moved or entry.stock_moved)
    words = SENTENCES[entry.kind]
    if not seats:
        words = WITHOUT_SEATS.get(entry.kind, words)
    people = _people(str(entry.member or ""), many - 1)
    return str(
        words % {"seats": seats, "n": f"{seats:,}", "team": entry.team or "", "people": people}
    )


def _people(first: str, others: int) -> str:
    if not others:
        return first
    words = ngettext("%(first)s and %(n)s other", "%(first)s and %(n)s others", others)
    return words % {"first": first, "n": f"{others:,}"}
