"""The ledger told as sentences: who did what, to how many, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from orgs.words import grouped
from seats.models import LedgerEntry
from seats.querysets import LedgerQuerySet
from seats.reports.booked_together import Together, booked_together
from seats.services.discretion import Discretion, discretion_of
from seats.templatetags.seat_days import last_day

Kind = LedgerEntry.Kind

# Many people enrolled at once are one event, so more entries are read than events are told.
ENTRIES = 200

SENTENCES: Mapping[str, Any] = {
    Kind.ISSUED: ngettext_lazy("issued %(n)s seat", "issued %(n)s seats", "seats"),
    Kind.RETIRED: ngettext_lazy("retired %(n)s seat", "retired %(n)s seats", "seats"),
    Kind.ALLOCATED: ngettext_lazy(
        "added %(n)s seat, %(source)s", "added %(n)s seats, %(source)s", "seats"
    ),
    Kind.TAKEN_BACK: ngettext_lazy(
        "took back %(n)s seat, %(target)s", "took back %(n)s seats, %(target)s", "seats"
    ),
    Kind.TRANSFERRED_IN: ngettext_lazy(
        "moved %(n)s seat here, for %(team)s", "moved %(n)s seats here, for %(team)s", "seats"
    ),
    Kind.TRANSFERRED_OUT: ngettext_lazy(
        "moved %(n)s seat of %(team)s elsewhere", "moved %(n)s seats of %(team)s elsewhere", "seats"
    ),
    Kind.SHARED: gettext_lazy("made it available to %(team)s"),
    Kind.UNSHARED: gettext_lazy("took %(team)s off it"),
    Kind.CAPPED: gettext_lazy("lifted the cap of %(team)s"),
    Kind.TERMS: gettext_lazy("changed the terms for enrolments to come"),
    Kind.ARCHIVED: ngettext_lazy(
        "archived it; %(n)s seat went back to stock",
        "archived it; %(n)s seats went back to stock",
        "seats",
    ),
    Kind.ENROLLED: gettext_lazy("enrolled %(people)s for %(team)s"),
    Kind.EXTENDED: gettext_lazy("moved the end of %(people)s, %(team)s, to %(day)s"),
    Kind.REVOKED: gettext_lazy("revoked the seat of %(people)s, %(team)s"),
    Kind.EXPIRED: gettext_lazy("Expired: %(people)s, %(team)s"),
    Kind.HELD: gettext_lazy("Expired, keeping the seat: %(people)s, %(team)s"),
    Kind.LEFT: gettext_lazy("took %(people)s out of %(team)s"),
}
# The same where no seats came with it.
WITHOUT_SEATS: Mapping[str, Any] = {
    Kind.ALLOCATED: gettext_lazy("opened it without a limit"),
    Kind.ARCHIVED: gettext_lazy("archived it"),
}
# The same where the team is known, whose seats they are.
OF_A_TEAM: Mapping[str, Any] = {
    Kind.ALLOCATED: ngettext_lazy(
        "added %(n)s seat for %(team)s, %(source)s",
        "added %(n)s seats for %(team)s, %(source)s",
        "seats",
    ),
    Kind.TAKEN_BACK: ngettext_lazy(
        "took back %(n)s seat from %(team)s, %(target)s",
        "took back %(n)s seats from %(team)s, %(target)s",
        "seats",
    ),
}
WITH_A_CAP: Mapping[str, Any] = {
    Kind.SHARED: ngettext_lazy(
        "made it available to %(team)s, up to %(cap)s seat of it",
        "made it available to %(team)s, up to %(cap)s seats of it",
        "most",
    ),
    Kind.CAPPED: ngettext_lazy(
        "let %(team)s use up to %(cap)s seat of it",
        "let %(team)s use up to %(cap)s seats of it",
        "most",
    ),
}
BETWEEN_TEAMS = ngettext_lazy(
    "moved %(n)s seat from %(giving)s to %(taking)s",
    "moved %(n)s seats from %(giving)s to %(taking)s",
    "seats",
)
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
    is_withheld: bool = False


def events(entries: LedgerQuerySet, most: int) -> list[Event]:
    """Tell the latest entries, newest first; what was booked together for one team is one event."""
    read = list(entries.select_related("team", "member", "actor")[:ENTRIES])
    groups = [list(group) for _same, group in groupby(read, _booked_together)]
    telling = Telling(booked_together(read), discretion_of(read))
    told = [telling.event(group[0], len(group)) for group in groups[:most]]
    if len(read) == ENTRIES and len(groups) <= most:
        # The beginning of the last one was not read.
        last = groups[-1][0]
        many = entries.filter(xid=last.xid, kind=last.kind, team=last.team).count()
        told[-1] = telling.event(last, many)
    return told


def events_of(entries: Sequence[LedgerEntry]) -> list[Event]:
    """Tell each entry by itself."""
    telling = Telling(booked_together(entries), discretion_of(entries))
    return [telling.event(entry, 1) for entry in entries]


def _booked_together(entry: LedgerEntry) -> tuple[object, ...]:
    if not entry.member_id:
        return (entry.pk,)
    return (entry.xid, entry.kind, entry.team_id, entry.actor_id, entry.reason)


@dataclass(frozen=True)
class Telling:
    """Tells entries: what was booked with them, and what of them may be told, is looked up."""

    together: Together
    discretion: Discretion

    def event(self, entry: LedgerEntry, many: int) -> Event:
        """Tell an entry that stands for so many alike."""
        names_people = self.discretion.tells_people(entry)
        somebody = str(entry.member or "") if names_people else _("somebody")
        who = str(entry.actor or "") if names_people else ""
        what = _sentence(entry, _people(somebody, many - 1), self.together)
        return Event(
            who=who,
            # Where nobody did it, the sentence begins with what was done.
            what=what if who else capfirst(what),
            reason=self._reason(entry),
            at=entry.at,
            mark=MARKS.get(entry.kind, ""),
            is_withheld=self.discretion.is_withheld(entry),
        )

    def _reason(self, entry: LedgerEntry) -> str:
        """Return the reason as it was given; one that nobody gave, in the reader's language."""
        reason = self.discretion.reason(entry)
        return _(reason) if reason and not entry.actor_id else reason


def _sentence(entry: LedgerEntry, people: str, together: Together) -> str:
    seats = abs(entry.capacity_moved or entry.stock_moved)
    facts = {
        "seats": seats,
        "n": grouped(seats),
        "team": together.team_of(entry),
        "people": people,
        "most": entry.cap or 0,
        "cap": grouped(entry.cap or 0),
        "source": _source(seats, together.issued_for(entry)),
        "target": _("and retired them") if together.was_retired(entry) else _("into stock"),
        "day": date_format(last_day(entry.expires_at)) if entry.expires_at else _("no end"),
    }
    if entry.kind in (Kind.TRANSFERRED_IN, Kind.TRANSFERRED_OUT):
        return _transfer(entry, together, facts)
    return str(_words(entry, seats, str(facts["team"])) % facts)


def _words(entry: LedgerEntry, seats: int, team: str) -> Any:
    if not seats and entry.kind in WITHOUT_SEATS:
        return WITHOUT_SEATS[entry.kind]
    if entry.cap is not None and entry.kind in WITH_A_CAP:
        return WITH_A_CAP[entry.kind]
    return (team and OF_A_TEAM.get(entry.kind)) or SENTENCES[entry.kind]


def _transfer(entry: LedgerEntry, together: Together, facts: Mapping[str, object]) -> str:
    """Say both sides, whichever of them is read."""
    other = together.other_side(entry)
    if other is None:
        return str(SENTENCES[entry.kind] % facts)
    sides = {entry.kind: entry.team, other.kind: other.team}
    giving, taking = sides[Kind.TRANSFERRED_OUT], sides[Kind.TRANSFERRED_IN]
    return str(BETWEEN_TEAMS % {**facts, "giving": giving, "taking": taking})


def _source(seats: int, issued: int) -> str:
    """Say where seats that were added came from."""
    if not issued:
        return _("from stock")
    if issued == seats:
        return _("newly issued")
    parts = {"stock": grouped(seats - issued), "issued": grouped(issued)}
    return _("%(stock)s from stock and %(issued)s newly issued") % parts


def _people(first: str, others: int) -> str:
    if not others:
        return first
    words = ngettext("%(first)s and %(n)s other", "%(first)s and %(n)s others", others)
    return words % {"first": first, "n": grouped(others)}
