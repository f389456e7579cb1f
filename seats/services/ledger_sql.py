"""The ledger's statements, and how they reach the database in one round trip."""

from collections.abc import Mapping
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import connection

from orgs.plans import MANY, PLAN_ANEW


class SeatsRefused(Exception):
    """The statement undid itself: the pool had the seats, the team's share of it had not."""


BOOK = """
    INSERT INTO seats_ledgerentry (
        id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
        actor_id, reason, stock_moved, capacity_moved, used_moved,
        stock_after, capacity_after, used_after, seq)
    VALUES (
        %(id)s, %(org)s, coalesce(%(at)s, clock_timestamp()), %(kind)s, %(product)s, %(pool)s,
        %(team)s, %(enrolment)s, %(member)s, %(actor)s, %(reason)s, %(stock)s, %(capacity)s, 0,
        %(stock_after)s, %(capacity_after)s, %(used_after)s, %(seq)s)
"""

# Who is held already is found before anything is counted; the pool's row is the lock under which
# the seats are taken. The key share on the membership makes leaving a team wait for an enrolment.
# All who are held or belong were asked for, so the full joins are left joins that never go through
# one list for each of the other, whatever the planner thinks of their lengths.
# `taken` and `drawn` are the pool's and the team's counter: both move or, by seats_refuse, neither.
TAKE: LiteralString = """
    WITH asked AS (
        SELECT * FROM unnest(%(members)s::uuid[], %(enrolments)s::uuid[], %(entries)s::uuid[])
            WITH ORDINALITY AS asked (member_id, enrolment_id, entry_id, nth)
    ), belonging AS (
        SELECT member_id, team_id FROM teams_teammember
        WHERE organisation_id = %(org)s AND team_id = %(team)s AND member_id = ANY(%(members)s)
        ORDER BY member_id FOR KEY SHARE
    ), held AS (
        SELECT id, member_id, expires_at,
            expires_at <= coalesce(%(now)s::timestamptz, now()) IS TRUE AS lapsed
        FROM seats_enrolment
        WHERE organisation_id = %(org)s AND pool_id = %(pool)s AND member_id = ANY(%(members)s)
            AND ended_at IS NULL
    ), known AS (
        SELECT member_id, enrolment_id, entry_id, nth, held.id AS held_id, held.expires_at,
            held.lapsed IS TRUE AS lapsed, belonging.team_id IS NOT NULL AS belongs
        FROM asked FULL JOIN held USING (member_id) FULL JOIN belonging USING (member_id)
    ), fresh AS (
        SELECT member_id, enrolment_id, entry_id, row_number() OVER (ORDER BY nth) AS turn
        FROM known WHERE held_id IS NULL
    ), wanted AS (
        SELECT count(*)::integer AS seats FROM fresh
    ), taken AS (
        UPDATE seats_pool AS pool SET used = used + seats, seq = seq + seats
        FROM wanted
        WHERE pool.organisation_id = %(org)s AND pool.id = %(pool)s AND seats > 0
            AND (capacity IS NULL OR used + seats <= capacity)
            AND archived_at IS NULL
            AND (terms_date IS NULL OR coalesce(%(now)s::timestamptz, now()) <
                (terms_date + 1)::timestamp AT TIME ZONE (
                    SELECT time_zone FROM orgs_organisation WHERE id = %(org)s))
            AND NOT EXISTS (SELECT FROM held WHERE lapsed)
            AND (SELECT count(*) FROM belonging) = (SELECT count(*) FROM asked)
        RETURNING pool.product_id, pool.capacity, pool.reusable, pool.terms_days, seats,
            used - seats AS used_before, seq - seats AS seq_before,
            coalesce(%(now)s::timestamptz, clock_timestamp()) AS at,
            (terms_date + 1)::timestamp AT TIME ZONE (
                SELECT time_zone FROM orgs_organisation WHERE id = %(org)s) AS last_moment
    ), drawn AS (
        UPDATE seats_allocation AS allocation SET used = used + taken.seats FROM taken
        WHERE allocation.organisation_id = %(org)s AND allocation.id = %(allocation)s
            AND ended_at IS NULL AND (cap IS NULL OR used + taken.seats <= cap)
        RETURNING taken.*, coalesce(at + terms_days * interval '1 day', last_moment) AS expires_at
    ), enrolled AS (
        INSERT INTO seats_enrolment (
            id, organisation_id, allocation_id, pool_id, team_id, member_id, started_at,
            expires_at, end_reason, reusable, occupies)
        SELECT fresh.enrolment_id, %(org)s, %(allocation)s, %(pool)s, %(team)s, fresh.member_id, at,
            drawn.expires_at, '', drawn.reusable, true
        FROM fresh, drawn
    ), booked AS (
        INSERT INTO seats_ledgerentry (
            id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
            actor_id, reason, stock_moved, capacity_moved, used_moved,
            capacity_after, used_after, seq)
        SELECT fresh.entry_id, %(org)s, at, 'enrolled', product_id, %(pool)s, %(team)s,
            fresh.enrolment_id, fresh.member_id, %(actor)s, %(reason)s::text, 0, 0, 1,
            capacity, used_before + turn, seq_before + turn
        FROM fresh, drawn
    ), outcome AS (
        SELECT drawn.expires_at, drawn.seats IS NOT NULL AS done,
            CASE WHEN drawn.seats IS NULL THEN seats_refuse('the team''s share is used up') END
        FROM taken LEFT JOIN drawn ON true
    )
    SELECT member_id,
        coalesce(held_id, CASE WHEN outcome.done THEN enrolment_id END),
        held_id IS NULL AND outcome.done IS TRUE,
        CASE WHEN held_id IS NULL THEN outcome.expires_at ELSE known.expires_at END,
        belongs,
        lapsed
    FROM known LEFT JOIN outcome ON true
    ORDER BY nth
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


def run(
    statement: LiteralString, *, organisation_id: UUID, params: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Run a statement in the open transaction, or in one of its own within one round trip.

    The statement is prepared at the server, which Django's own cursor never does; for many members
    a plan is made for their number.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if connection.in_atomic_block:
            return _execute(connection.connection, statement, params).fetchall()
        return _alone(connection.connection, organisation_id, statement, params)


def _alone(
    server: "psycopg.Connection[Any]",
    organisation_id: UUID,
    statement: LiteralString,
    params: Mapping[str, Any],
) -> list[tuple[Any, ...]]:
    try:
        with server.pipeline():
            server.execute("BEGIN")
            server.execute(
                "SELECT set_config('seatdash.org', %s, true)", [str(organisation_id)], prepare=True
            )
            cursor = _execute(server, statement, params)
            server.execute("COMMIT")
        return cursor.fetchall()
    except BaseException:
        server.rollback()
        raise


def _execute(
    server: "psycopg.Connection[Any]", statement: LiteralString, params: Mapping[str, Any]
) -> "psycopg.Cursor[tuple[Any, ...]]":
    few = len(params["enrolments"]) <= MANY
    if not few:
        server.execute(PLAN_ANEW)
    return psycopg.Cursor(server).execute(statement, params, prepare=few)


def refused(error: Exception) -> bool:
    """Say whether a database error is `seats_refuse` speaking."""
    return getattr(error.__cause__ or error, "sqlstate", None) == "SD001"
