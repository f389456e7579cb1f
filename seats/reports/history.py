"""The ledger told as sentences: who did what, to how many, when and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seats.models import LedgerEntry
from seats.querysets import LedgerQuerySet

Kind = LedgerEntry.Kind

# Many people enrolled at once are one event, so more entries are read than events are told.
ENTRIES = 200

MORE = {Kind.ISSUED, Kind.ALLOCATED, Kind.TRANSFERRED_IN}
LESS = {Kind.TAKEN_BACK, Kind.TRANSFERRED_OUT, Kind.RETIRED, Kind.UNSHARED}
BAD = {Kind.REVOKED, Kind.LEFT, Kind.ARCHIVED}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event: `who` did it ('' where it came by itself), `what` in words, and the mark it gets."""

    who: str
    what: str
    reason: str
    at: datetime
    mark: str


def events(entries: LedgerQuerySet, most: int) -> list[Event]:
    """Tell the latest entries, newest first; what was booked together for one team is one event."""
    read = list(entries.select_related("team", "member", "actor")[:ENTRIES])
    together = [list(group) for _same, group in groupby(read, _booked_together)]
    if len(read) == ENTRIES and len(together) > 1:
        together.pop()  # its beginning was not read, so it cannot be counted
    return [_event(group) for group in together[:most]]


def _booked_together(entry: LedgerEntry) -> tuple[object, ...]:
    return (entry.xid, entry.kind, entry.team_id, entry.actor_id, entry.reason)


def _event(entries: Sequence[LedgerEntry]) -> Event:
    entry = entries[0]
    return Event(
        who=str(entry.actor or ""),
        what=SENTENCES[Kind(entry.kind)](entries),
        reason=entry.reason,
        at=entry.at,
        mark=_mark(Kind(entry.kind)),
    )


def _mark(kind: LedgerEntry.Kind) -> str:
    if kind in MORE:
        return "is-more"
    if kind in LESS:
        return "is-less"
    return "is-bad" if kind in BAD else ""


def _people(entries: Sequence[LedgerEntry]) -> str:
    first = str(entries[0].member or "")
    others = len(entries) - 1
    if not others:
        return first
    words = ngettext("%(first)s and %(n)s other", "%(first)s and %(n)s others", others)
    return words % {"first": first, "n": others}


def _seats(one: str, many: str) -> Callable[[Sequence[LedgerEntry]], str]:
    """Return the teller of a movement of seats; its words have %(n)s and may have %(team)s."""

    def tell(entries: Sequence[LedgerEntry]) -> str:
        entry = entries[0]
        seats = abs(entry.capacity_moved or entry.stock_moved)
        numbers = {"n": f"{seats:,}", "team": entry.team}
        return ngettext(one, many, seats) % numbers  # noqa: INT002

    return tell


def _words(words: str) -> Callable[[Sequence[LedgerEntry]], str]:
    """Return the teller of anything else; its words may have %(team)s and %(people)s."""

    def tell(entries: Sequence[LedgerEntry]) -> str:
        return _(words) % {"team": entries[0].team, "people": _people(entries)}

    return tell


def _allocated(entries: Sequence[LedgerEntry]) -> str:
    if not entries[0].capacity_moved:
        return _("opened it without a limit")
    return _seats("added %(n)s seat", "added %(n)s seats")(entries)


def _archived(entries: Sequence[LedgerEntry]) -> str:
    if not entries[0].capacity_moved:
        return _("archived it")
    words = "archived it; %(n)s seat went back to stock"
    return _seats(words, "archived it; %(n)s seats went back to stock")(entries)


SENTENCES: dict[LedgerEntry.Kind, Callable[[Sequence[LedgerEntry]], str]] = {
    Kind.ISSUED: _seats("issued %(n)s seat", "issued %(n)s seats"),
    Kind.RETIRED: _seats("retired %(n)s seat", "retired %(n)s seats"),
    Kind.ALLOCATED: _allocated,
    Kind.TAKEN_BACK: _seats("took away %(n)s seat", "took away %(n)s seats"),
    Kind.TRANSFERRED_IN: _seats(
        "moved %(n)s seat here, for %(team)s", "moved %(n)s seats here, for %(team)s"
    ),
    Kind.TRANSFERRED_OUT: _seats(
        "moved %(n)s seat of %(team)s elsewhere", "moved %(n)s seats of %(team)s elsewhere"
    ),
    Kind.SHARED: _words("made it available to %(team)s"),
    Kind.UNSHARED: _words("took %(team)s off it"),
    Kind.CAPPED: _words("changed the cap of %(team)s"),
    Kind.TERMS: _words("changed the terms"),
    Kind.ARCHIVED: _archived,
    Kind.ENROLLED: _words("enrolled %(people)s for %(team)s"),
    Kind.EXTENDED: _words("moved the end for %(people)s"),
    Kind.REVOKED: _words("revoked the seat of %(people)s"),
    Kind.EXPIRED: _words("Expired: %(people)s, %(team)s"),
    Kind.HELD: _words("Expired, and the seat is held: %(people)s, %(team)s"),
    Kind.LEFT: _words("took %(people)s out of %(team)s"),
}
