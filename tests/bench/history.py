"""A long history, loaded by COPY: enrolments that came and went for two years, each move booked.

Every team has people and five pools; in each pool somebody is enrolled, has the end moved, and is
revoked when forty more have come, over and over. So forty hold a seat at the end, and whoever does
not may be enrolled. At full size 5,000 pools with 2,000 entries each: 10,000,000 ledger entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

import psycopg
from psycopg import sql

from tests.bench.loading import unhindered
from tests.bench.world import COLUMNS, Place

ENTRIES, POOLS, POOLS_A_TEAM, PEOPLE_A_TEAM = 10_000_000, 5_000, 5, 240
HOLDING, SEATS, POOLS_A_PRODUCT = 40, 1_000, 25
LONGEST = timedelta(days=730)
# Rows are sent to the server so many at a time.
BATCH = 5_000
ORGANISATION, ADMIN, MEMBER, BELONGING, TEAM, PRODUCT, POOL, ALLOCATION, ENROLMENT, ENTRY = range(
    1, 11
)
ENTRY_COLUMNS = f"{COLUMNS['seats_ledgerentry']} expires_at"


@dataclass(frozen=True)
class History:
    """How much happened: so many enrolments in each of so many pools."""

    pools: int
    enrolments: int

    @classmethod
    def of(cls, part: float) -> History:
        """Return the history of a part of the full size; no smaller than one team."""
        pools = max(POOLS_A_TEAM, round(POOLS * part))
        entries = max(6 * HOLDING, round(ENTRIES * part / pools))
        # Each is enrolled; the last twenty have no end moved yet, the last forty are not revoked.
        return cls(pools=pools, enrolments=(entries - 2 + HOLDING // 2 + HOLDING) // 3)

    @property
    def entries_a_pool(self) -> int:
        return 3 * self.enrolments - HOLDING // 2 - HOLDING + 2

    @property
    def entries(self) -> int:
        """How many entries of pools there are."""
        return self.pools * self.entries_a_pool

    @property
    def products(self) -> int:
        # The pools of a team are of different products.
        return max(POOLS_A_TEAM, self.pools // POOLS_A_PRODUCT)

    def pools_of(self, product: int) -> int:
        return len(range(product, self.pools, self.products))

    def subject(self, pool: int) -> str:
        """Name product, pool and team, as rows do."""
        product, team = _hex(PRODUCT, pool % self.products), _hex(TEAM, pool // POOLS_A_TEAM)
        return f"{product}\t{_hex(POOL, pool)}\t{team}"

    @property
    def places_free(self) -> int:
        return self.pools * (PEOPLE_A_TEAM - HOLDING)

    def free(self) -> Iterator[tuple[Place, UUID]]:
        """Give every place with somebody who can be enrolled there, all places in turn."""
        for turn in range(PEOPLE_A_TEAM - HOLDING):
            for pool in range(self.pools):
                person = (self.enrolments + turn) % PEOPLE_A_TEAM
                yield self.place(pool), _id(MEMBER, _person(pool, person))

    def place(self, pool: int) -> Place:
        return Place(
            organisation_id=_id(ORGANISATION, 0),
            product_id=_id(PRODUCT, pool % self.products),
            pool_id=_id(POOL, pool),
            team_id=_id(TEAM, pool // POOLS_A_TEAM),
            allocation_id=_id(ALLOCATION, pool),
            actor_id=_id(ADMIN, 0),
        )


def load(address: str, history: History) -> None:
    """Write the history into an empty database."""
    with psycopg.connect(address, autocommit=True) as server:
        with server.transaction(), unhindered(server, list(COLUMNS)):
            for table, lines in _tables(history):
                columns = ENTRY_COLUMNS if table == "seats_ledgerentry" else COLUMNS[table]
                if table == "seats_enrolment":
                    columns += " expires_at"
                _copy(server, table, columns.split(), lines)
        server.execute("VACUUM (ANALYZE)")


def _copy(server: psycopg.Connection, table: str, columns: list[str], lines: Iterable[str]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    rows = iter(lines)
    with server.cursor().copy(into) as copy:
        while batch := "".join(islice(rows, BATCH)):
            copy.write(batch)


def _tables(history: History) -> Iterator[tuple[str, Iterator[str]]]:
    """Give the rows of each table as lines of COPY."""
    org = _hex(ORGANISATION, 0)
    teams, products = history.pools // POOLS_A_TEAM, range(history.products)
    people = range(teams * PEOPLE_A_TEAM)
    yield "orgs_organisation", iter([f"{org}\thistory\tHistory\tUTC\tf\tf\n"])
    yield "orgs_member", _members(org, people)
    yield (
        "teams_team",
        (
            f"{_hex(TEAM, team)}\t{org}\tTeam {team}\t{{{_hex(TEAM, team)}}}\n"
            for team in range(teams)
        ),
    )
    yield (
        "teams_teammember",
        (
            f"{_hex(BELONGING, person)}\t{org}\t{_hex(TEAM, person // PEOPLE_A_TEAM)}"
            f"\t{_hex(MEMBER, person)}\tlearner\n"
            for person in people
        ),
    )
    yield "seats_product", (_product(org, product, history) for product in products)
    yield "seats_pool", (_pool(org, pool, history) for pool in range(history.pools))
    yield "seats_allocation", (_allocation(org, pool, history) for pool in range(history.pools))
    yield "seats_enrolment", _enrolments(org, history)
    yield "seats_ledgerentry", _entries(org, history)


def _members(org: str, people: Iterable[int]) -> Iterator[str]:
    yield f"{_hex(ADMIN, 0)}\t{org}\tadmin@bench.example\tAdmin\tadmin\n"
    for person in people:
        yield f"{_hex(MEMBER, person)}\t{org}\tperson-{person}@bench.example\tPerson {person}\t\n"


def _product(org: str, product: int, history: History) -> str:
    seq = 1 + history.pools_of(product)
    return f"{_hex(PRODUCT, product)}\t{org}\tC-{product}\tCourse {product}\tcourse\t\t0\t{seq}\n"


def _pool(org: str, pool: int, history: History) -> str:
    product = _hex(PRODUCT, pool % history.products)
    figures = f"{SEATS}\t{HOLDING}\t{history.entries_a_pool}"
    return f"{_hex(POOL, pool)}\t{org}\t{product}\tPool {pool}\t{figures}\t2\tnever\tt\tf\n"


def _allocation(org: str, pool: int, history: History) -> str:
    product, team = _hex(PRODUCT, pool % history.products), _hex(TEAM, pool // POOLS_A_TEAM)
    return f"{_hex(ALLOCATION, pool)}\t{org}\t{_hex(POOL, pool)}\t{product}\t{team}\t{HOLDING}\n"


def _enrolments(org: str, history: History) -> Iterator[str]:
    clock = _Clock(history)
    for nth in range(history.enrolments):
        started, ends = clock.at(nth), clock.at(nth + 10 * HOLDING)
        ended = clock.at(nth + HOLDING) if nth < history.enrolments - HOLDING else ""
        over = f"{ended}\trevoked\tt\tf" if ended else "\\N\t\tt\tt"
        for pool in range(history.pools):
            yield (
                f"{_hex(ENROLMENT, nth * history.pools + pool)}\t{org}\t{_hex(ALLOCATION, pool)}"
                f"\t{_hex(POOL, pool)}\t{_hex(TEAM, pool // POOLS_A_TEAM)}"
                f"\t{_hex(MEMBER, _person(pool, nth))}\t{started}\t{over}\t{ends}\n"
            )


class _Clock:
    """When the nth step of every pool happened: evenly over the years, up to an hour ago."""

    def __init__(self, history: History) -> None:
        self._last = datetime.now(UTC) - timedelta(hours=1)
        self._steps = history.enrolments

    def at(self, step: int) -> str:
        return (self._last - LONGEST * (self._steps - step) / self._steps).isoformat()


def _entries(org: str, history: History) -> Iterator[str]:
    """Give all entries in the order of time."""
    clock, ids = _Clock(history), iter(range(10**9))
    start, admin = clock.at(-1), _hex(ADMIN, 0)
    for product in range(history.products):
        issued = SEATS * history.pools_of(product)
        yield (
            f"{_hex(ENTRY, next(ids))}\t{org}\t{start}\tissued\t{_hex(PRODUCT, product)}"
            f"\t\\N\t\\N\t\\N\t\\N\t{admin}\t\t{issued}\t0\t0\t{issued}\t\\N\t\\N\t1\t\\N\n"
        )
    for pool in range(history.pools):
        left = history.pools_of(pool % history.products) - pool // history.products - 1
        subject = history.subject(pool)
        yield (
            f"{_hex(ENTRY, next(ids))}\t{org}\t{start}\tallocated\t{subject}\t\\N\t\\N\t{admin}\t"
            f"\t{-SEATS}\t{SEATS}\t0\t{left * SEATS}\t{SEATS}\t0\t1\t\\N\n"
            f"{_hex(ENTRY, next(ids))}\t{org}\t{start}\tshared\t{subject}\t\\N\t\\N\t{admin}\t"
            f"\t0\t0\t0\t\\N\t{SEATS}\t0\t2\t\\N\n"
        )
    yield from _movements(org, history, clock, ids)


def _movements(org: str, history: History, clock: _Clock, ids: Iterator[int]) -> Iterator[str]:
    """Give what happened at each step, the same in every pool: one comes, one stays, one goes."""
    seq, used, admin = 2, 0, _hex(ADMIN, 0)
    for step in range(history.enrolments):
        moves = (
            ("revoked", step - HOLDING, -1),
            ("extended", step - HOLDING // 2, 0),
            ("enrolled", step, 1),
        )
        for kind, nth, moved in (move for move in moves if move[1] >= 0):
            seq, used = seq + 1, used + moved
            at = clock.at(step)
            ends = clock.at(nth + 10 * HOLDING) if moved >= 0 else "\\N"
            figures = f"0\t0\t{moved}\t\\N\t{SEATS}\t{used}\t{seq}\t{ends}"
            for pool in range(history.pools):
                yield (
                    f"{_hex(ENTRY, next(ids))}\t{org}\t{at}\t{kind}\t{history.subject(pool)}"
                    f"\t{_hex(ENROLMENT, nth * history.pools + pool)}"
                    f"\t{_hex(MEMBER, _person(pool, nth))}\t{admin}\t\t{figures}\n"
                )


def _person(pool: int, nth: int) -> int:
    return pool // POOLS_A_TEAM * PEOPLE_A_TEAM + nth % PEOPLE_A_TEAM


def _hex(kind: int, number: int) -> str:
    """Return an id that says of what kind it is, and which; in the order of their numbers."""
    return f"00000001{kind:04x}70008000{number:012x}"


def _id(kind: int, number: int) -> UUID:
    return UUID(_hex(kind, number))
