"""Does everything balance? And how did it stand at some past moment?

The first question holds the counters, the ledger and the enrolments side by side; the second is
answered from the ledger alone (rules 18 and 19). Each is one statement, so one snapshot, and right
while others write.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from orgs.ids import array_of
from orgs.models import Organisation
from seatdash import tenancy
from seats import books_sql
from seats.services import proving
from seats.services.findings import Finding, tell
from seats.services.proving import Chain


@dataclass(frozen=True, kw_only=True)
class ProductBooks:
    """A product's stock: the counter, and what the ledger makes of it.

    `capacities` is the sum over its pools; `loose` counts the balances in the ledger that do not
    follow from the one before.
    """

    id: UUID
    name: str
    stock: int
    stock_moved: int
    issued: int
    retired: int
    capacities: int
    entries: int
    seq: int
    loose: int

    @property
    def differences(self) -> tuple[str, ...]:
        booked, there = self.issued - self.retired, self.stock + self.capacities
        return tuple(
            _unequal((_("stock"), self.stock), (_("in the ledger"), self.stock_moved))
            + _unequal((_("issued less retired"), booked), (_("stock and capacities"), there))
            + _unequal((_("entries counted"), self.seq), (_("in the ledger"), self.entries))
            + _some(_("balances of stock do not follow from the one before"), self.loose)
        )


@dataclass(frozen=True, kw_only=True)
class PoolBooks:
    """A pool's counters, what the ledger makes of them, and the enrolments that occupy a seat.

    `used_after` and `capacity_after` are the last balances in the ledger, `loose` counts those that
    do not follow from the one before, `oversold` the seats given when there was none.
    """

    id: UUID
    product_id: UUID
    name: str
    capacity: int | None
    capacity_moved: int
    capacity_after: int | None
    used: int
    used_moved: int
    used_after: int
    used_by_allocations: int
    occupying: int
    entries: int
    seq: int
    loose: int
    oversold: int

    @property
    def differences(self) -> tuple[str, ...]:
        return tuple(
            _unequal(
                (_("used"), self.used),
                (_("in the ledger"), self.used_moved),
                (_("the ledger's last balance"), self.used_after),
                (_("enrolments"), self.occupying),
                (_("over its allocations"), self.used_by_allocations),
            )
            + _unequal(
                (_("capacity"), self.capacity or 0),
                (_("in the ledger"), self.capacity_moved),
                (_("the ledger's last balance"), self.capacity_after or 0),
            )
            + _unequal(
                (_("unlimited"), self.capacity is None),
                (_("in the ledger"), self.capacity_after is None),
            )
            + _unequal((_("entries counted"), self.seq), (_("in the ledger"), self.entries))
            + _some(_("balances do not follow from the one before"), self.loose)
            + _some(_("seats were given when there was none"), self.oversold)
        )


@dataclass(frozen=True, kw_only=True)
class TeamBooks:
    """What a team uses of a pool, whichever of its allocations it was enrolled through."""

    id: UUID
    pool_id: UUID
    name: str
    used: int
    used_moved: int
    occupying: int

    @property
    def differences(self) -> tuple[str, ...]:
        return tuple(
            _unequal(
                (_("used"), self.used),
                (_("in the ledger"), self.used_moved),
                (_("enrolments"), self.occupying),
            )
        )


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The proof: what was compared at a moment, and every difference that was found."""

    at: datetime
    products: Sequence[ProductBooks]
    pools: Sequence[PoolBooks]
    teams: Sequence[TeamBooks]
    chain: Chain
    findings: Sequence[Finding]

    @property
    def entries(self) -> int:
        """Return how many ledger entries of pools were gone through, one by one."""
        return sum(pool.entries for pool in self.pools)

    @property
    def differences(self) -> tuple[str, ...]:
        """Every difference between figures, with the name of what it is in; then the chain's."""
        parts: tuple[Sequence[ProductBooks | PoolBooks | TeamBooks], ...]
        parts = (self.products, self.pools, self.teams)
        figures = [
            f"{books.name}: {difference}"
            for part in parts
            for books in part
            for difference in books.differences
        ]
        return (*figures, *(each.words for each in self.findings if each.is_of_the_chain))

    @property
    def holds(self) -> bool:
        return not self.differences


def check(organisation: Organisation, *, whole_chain: bool = False) -> Balance:
    """Compare every counter of an organisation with its ledger and its enrolments.

    The newest part of the ledger's chain is gone through too, or the `whole_chain`, which is then
    brought up to date before.
    """
    found: dict[str, list[dict[str, Any]]] = {"product": [], "pool": [], "team": []}
    rows = _rows(books_sql.CHECK, organisation)
    for _at, kind, books in rows:
        if kind in found:
            found[kind].append(_read(books))
    pools = [PoolBooks(**books) for books in found["pool"]]
    if whole_chain:
        chain = proving.examine_all(organisation)
    else:
        chain = proving.examine(organisation, newest=proving.NEWEST)
    return Balance(
        at=rows[0][0],
        products=[ProductBooks(**books) for books in found["product"]],
        pools=pools,
        teams=[TeamBooks(**books) for books in found["team"]],
        chain=chain,
        findings=_findings(organisation, pools, chain),
    )


def _findings(
    organisation: Organisation, pools: Sequence[PoolBooks], chain: Chain
) -> Sequence[Finding]:
    """Name what differs with the entries around it."""
    differing = [pool.id for pool in pools if pool.differences]
    if not differing and not chain.flaws:
        return ()
    with tenancy.scope(organisation.pk):
        loose = proving.loose(organisation, differing) if differing else []
        return tell(organisation, [*chain.flaws, *loose])


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a team used of a pool at a moment; without a team, a pool that nobody drew on."""

    product_id: UUID
    product_code: str
    product: str
    pool_id: UUID
    pool: str
    team_id: UUID | None
    team: str | None
    teams: int
    capacity: int | None
    pool_used: int
    team_used: int
    cap: int | None

    @property
    def kind(self) -> str:
        if self.team_id is None:
            return "unallocated"
        return "dedicated" if self.teams == 1 else "shared"

    @property
    def available(self) -> int | None:
        """What could still be taken: by the team, where there is one; None for no limit."""
        limits = [
            limit - used
            for limit, used in ((self.capacity, self.pool_used), (self.cap, self.team_used))
            if limit is not None
        ]
        return max(0, min(limits)) if limits else None

    @property
    def over(self) -> int:
        return 0 if self.capacity is None else max(0, self.pool_used - self.capacity)


def as_of(
    organisation: Organisation, moment: datetime, *, pools: Collection[UUID] | None = None
) -> list[Usage]:
    """Return the figures of a past moment, a row for each open pool and each team drawing on it.

    Of the `pools` named alone, where any are: then only their entries are gone through.
    """
    statement = books_sql.AS_OF if pools is None else books_sql.AS_OF_NAMED
    rows = _rows(statement, organisation, moment=moment, pools=array_of(pools or ()))
    return [Usage(**_read(row)) for (row,) in rows]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who held a seat at a moment; `held` where the enrolment had expired and kept it."""

    enrolment_id: UUID
    pool_id: UUID
    team_id: UUID
    member_id: UUID
    held: bool


def holders_as_of(
    organisation: Organisation, moment: datetime, *, pools: Collection[UUID] | None = None
) -> list[Holder]:
    """Return whose enrolments occupied a seat at a past moment, in the order they were made.

    In the `pools` named alone, where any are.
    """
    statement = books_sql.HOLDERS if pools is None else books_sql.HOLDERS_NAMED
    rows = _rows(statement, organisation, moment=moment, pools=array_of(pools or ()))
    return [Holder(**_read(row)) for (row,) in rows]


def _rows(sql: str, organisation: Organisation, **params: Any) -> list[tuple[Any, ...]]:
    with tenancy.scope(organisation.pk), connection.cursor() as cursor:
        cursor.execute(sql, {"org": organisation.pk, **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _read(row: str) -> dict[str, Any]:
    # Django's connection gives JSON as it came.
    return {
        name: UUID(value) if value and (name == "id" or name.endswith("_id")) else value
        for name, value in json.loads(row).items()
    }


def _unequal(*figures: tuple[str, int]) -> list[str]:
    if len({value for _what, value in figures}) == 1:
        return []
    return [", ".join(f"{gettext(what)} {value}" for what, value in figures)]


def _some(what: str, count: int) -> list[str]:
    return [f"{count} {gettext(what)}"] if count else []
