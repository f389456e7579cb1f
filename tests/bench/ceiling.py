"""The ceilings of P1 to P3: the same rows, written through psycopg with nothing else around."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import psycopg

from orgs.ids import new_id
from tests.bench.world import Place

# One enrolment: the two counters, the enrolment and its entry, on no condition at all.
ENROL = """
    WITH pool AS (
        UPDATE seats_pool SET used = used + 1, seq = seq + 1 WHERE id = %(pool)s
        RETURNING capacity, used, seq, clock_timestamp() AS at
    ), drawn AS (
        UPDATE seats_allocation SET used = used + 1 WHERE id = %(allocation)s
    ), enrolled AS (
        INSERT INTO seats_enrolment (
            id, organisation_id, allocation_id, pool_id, team_id, member_id, started_at,
            end_reason, reusable, occupies)
        SELECT %(enrolment)s, %(org)s, %(allocation)s, %(pool)s, %(team)s, %(member)s, at,
            '', true, true
        FROM pool
    )
    INSERT INTO seats_ledgerentry (
        id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
        actor_id, reason, stock_moved, capacity_moved, used_moved, capacity_after, used_after, seq)
    SELECT %(entry)s, %(org)s, at, 'enrolled', %(product)s, %(pool)s, %(team)s, %(enrolment)s,
        %(member)s, %(actor)s, '', 0, 0, 1, capacity, used, seq
    FROM pool
"""


def connect(organisation_id: UUID | None = None) -> psycopg.Connection:
    """Open a bare connection with the same role, and row-level security as it is for us."""
    server = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    if organisation_id:
        server.execute("SELECT set_config('seatdash.org', %s, false)", [str(organisation_id)])
    return server


def enrol_each(
    server: psycopg.Connection, jobs: Sequence[tuple[Place, UUID]]
) -> Callable[[], None]:
    """Answer what writes an enrolment for each job by one prepared statement."""
    cursor = server.cursor()
    given = [_given(place, member) for place, member in jobs]

    def do() -> None:
        for params in given:
            cursor.execute(ENROL, params, prepare=True)

    return do


def _given(place: Place, member: UUID) -> dict[str, Any]:
    return {
        "org": place.organisation_id,
        "product": place.product_id,
        "pool": place.pool_id,
        "allocation": place.allocation_id,
        "team": place.team_id,
        "actor": place.actor_id,
        "member": member,
        "enrolment": new_id(),
        "entry": new_id(),
    }


# Many enrolments: rows that are there already, put into the same tables. The books stay true.
STAGE = """
    CREATE TEMPORARY TABLE bench_row ON COMMIT PRESERVE ROWS AS
    SELECT enrolment_id, entry_id, member_id, now() AS at, nth
    FROM unnest(%(enrolments)s::uuid[], %(entries)s::uuid[], %(members)s::uuid[])
        WITH ORDINALITY AS staged (enrolment_id, entry_id, member_id, nth)
"""
ENROL_MANY = """
    INSERT INTO seats_enrolment (
        id, organisation_id, allocation_id, pool_id, team_id, member_id, started_at,
        end_reason, reusable, occupies)
    SELECT enrolment_id, %(org)s, %(allocation)s, %(pool)s, %(team)s, member_id, at, '', true, true
    FROM bench_row
"""
BOOK_MANY = """
    INSERT INTO seats_ledgerentry (
        id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
        actor_id, reason, stock_moved, capacity_moved, used_moved, capacity_after, used_after, seq)
    SELECT entry_id, %(org)s, at, 'enrolled', %(product)s, %(pool)s, %(team)s, enrolment_id,
        member_id, %(actor)s, '', 0, 0, 1, capacity, used + nth, seq + nth
    FROM bench_row, seats_pool WHERE seats_pool.id = %(pool)s
"""
COUNT_MANY = """
    WITH pool AS (
        UPDATE seats_pool SET used = used + %(many)s, seq = seq + %(many)s WHERE id = %(pool)s
    )
    UPDATE seats_allocation SET used = used + %(many)s WHERE id = %(allocation)s
"""


def seconds_to_enrol_all(
    server: psycopg.Connection, place: Place, members: Sequence[UUID]
) -> float:
    """Answer how long INSERT … SELECT of so many rows takes, commit included."""
    given = _given(place, place.actor_id) | {"members": list(members), "many": len(members)}
    given |= {name: [new_id() for _ in members] for name in ("enrolments", "entries")}
    server.execute(STAGE, given)
    start = time.perf_counter()
    with server.transaction():
        for statement in (ENROL_MANY, BOOK_MANY, COUNT_MANY):
            server.execute(statement, given)
    seconds = time.perf_counter() - start
    server.execute("DROP TABLE bench_row")
    return seconds
