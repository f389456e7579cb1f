"""Findings: what is wrong with the books, named with the entries that stand around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from orgs.models import Organisation
from seats.models import LedgerEntry, Seal
from seats.services.proving import Flaw

WORDS = {
    "changed": _("This entry was changed after it was written, or its digest was."),
    "removed": _("An entry was taken out of the ledger."),
    "gap": _("A place in the chain before this entry is empty."),
    "unlinked": _("This entry is not in the chain."),
    "loose": _("The balances of this entry do not follow from the one before."),
    "counter": _("The counters differ, though the entries follow each other. The last one:"),
    "rewritten": _("Entries up to here are not those that were sealed."),
    "forged": _("The seal over the entries up to here was not made by this installation."),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry as a finding names it; `place` is its pool, or the product whose stock it moves.

    Without an id's entry in the ledger, `kind` is empty.
    """

    id: UUID
    position: int | None
    is_subject: bool
    kind: str = ""
    at: datetime | None = None
    place: str = ""
    seq: int | None = None

    @property
    def words(self) -> str:
        where = f"#{self.position}" if self.position else gettext("no position")
        if not self.kind:
            return f"{where} {self.id} ({gettext('gone')})"
        at = self.at.isoformat(timespec="milliseconds") if self.at else ""
        return f"{where} {self.id} {at} {self.kind}, {self.place}, {self.seq}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A flaw in words, and the entries around it in their order."""

    what: str
    around: Sequence[Told]
    since: Seal | None = None
    seal: Seal | None = None

    @property
    def words(self) -> str:
        return gettext(WORDS[self.what])

    @property
    def is_of_the_chain(self) -> bool:
        """Say whether it is no difference between figures, which has words of its own."""
        return self.what not in ("loose", "counter")

    @property
    def lines(self) -> list[str]:
        """The finding as lines of plain text, an arrow before the entry that it is about."""
        around = (f"{'>' if each.is_subject else ' '} {each.words}" for each in self.around)
        return [self.words, *around]


def tell(organisation: Organisation, flaws: Iterable[Flaw]) -> list[Finding]:
    """Name each flaw, with the entries before and after it. Two or three queries for each."""
    return [_finding(organisation, flaw) for flaw in flaws]


def _finding(organisation: Organisation, flaw: Flaw) -> Finding:
    if flaw.what in ("rewritten", "forged"):
        return _of_a_seal(organisation, flaw)
    if flaw.position is None:
        return Finding(what=flaw.what, around=_in_its_line(organisation, flaw))
    return Finding(what=flaw.what, around=_in_the_chain(organisation, flaw))


def _of_a_seal(organisation: Organisation, flaw: Flaw) -> Finding:
    """Say which seal it is, and which was the last that holds: what was rewritten lies between."""
    seals = Seal.objects.for_org(organisation).beside_the_chain()
    seal = next(each for each in seals if each.position == flaw.position)
    since = [each for each in seals if each.is_kept and each.position < seal.position]
    return Finding(
        what=flaw.what,
        around=_in_the_chain(organisation, flaw),
        seal=seal,
        since=since[-1] if since else None,
    )


def _in_the_chain(organisation: Organisation, flaw: Flaw) -> list[Told]:
    position = flaw.position or 0
    places = [position - 1, position, position + 1]
    near = _entries(organisation).filter(link__position__in=places)
    told = [_told(each, flaw) for each in near]
    if flaw.what == "removed" and flaw.entry_id:
        told.append(Told(id=flaw.entry_id, position=position, is_subject=True))
    return sorted(told, key=lambda each: each.position or 0)


def _in_its_line(organisation: Organisation, flaw: Flaw) -> list[Told]:
    entries = _entries(organisation)
    entry = entries.filter(pk=flaw.entry_id).first()
    if entry is None:
        return []
    line = Q(pool=entry.pool_id) if entry.pool_id else Q(pool=None, product=entry.product_id)
    before = entries.filter(line, seq__lt=entry.seq).order_by("-seq")[:1]
    after = entries.filter(line, seq__gt=entry.seq).order_by("seq")[:1]
    return [_told(each, flaw) for each in (*before, entry, *after)]


def _entries(organisation: Organisation) -> Any:
    related = ("product", "pool", "link")
    return LedgerEntry.objects.for_org(organisation).select_related(*related)


def _told(entry: LedgerEntry, flaw: Flaw) -> Told:
    position = entry.link.position if hasattr(entry, "link") else None
    is_subject = entry.pk == flaw.entry_id if flaw.entry_id else position == flaw.position
    return Told(
        id=entry.pk,
        position=position,
        is_subject=is_subject,
        kind=str(entry.get_kind_display()),
        at=entry.at,
        place=str(entry.pool or entry.product),
        seq=entry.seq,
    )
