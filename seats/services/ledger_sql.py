"""The ledger's statements, and how they reach the database in one round trip each."""

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from orgs.plans import PLAN_ANEW

BOOK = """
    INSERT INTO seats_ledgerentry (
        id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
        actor_id, reason, stock_moved, capacity_moved, used_moved,
        stock_after, capacity_after, used_after, cap, expires_at, seq)
    VALUES (
        %(id)s, %(org)s, coalesce(%(at)s, clock_timestamp()), %(kind)s, %(product)s, %(pool)s,
        %(team)s, %(enrolment)s, %(member)s, %(actor)s, %(reason)s, %(stock)s, %(capacity)s, 0,
        %(stock_after)s, %(capacity_after)s, %(used_after)s, %(cap)s, %(expires_at)s,
        %(seq)s)
"""

# The function is in the migration `0003_take_seats`.
TAKE: LiteralString = """
    SELECT member, enrolment, is_new, ends_at FROM seats_take(
        %(org)s, %(team)s, %(pool)s, %(allocation)s, %(actor)s, %(members)s::uuid[],
        %(enrolments)s::uuid[], %(entries)s::uuid[], %(reason)s, %(now)s)
"""

FREE: LiteralString = """
    WITH ending AS (
        UPDATE seats_enrolment AS enrolment
        SET ended_at = moment.at, end_reason = %(end_reason)s::text,
            occupies = %(end_reason)s::text = 'expired' AND NOT enrolment.reusable
        FROM (SELECT coalesce(%(now)s::timestamptz, clock_timestamp()) AS at) AS moment,
            unnest(%(enrolments)s::uuid[], %(entries)s::uuid[]) AS asked (id, entry_id)
        WHERE enrolment.organisation_id = %(org)s AND enrolment.id = asked.id
            AND enrolment.ended_at IS NULL
        RETURNING enrolment.*, asked.entry_id
    ), turns AS (
        SELECT ending.*, row_number() OVER turn AS turn,
            count(*) FILTER (WHERE NOT occupies) OVER turn AS freed
        FROM ending WINDOW turn AS (PARTITION BY pool_id ORDER BY id ROWS UNBOUNDED PRECEDING)
    ), pools AS (
        UPDATE seats_pool AS pool SET used = used - total.freed, seq = seq + total.entries
        FROM (SELECT pool_id, count(*) AS entries, count(*) FILTER (WHERE NOT occupies) AS freed
            FROM ending GROUP BY pool_id) AS total
        WHERE pool.organisation_id = %(org)s AND pool.id = total.pool_id
        RETURNING pool.id, pool.product_id, pool.capacity, pool.used + total.freed AS used_before,
            pool.seq - total.entries AS seq_before
    ), allocations AS (
        UPDATE seats_allocation AS allocation SET used = used - total.freed
        FROM (SELECT allocation_id, count(*) AS freed FROM ending WHERE NOT occupies
            GROUP BY allocation_id) AS total
        WHERE allocation.organisation_id = %(org)s AND allocation.id = total.allocation_id
    )
    INSERT INTO seats_ledgerentry (
        id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
        actor_id, reason, stock_moved, capacity_moved, used_moved, capacity_after, used_after, seq)
    SELECT entry_id, %(org)s, ended_at,
        CASE WHEN occupies THEN 'held' ELSE %(end_reason)s::text END, pools.product_id, pools.id,
        team_id, turns.id, member_id, %(actor)s::uuid, %(reason)s::text, 0, 0,
        CASE WHEN occupies THEN 0 ELSE -1 END, capacity, used_before - freed, seq_before + turn
    FROM turns JOIN pools ON pools.id = turns.pool_id
    RETURNING enrolment_id
"""

# The way back: seats for members whose pools and allocations have room, each with its own end.
PLACE: LiteralString = """
    WITH asked AS (
        SELECT asked.*, allocation.pool_id, allocation.team_id, moment.at,
            row_number() OVER (PARTITION BY allocation.pool_id ORDER BY asked.id) AS turn
        FROM (SELECT coalesce(%(now)s::timestamptz, clock_timestamp()) AS at) AS moment,
            unnest(%(enrolments)s::uuid[], %(entries)s::uuid[], %(allocations)s::uuid[],
                %(members)s::uuid[], %(ends)s::timestamptz[], %(reusable)s::boolean[])
                AS asked (id, entry_id, allocation_id, member_id, expires_at, reusable)
        JOIN seats_allocation AS allocation ON allocation.id = allocation_id
            AND allocation.organisation_id = %(org)s AND allocation.ended_at IS NULL
    ), placed AS (
        INSERT INTO seats_enrolment (id, organisation_id, allocation_id, pool_id, team_id,
            member_id, started_at, expires_at, end_reason, reusable, occupies)
        SELECT id, %(org)s, allocation_id, pool_id, team_id, member_id, at, expires_at, '',
            reusable, true FROM asked
    ), pools AS (
        UPDATE seats_pool AS pool SET used = used + seats, seq = seq + seats
        FROM (SELECT pool_id, count(*) AS seats FROM asked GROUP BY pool_id) AS total
        WHERE pool.organisation_id = %(org)s AND pool.id = total.pool_id
        RETURNING pool.id, pool.product_id, pool.capacity, pool.used - seats AS used_before,
            pool.seq - seats AS seq_before
    ), allocations AS (
        UPDATE seats_allocation AS allocation SET used = used + seats
        FROM (SELECT allocation_id, count(*) AS seats FROM asked GROUP BY allocation_id) AS total
        WHERE allocation.organisation_id = %(org)s AND allocation.id = total.allocation_id
    )
    INSERT INTO seats_ledgerentry (
        id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
        actor_id, reason, stock_moved, capacity_moved, used_moved, capacity_after, used_after,
        expires_at, seq)
    SELECT entry_id, %(org)s, at, 'enrolled', pools.product_id, pools.id, team_id, asked.id,
        member_id, %(actor)s::uuid, %(reason)s::text, 0, 0, 1, capacity, used_before + turn,
        expires_at, seq_before + turn
    FROM asked JOIN pools ON pools.id = asked.pool_id
    RETURNING enrolment_id
"""

MOVE_ENDS: LiteralString = """
    WITH moved AS (
        UPDATE seats_enrolment AS enrolment SET expires_at = asked.expires_at
        FROM unnest(%(enrolments)s::uuid[], %(entries)s::uuid[], %(ends)s::timestamptz[])
            AS asked (id, entry_id, expires_at)
        WHERE enrolment.organisation_id = %(org)s AND enrolment.id = asked.id
            AND enrolment.ended_at IS NULL
        RETURNING enrolment.*, asked.entry_id
    ), turns AS (
        SELECT *, row_number() OVER (PARTITION BY pool_id ORDER BY id) AS turn FROM moved
    ), pools AS (
        UPDATE seats_pool AS pool SET seq = seq + entries
        FROM (SELECT pool_id, count(*) AS entries FROM moved GROUP BY pool_id) AS total
        WHERE pool.organisation_id = %(org)s AND pool.id = total.pool_id
        RETURNING pool.id, pool.product_id, pool.capacity, pool.used,
            pool.seq - entries AS seq_before
    )
    INSERT INTO seats_ledgerentry (
        id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
        actor_id, reason, stock_moved, capacity_moved, used_moved, capacity_after, used_after,
        expires_at, seq)
    SELECT entry_id, %(org)s, coalesce(%(now)s::timestamptz, clock_timestamp()), 'extended',
        pools.product_id, pools.id, team_id, turns.id, member_id, %(actor)s::uuid,
        %(reason)s::text, 0, 0, 0, capacity, used, expires_at, seq_before + turn
    FROM turns JOIN pools ON pools.id = turns.pool_id
    RETURNING enrolment_id
"""


def run(
    statement: LiteralString, params: Mapping[str, Any], *, many: bool
) -> list[tuple[Any, ...]]:
    """Run a statement, prepared at the server, which Django's own cursor never does.

    For `many` rows a plan is made for their number. Whoever counts queries counts it too.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    if database.queries_logged:
        database.queries_log.append({"sql": statement, "time": "0"})
    with database.wrap_database_errors:
        cursor: psycopg.Cursor[tuple[Any, ...]] = psycopg.Cursor(database.connection)
        if many:
            cursor.execute(PLAN_ANEW)
        return cursor.execute(statement, params, prepare=not many).fetchall()
