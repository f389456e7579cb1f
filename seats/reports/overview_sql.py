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

# Of each kind the first few, most urgent first, and how many there are. A pool that was watched is
# held against the figures of now; where something was booked on it since, so are its enrolments. Of
# the enrolments that end soon the next are looked at, to name the pools and teams that they are of.
ATTENTION: LiteralString = """
    WITH pools AS MATERIALIZED (
        SELECT id, capacity, used, capacity - used AS spare, seq FROM seats_pool
        WHERE organisation_id = %(org)s AND archived_at IS NULL AND capacity IS NOT NULL
    ), watched AS MATERIALIZED (
        SELECT pool_id, allocation_id, team_id, seats, spare, watch.seq = pools.seq AS is_quiet
        FROM seats_watch AS watch JOIN pools ON pools.id = watch.pool_id
        WHERE watch.organisation_id = %(org)s AND spare > 0
            AND (allocation_id IS NOT NULL OR spare <= seats)
    ), unused AS (
        SELECT watched.pool_id, least(seats, spare) AS seats, watched.team_id
        FROM watched JOIN seats_allocation AS allocation ON allocation.id = allocation_id
        WHERE allocation_id IS NOT NULL AND allocation.ended_at IS NULL
            AND (is_quiet OR NOT EXISTS (SELECT FROM seats_enrolment AS enrolment
                WHERE enrolment.team_id = watched.team_id AND enrolment.started_at >= %(unused)s
                AND enrolment.allocation_id = watched.allocation_id))
    ), next_to_end AS (
        SELECT pool_id, team_id, expires_at FROM seats_enrolment
        WHERE organisation_id = %(org)s AND ended_at IS NULL
            AND expires_at > %(now)s AND expires_at <= %(soon)s
        ORDER BY expires_at LIMIT %(looked_at)s
    ), found AS (
        SELECT id AS pool_id, CASE WHEN spare < 0 THEN 'over' WHEN spare = 0 THEN 'full'
                ELSE 'low' END AS kind, spare::numeric AS turn, NULL::integer AS seats,
            NULL::uuid AS team_id, NULL::timestamptz AS first
        FROM pools
        WHERE spare * %(low)s <= capacity AND (capacity > 0 OR used > 0)
            AND id NOT IN (SELECT pool_id FROM watched WHERE allocation_id IS NULL)
        UNION ALL SELECT pool_id, 'out', spare::numeric / seats, seats, NULL, NULL
        FROM watched WHERE allocation_id IS NULL
        UNION ALL SELECT pool_id, 'unused', -seats, seats, team_id, NULL FROM unused
        UNION ALL SELECT pool_id, 'ending', extract(epoch FROM min(expires_at)), NULL, team_id,
            min(expires_at)
        FROM next_to_end GROUP BY pool_id, team_id
    ), placed AS (
        SELECT * FROM (
            SELECT *, row_number() OVER kinds AS place, count(*) OVER (PARTITION BY kind) AS of_kind
            FROM found WINDOW kinds AS (PARTITION BY kind ORDER BY turn, pool_id, team_id)
        ) AS all_of_them WHERE place <= %(most)s LIMIT 6 * %(most)s
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
    ORDER BY placed.kind, place
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
