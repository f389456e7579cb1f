"""The queries behind the exports; what is not asked for is NULL there.

The moment of "now" is that of the statement, which comes after the snapshot it reads.
"""

# ruff: noqa: S608 - put together from constants; what is asked for goes in as parameters

from typing import LiteralString

from seats import books_sql


def _text(column: LiteralString) -> LiteralString:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"CASE WHEN {column} ~ '^[=+@\\t\\r-]' THEN '''' || {column} ELSE {column} END"


def _iso(moment: LiteralString) -> LiteralString:
    """ISO 8601 in UTC."""
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


def _asked(product: LiteralString, team: LiteralString) -> LiteralString:
    return f"""(%(product)s::uuid IS NULL OR {product} = %(product)s::uuid)
        AND (%(team)s::uuid IS NULL OR {team} = %(team)s::uuid)"""


MOMENT: LiteralString = "coalesce(%(moment)s::timestamptz, statement_timestamp())"

USAGE: LiteralString = f"""
    WITH drawing AS (
        SELECT pool_id, count(*) AS teams FROM seats_allocation
        WHERE organisation_id = %(org)s AND ended_at IS NULL GROUP BY pool_id
    )
    SELECT {_text("product.code")}, {_text("product.name")}, pool.id, {_text("pool.name")},
        CASE WHEN team.id IS NULL THEN 'unallocated' WHEN teams = 1 THEN 'dedicated'
            ELSE 'shared' END,
        {_text("team.name")}, pool.capacity, coalesce(allocation.used, 0), pool.used,
        CASE WHEN pool.capacity IS NOT NULL OR allocation.cap IS NOT NULL THEN
            greatest(0, least(pool.capacity - pool.used, allocation.cap - allocation.used)) END,
        greatest(0, pool.used - pool.capacity), {_iso(MOMENT)}
    FROM seats_pool AS pool
    JOIN seats_product AS product ON product.id = pool.product_id
    LEFT JOIN seats_allocation AS allocation
        ON allocation.pool_id = pool.id AND allocation.ended_at IS NULL
    LEFT JOIN teams_team AS team ON team.id = allocation.team_id
    LEFT JOIN drawing ON drawing.pool_id = pool.id
    WHERE pool.organisation_id = %(org)s AND pool.archived_at IS NULL
        AND {_asked("pool.product_id", "allocation.team_id")}
    ORDER BY product.code, pool.name, pool.id, team.name, team.id
"""

USAGE_AS_OF: LiteralString = f"""
    SELECT {_text("product_code")}, {_text("product")}, pool_id, {_text("pool")},
        CASE WHEN team_id IS NULL THEN 'unallocated' WHEN teams = 1 THEN 'dedicated'
            ELSE 'shared' END,
        {_text("team")}, capacity, team_used, pool_used,
        CASE WHEN capacity IS NOT NULL OR cap IS NOT NULL THEN
            greatest(0, least(capacity - pool_used, cap - team_used)) END,
        greatest(0, pool_used - capacity), {_iso(MOMENT)}
    FROM ({books_sql.AS_OF}) AS past (figures), jsonb_to_record(figures) AS usage (
        product_id uuid, product_code text, product text, pool_id uuid, pool text, team_id uuid,
        team text, teams integer, capacity integer, pool_used integer, team_used integer,
        cap integer)
    WHERE {_asked("product_id", "team_id")}
    ORDER BY product_code, pool, pool_id, team, team_id
"""

# Start and end are facts that do not change; only an end still to come may have been moved since.
ENROLMENTS: LiteralString = f"""
    SELECT enrolment.id, {_text("product.code")}, pool.id, {_text("pool.name")},
        {_text("team.name")}, {_text("member.email")}, {_text("member.name")},
        CASE WHEN ended_at <= {MOMENT} THEN end_reason
            WHEN expires_at <= {MOMENT} THEN 'expired' ELSE 'live' END,
        {_iso("started_at")}, {_iso("expires_at")},
        CASE WHEN ended_at <= {MOMENT} THEN {_iso("ended_at")} END,
        CASE WHEN ended_at <= {MOMENT} THEN end_reason END
    FROM seats_enrolment AS enrolment
    JOIN seats_pool AS pool ON pool.id = enrolment.pool_id
    JOIN seats_product AS product ON product.id = pool.product_id
    JOIN teams_team AS team ON team.id = enrolment.team_id
    JOIN orgs_member AS member ON member.id = enrolment.member_id
    WHERE enrolment.organisation_id = %(org)s AND started_at <= {MOMENT}
        AND {_asked("pool.product_id", "enrolment.team_id")}
    ORDER BY enrolment.id
"""
