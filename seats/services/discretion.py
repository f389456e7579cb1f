"""Discretion: what the ledger has, but does not tell. The one place that decides it.

Two things keep words and people back. An entry that is *withheld* gave a reason that names somebody
who was erased: its words are told to nobody. An entry from before the months that an organisation
keeps is told without who and why. All numbers are told for ever, so every balance stays exact.

Whoever shows or exports entries asks here: in Python `discretion_of`, in SQL the columns below,
with the parameter `told_since`.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from orgs.models import Organisation
from seats import clock
from seats.models import LedgerEntry, Withheld

MONTHS = 12

# For statements that read `seats_ledgerentry AS entry`, with `told_since(organisation)` as the
# parameter of that name: NULL, where everything is told.
IS_TOLD: LiteralString = "(entry.at >= coalesce(%(told_since)s::timestamptz, '-infinity'))"
MEMBER: LiteralString = f"CASE WHEN {IS_TOLD} THEN entry.member_id END"
ACTOR: LiteralString = f"CASE WHEN {IS_TOLD} THEN entry.actor_id END"
REASON: LiteralString = f"""CASE WHEN NOT {IS_TOLD} THEN ''
    WHEN EXISTS (SELECT FROM seats_withheld WHERE entry_id = entry.id) THEN 'withheld'
    ELSE entry.reason END"""


def told_since(organisation: Organisation) -> datetime | None:
    """Return the moment from which it is told who and why: midnight of a day so many months ago.

    None where all of it is told.
    """
    months = organisation.activity_months
    if months is None:
        return None
    today = clock.now().astimezone(ZoneInfo(organisation.time_zone)).date()
    return clock.midnight(_months_before(today, months), organisation.time_zone)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * MONTHS + day.month - 1 - months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, kw_only=True)
class Discretion:
    """What of some entries may be told."""

    since: datetime | None = None
    withheld: frozenset[UUID] = frozenset()

    def tells_people(self, entry: LedgerEntry) -> bool:
        """Say whether it is told who did it, and to whom."""
        return self.since is None or entry.at >= self.since

    def is_withheld(self, entry: LedgerEntry) -> bool:
        """Say whether there is a reason that may not be told any more."""
        return entry.pk in self.withheld and self.tells_people(entry)

    def reason(self, entry: LedgerEntry) -> str:
        """Return the reason as far as it is told."""
        is_told = self.tells_people(entry) and entry.pk not in self.withheld
        return entry.reason if is_told else ""


def discretion_of(entries: Sequence[LedgerEntry]) -> Discretion:
    """Look up what may be told of entries of one organisation, by two queries."""
    if not entries:
        return Discretion()
    organisation_id = entries[0].organisation_id
    withheld = Withheld.objects.for_org(organisation_id).filter(
        entry__in=[entry.pk for entry in entries if entry.reason]
    )
    return Discretion(
        since=told_since(Organisation.objects.get(pk=organisation_id)),
        withheld=frozenset(withheld.values_list("pk", flat=True)),
    )
