"""Proving the chain: is every entry in it, unchanged, in its place, as it was sealed?

What is wrong is a flaw: what it is, at which position of the chain, with which entry. A flaw is
named as a finding, with the entries that stand around it.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from orgs.models import Member, Organisation
from seatdash import tenancy
from seats import clock
from seats.models import Proof, Seal
from seats.services import proving_sql
from seats.services.chaining import Until, link_all_of
from seats.services.sealing import is_genuine

# The statements go through so many links at a time.
STEP = 50_000
# So many of the newest links are gone through while somebody waits for the page.
NEWEST = 20_000
# So many flaws of a kind are named.
NAMED = 20


class Flaw(NamedTuple):
    what: str
    position: int | None
    entry_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A chain as it was found: its head, which part of it was gone through, and what is wrong.

    `entries` counts the ledger, `position` the links; what is more in the ledger waits for the
    worker. `flaws` are those that are named, `flawed` counts all.
    """

    at: datetime
    entries: int
    position: int
    digest: bytes
    first: int
    seal: Seal | None
    flaws: Sequence[Flaw]
    flawed: int

    @property
    def waiting(self) -> int:
        return max(0, self.entries - self.position)

    @property
    def head(self) -> str:
        """The digest of the last link, in hexadecimal."""
        return self.digest.hex()

    @property
    def is_whole(self) -> bool:
        """Say whether all of it was gone through, not only the newest part."""
        return self.first <= 1


def examine(organisation: Organisation, *, newest: int | None = None) -> Chain:
    """Go through the newest links of a chain, or all of them without `newest`, and every seal.

    Reads only; what has no link yet is counted.
    """
    with tenancy.scope(organisation.pk):
        at, entries, position, digest = _ask(proving_sql.SIZE, organisation)[0]
        head = position or 0
        first = max(1, head - newest + 1) if newest else 1
        seals = Seal.objects.for_org(organisation).beside_the_chain()
        found = [*_walk(organisation, first, head), _broken_seals(seals)]
        return Chain(
            at=at,
            entries=entries,
            position=head,
            digest=bytes(digest or b""),
            first=first,
            seal=seals[-1] if seals else None,
            flaws=[flaw for flaws, _count in found for flaw in flaws],
            flawed=sum(count for _flaws, count in found),
        )


def outside(organisation: Organisation, until: Until) -> tuple[list[Flaw], int]:
    """Find entries that are not in the chain, though they were there when it was brought up."""
    with tenancy.scope(organisation.pk):
        return _flaws(proving_sql.OUTSIDE, organisation, **until)


def loose(organisation: Organisation, pools: Sequence[UUID]) -> list[Flaw]:
    """Find the entries of differing pools that do not follow from the one before, or the last."""
    return _flaws(proving_sql.LOOSE, organisation, pools=list(pools))[0]


def prove(*, organisation: Organisation) -> Proof:
    """Go through all of a chain, and keep what was found for the books page."""
    began = time.monotonic()
    chain = examine_all(organisation)
    with tenancy.scope(organisation.pk):
        proof, _ = Proof.objects.update_or_create(
            organisation=organisation,
            defaults={
                "proved_at": chain.at,
                "seconds": time.monotonic() - began,
                "position": chain.position,
                "flaws": [
                    [*flaw[:2], flaw.entry_id and str(flaw.entry_id)] for flaw in chain.flaws
                ],
            },
        )
    return proof


def prove_daily(*, organisation: Organisation) -> None:
    """Prove an organisation's chain, unless that was done today."""
    zone = ZoneInfo(organisation.time_zone)
    with tenancy.scope(organisation.pk):
        last = Proof.objects.for_org(organisation).first()
    today = clock.now().astimezone(zone).date()
    if last is None or last.proved_at.astimezone(zone).date() < today:
        prove(organisation=organisation)


def ask_for_proof(*, actor: Member) -> None:
    """Have the worker prove the chain soon; asked twice, it does it once."""
    lock = f"prove {actor.organisation_id}"
    task = app.configure_task("seats.tasks.prove_books", queueing_lock=lock)
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(organisation_id=str(actor.organisation_id))


def flaws_of(proof: Proof) -> list[Flaw]:
    """Return what was found when the chain was last proved."""
    return [Flaw(what, position, entry and UUID(entry)) for what, position, entry in proof.flaws]


def examine_all(organisation: Organisation) -> Chain:
    """Bring the chain up to date, and go through all of it; what is still outside is a flaw."""
    with tenancy.scope(organisation.pk):
        until = link_all_of(organisation)
    chain = examine(organisation, newest=None)
    flaws, count = outside(organisation, until)
    return replace(chain, flaws=[*chain.flaws, *flaws], flawed=chain.flawed + count)


def _walk(organisation: Organisation, first: int, last: int) -> Iterator[tuple[list[Flaw], int]]:
    for start in range(first, last + 1, STEP):
        part = {"first": start, "last": min(last, start + STEP - 1)}
        yield _flaws(proving_sql.WALK, organisation, **part)


def _broken_seals(seals: Sequence[Any]) -> tuple[list[Flaw], int]:
    forged = [Flaw("forged", each.position, None) for each in seals if not is_genuine(each)]
    broken = [Flaw("rewritten", each.position, None) for each in seals if not each.is_kept]
    # What was rewritten before one seal breaks all that follow; the first says since when.
    return forged[:NAMED] + broken[:1], len(forged) + len(broken[:1])


def _flaws(sql: str, organisation: Organisation, **params: Any) -> tuple[list[Flaw], int]:
    rows = _ask(sql, organisation, most=NAMED, **params)
    return [Flaw(*row[:3]) for row in rows], rows[0][3] if rows else 0


def _ask(sql: str, organisation: Organisation, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"org": organisation.pk, **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
