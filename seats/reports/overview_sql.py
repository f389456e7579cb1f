"""The statements behind `overview` and `attention`, each one reading for the whole page."""

from typing import LiteralString

# What each product has, and how much of its pools is used.
PRODUCTS: LiteralString = """
    SELECT product.id, product.code, product.name, product.archived_at IS NOT NULL, product.stock,
        coalesce(total.used, 0), coalesce(total.capacity, 0), coalesce(total.available, 0),
        coalesce(total.without_limit, 0), coalesce(total.unlimited, false), coalesce(total.pools, 0)
    FROM seats_product AS product LEFT JOIN (
        SELECT product_id, sum(used)::bigint AS used, sum(capacity)::bigint AS capacity,
            (sum(greatest(0, capacity - used)) FILTER (WHERE archived_at IS NULL))::bigint
                AS available,
            (sum(used) FILTER (WHERE capacity IS NULL))::bigint AS without_limit,
            bool_or(capacity IS NULL) AS unlimited,
            count(*) FILTER (WHERE archived_at IS NULL) AS pools
        FROM seats_pool WHERE organisation_id = %(org)s GROUP BY product_id
    ) AS total ON total.product_id = product.id
    WHERE product.organisation_id = %(org)s ORDER BY lower(product.code)
"""

# Of each kind the first few, most urgent first, and how many there are. Pools are gone through
# once, for those that are short of seats or were watched. What was watched is held against the
# figures of now; where something was booked on the pool since, so are its enrolments. Of the
# enrolments that end soon the next are looked at, to name the pools and teams that they are of.
ATTENTION: LiteralString = """
    WITH concerned AS MATERIALIZED (
        SELECT pool.id AS pool_id, pool.capacity, pool.capacity - pool.used AS spare,
            watch.seats, watch.allocation_id, watch.team_id, watch.seq = pool.seq AS is_quiet,
            watch.seats IS NOT NULL AND watch.allocation_id IS NULL AS runs_out
        FROM seats_pool AS pool LEFT JOIN seats_watch AS watch
            ON watch.organisation_id = %(org)s AND watch.pool_id = pool.id
            AND pool.capacity > pool.used
            AND (watch.allocation_id IS NOT NULL OR pool.capacity - pool.used <= watch.seats)
        WHERE pool.organisation_id = %(org)s AND pool.archived_at IS NULL
            AND pool.capacity IS NOT NULL AND (pool.capacity > 0 OR pool.used > 0)
            AND (watch.seats IS NOT NULL
                OR (pool.capacity - pool.used) * %(low)s <= pool.capacity)
    ), unused AS (
        SELECT concerned.pool_id, least(seats, spare) AS seats, concerned.team_id
        FROM concerned JOIN seats_allocation AS allocation ON allocation.id = allocation_id
        WHERE allocation_id IS NOT NULL AND allocation.ended_at IS NULL
            AND (is_quiet OR NOT EXISTS (SELECT FROM seats_enrolment AS enrolment
                WHERE enrolment.team_id = concerned.team_id AND enrolment.started_at >= %(unused)s
                AND enrolment.allocation_id = concerned.allocation_id))
    ), next_to_end AS (
        SELECT pool_id, team_id, expires_at FROM seats_enrolment
        WHERE organisation_id = %(org)s AND ended_at IS NULL
            AND expires_at > %(now)s AND expires_at <= %(soon)s
        ORDER BY expires_at LIMIT %(looked_at)s
    ), found AS MATERIALIZED (
        SELECT pool_id, CASE WHEN min(spare) < 0 THEN 'over' WHEN min(spare) = 0 THEN 'full'
                ELSE 'low' END AS kind, min(spare)::float8 AS turn, NULL::integer AS seats,
            NULL::uuid AS team_id, NULL::timestamptz AS first
        FROM concerned WHERE spare * %(low)s <= capacity
        GROUP BY pool_id HAVING NOT bool_or(runs_out)
        UNION ALL SELECT pool_id, 'out', spare::float8 / seats, seats, NULL, NULL
        FROM concerned WHERE runs_out
        UNION ALL SELECT pool_id, 'unused', -seats, seats, team_id, NULL FROM unused
        UNION ALL SELECT pool_id, 'ending', extract(epoch FROM min(expires_at)), NULL, team_id,
            min(expires_at)
        FROM next_to_end GROUP BY pool_id, team_id
    ), placed AS (
        SELECT counted.of_kind, first_few.*
        FROM (SELECT kind, count(*) AS of_kind FROM found GROUP BY kind) AS counted
        CROSS JOIN LATERAL (
            SELECT * FROM found WHERE found.kind = counted.kind
            ORDER BY turn, pool_id, team_id LIMIT %(most)s
        ) AS first_few
    )
    SELECT placed.kind, placed.of_kind, pool.id, pool.name, product.name, pool.used, pool.capacity,
        (SELECT count(*) FROM seats_enrolment AS held WHERE held.pool_id = pool.id
            AND held.end_reason = 'expired' AND held.occupies),
        CASE placed.kind WHEN 'ending' THEN (SELECT count(*) FROM seats_enrolment AS enrolment
            WHERE enrolment.pool_id = pool.id AND enrolment.team_id = placed.team_id
                AND enrolment.ended_at IS NULL
                AND enrolment.expires_at > %(now)s AND enrolment.expires_at <= %(soon)s)
            ELSE placed.seats END,
        placed.first, team.id, team.name, drawing.names, drawing.teams
    FROM placed JOIN seats_pool AS pool ON pool.id = placed.pool_id
    JOIN seats_product AS product ON product.id = pool.product_id
    LEFT JOIN teams_team AS team ON team.id = placed.team_id
    CROSS JOIN LATERAL (
        SELECT (array_agg(team.name ORDER BY lower(team.name), team.id))[:3] AS names,
            count(*) AS teams
        FROM seats_allocation AS allocation JOIN teams_team AS team ON team.id = team_id
        WHERE allocation.pool_id = pool.id AND allocation.ended_at IS NULL
    ) AS drawing
    ORDER BY placed.kind, placed.turn, placed.pool_id, placed.team_id
"""

# Those who wait longest, and how many there are.
REQUESTS: LiteralString = """
    SELECT count(*) OVER (), asked.id, coalesce(nullif(member.name, ''), member.email), team.name,
        product.name, product.code, asked.seats, asked.reason, asked.asked_at
    FROM seats_seatrequest AS asked JOIN orgs_member AS member ON member.id = asked.asked_by_id
    JOIN teams_team AS team ON team.id = asked.team_id
    JOIN seats_product AS product ON product.id = asked.product_id
    WHERE asked.organisation_id = %(org)s AND asked.status = 'open'
    ORDER BY asked.asked_at LIMIT %(most)s
"""
