"""A world of realistic shape, loaded by COPY: teams, products, pools, people and their enrolments.

At full size 1,000 teams, 200 products and 5,000 pools: every team has 60 people and five pools, of
which three are in use by everybody and one by nobody: there the benchmarks enrol. One more team has
everybody in it, and pools of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from orgs.ids import new_id

TEAMS, PRODUCTS, POOLS_A_TEAM, PEOPLE_A_TEAM = 1000, 200, 5, 60
POOLS_IN_USE = range(1, 4)
POOLS_FOR_ALL = 24
SEATS = 1_000_000
START = datetime.now(UTC) - timedelta(days=90)

COLUMNS = {
    "orgs_organisation": "id slug name time_zone strict_stock managers_may_revoke",
    "orgs_member": "id organisation_id email name role",
    "teams_team": "id organisation_id name lineage",
    "teams_teammember": "id organisation_id team_id member_id role",
    "seats_product": "id organisation_id code name kind external_id stock seq",
    "seats_pool": "id organisation_id product_id name capacity used seq version"
    " terms_kind reusable extendable",
    "seats_allocation": "id organisation_id pool_id product_id team_id used",
    "seats_enrolment": "id organisation_id allocation_id pool_id team_id member_id started_at"
    " ended_at end_reason reusable occupies",
    "seats_ledgerentry": "id organisation_id at kind product_id pool_id team_id enrolment_id"
    " member_id actor_id reason stock_moved capacity_moved used_moved stock_after capacity_after"
    " used_after seq",
}

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Place:
    """Where one can enrol: a pool that a team has."""

    organisation_id: UUID
    product_id: UUID
    pool_id: UUID
    team_id: UUID
    allocation_id: UUID
    actor_id: UUID


@dataclass
class World:
    """One organisation. `spread` has a free place in each team with the team's members, `common`
    those of the team of everybody."""

    organisation_id: UUID = field(default_factory=new_id)
    actor_id: UUID = field(default_factory=new_id)
    spread: list[tuple[Place, Sequence[UUID]]] = field(default_factory=list)
    common: list[Place] = field(default_factory=list)
    everybody: list[UUID] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in COLUMNS})

    def put(self, table: str, *values: Any) -> UUID:
        """Note a row; answers its id."""
        row_id = new_id()
        self.rows[table].append((row_id, self.organisation_id, *values))
        return row_id


def make_world(scale: float) -> World:
    """Make up the rows of a world, at a part of its full size."""
    world = World()
    name = f"Bench {world.organisation_id}"
    organisation = (world.organisation_id, str(world.organisation_id), name, "UTC", False, False)
    world.rows["orgs_organisation"].append(organisation)
    world.rows["orgs_member"].append(
        (world.actor_id, world.organisation_id, "admin@bench.example", "Admin", "admin")
    )
    products = [Issued() for _ in range(max(POOLS_FOR_ALL, round(PRODUCTS * scale)))]
    for number in range(max(2, round(TEAMS * scale))):
        members = [_member(world, number, each) for each in range(PEOPLE_A_TEAM)]
        _team_with_pools(world, products, number, members)
        world.everybody += members
    _team_of_all(world, products)
    for product in products:
        product.settle(world)
    return world


class Issued:
    """A product whose seats are issued at the start, exactly as many as its pools take."""

    def __init__(self) -> None:
        self.id = new_id()
        self.pools: list[tuple[UUID, UUID]] = []

    def settle(self, world: World) -> None:
        """Note the product with its ledger up to the last pool filled; nothing is left in stock."""
        stock = SEATS * len(self.pools)
        code, seq = str(self.id)[-12:], 1 + len(self.pools)
        world.rows["seats_product"].append(
            (self.id, world.organisation_id, code, f"Course {code}", "course", "", 0, seq)
        )
        _entry(
            world, START, "issued", self.id, moved=(stock, 0, 0), after=(stock, None, None), seq=1
        )
        for pool_id, team_id in self.pools:
            stock -= SEATS
            _entry(
                world,
                START,
                "allocated",
                self.id,
                pool_id,
                team_id,
                moved=(-SEATS, SEATS, 0),
                after=(stock, SEATS, 0),
                seq=1,
            )


def _entry(
    world: World,
    at: datetime,
    kind: str,
    product_id: UUID,
    pool_id: UUID | None = None,
    team_id: UUID | None = None,
    enrolment: tuple[UUID | None, UUID | None] = (None, None),
    *,
    moved: tuple[int, int, int],
    after: tuple[int | None, int | None, int | None],
    seq: int,
) -> None:
    subject = (product_id, pool_id, team_id, *enrolment, world.actor_id, "")
    world.put("seats_ledgerentry", at, kind, *subject, *moved, *after, seq)


def _member(world: World, team: int, number: int) -> UUID:
    email = f"person-{team}-{number}@bench.example"
    return world.put("orgs_member", email, f"Person {team} {number}", "")


def _team_with_pools(
    world: World, products: Sequence[Issued], number: int, members: Sequence[UUID]
) -> None:
    team_id = _team(world, f"Team {number}", members)
    for nth in range(POOLS_A_TEAM):
        product = products[(number * POOLS_A_TEAM + nth) % len(products)]
        users = members if nth in POOLS_IN_USE else []
        place = _place(world, product, team_id, users)
        if nth == 0:
            world.spread.append((place, members))


def _team_of_all(world: World, products: Sequence[Issued]) -> None:
    team_id = _team(world, "Everybody", world.everybody)
    world.common += [_place(world, product, team_id, []) for product in products[:POOLS_FOR_ALL]]


def _team(world: World, name: str, members: Sequence[UUID]) -> UUID:
    team_id = new_id()
    world.rows["teams_team"].append((team_id, world.organisation_id, name, [team_id]))
    for member in members:
        world.put("teams_teammember", team_id, member, "learner")
    return team_id


def _place(world: World, product: Issued, team_id: UUID, users: Sequence[UUID]) -> Place:
    """Note a pool that the team has for itself, with the enrolments of its users."""
    used = len(users)
    pool_id = world.put(
        "seats_pool", product.id, "Pool", SEATS, used, 1 + used, 1, "never", True, False
    )
    product.pools.append((pool_id, team_id))
    allocation_id = world.put("seats_allocation", pool_id, product.id, team_id, used)
    for turn, member in enumerate(users, start=1):
        at = START + timedelta(hours=turn)
        enrolment_id = world.put(
            "seats_enrolment", allocation_id, pool_id, team_id, member, at, None, "", True, True
        )
        _entry(
            world,
            at,
            "enrolled",
            product.id,
            pool_id,
            team_id,
            (enrolment_id, member),
            moved=(0, 0, 1),
            after=(None, SEATS, turn),
            seq=1 + turn,
        )
    organisation_id, actor_id = world.organisation_id, world.actor_id
    return Place(organisation_id, product.id, pool_id, team_id, allocation_id, actor_id)


def load(address: str, world: World) -> None:
    """Write the rows by COPY, which wants row-level security out of the way meanwhile."""
    with psycopg.connect(address, autocommit=True) as server:
        _force(server, "NO FORCE")
        with server.transaction():
            for table, columns in COLUMNS.items():
                _copy(server, table, columns.split(), world.rows.pop(table))
        _force(server, "FORCE")
        server.execute("VACUUM (ANALYZE)")


def _force(server: psycopg.Connection, how: LiteralString) -> None:
    for table in COLUMNS:
        change = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
        server.execute(change.format(sql.Identifier(table), sql.SQL(how)))


def _copy(
    server: psycopg.Connection, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with server.cursor().copy(into) as copy:
        for row in rows:
            copy.write_row(row)
