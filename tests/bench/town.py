"""A large organisation of realistic shape, made by the database itself; pages are measured on it.

At full size 1,000 teams with five pools each, 200 products and a million enrolments, of which a
fifth have ended. Pools are full, nearly full, over-committed, without a limit, shared, or nobody
uses them; enrolments began over the last 120 days, and many last 90. The ledger balances.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql

from tests.bench.loading import unhindered

POOLS_A_TEAM, MOST_IN_A_POOL, FEWEST_PRODUCTS = 5, 374, 12
TABLES = (
    "orgs_organisation",
    "orgs_member",
    "teams_team",
    "teams_teammember",
    "seats_product",
    "seats_pool",
    "seats_allocation",
    "seats_enrolment",
    "seats_ledgerentry",
    "seats_seatrequest",
)

# An id says whose it is, of what kind, and which.
IDS = """
    CREATE FUNCTION pg_temp.id(kind integer, number bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS
    $$ SELECT (lpad(to_hex({town}), 8, '0') || '-' || lpad(to_hex(kind), 4, '0') || '-7000-8000-'
        || lpad(to_hex(number), 12, '0'))::uuid $$
"""
ORGANISATION, MEMBER, TEAM, PRODUCT, POOL, ALLOCATION, ENROLMENT = range(1, 8)

# How many enrol in a pool, who of the team that is, and what becomes of the seats.
SHAPE = """
    CREATE TEMP TABLE shape AS
    SELECT pool, pool / 5 AS team, pool %% %(products)s AS product, pool %% 3 = 0 AS ends,
        CASE WHEN pool %% 20 = 4 THEN 0 ELSE 46 + pool::bigint * 7919 %% 329 END AS people,
        pool %% 20 = 0 AS unlimited
    FROM generate_series(0, %(teams)s * 5 - 1) AS pool;

    CREATE TEMP TABLE enrolled AS
    SELECT pool, team, product, unlimited, ends, turn, pool::bigint * 374 + turn AS number, started,
        CASE WHEN turn %% 5 = 0 THEN started + (now() - started) / 2 END AS ended
    FROM shape CROSS JOIN LATERAL generate_series(0, people - 1) AS turn
    CROSS JOIN LATERAL (SELECT now() - interval '1 minute' * (180 + (turn::bigint * 104729
        + pool * 31) %% (CASE WHEN ends THEN 87 ELSE 120 END * 1440)) AS started) AS moment;

    CREATE TEMP TABLE filled AS
    SELECT *, people + 150 AS given, CASE
        WHEN pool %% 20 = 1 THEN used
        WHEN pool %% 20 = 2 THEN greatest(0, used - 3)
        WHEN pool %% 20 = 3 THEN used + 2
        ELSE used + 20 + pool %% 90 END AS capacity
    FROM (SELECT shape.*, count(enrolled.pool) FILTER (WHERE ended IS NULL) AS used
        FROM shape LEFT JOIN enrolled USING (pool)
        GROUP BY shape.pool, shape.team, shape.product, shape.ends, shape.people, shape.unlimited
    ) AS counted
"""

PEOPLE = """
    INSERT INTO orgs_organisation (id, slug, name, time_zone, strict_stock, managers_may_revoke)
    VALUES (pg_temp.id(1, 0), %(slug)s, initcap(%(slug)s), 'UTC', false, false);

    INSERT INTO orgs_member (id, organisation_id, email, name, role)
    SELECT pg_temp.id(2, team * 374 + turn), pg_temp.id(1, 0),
        format('person-%%s-%%s@bench.example', team, turn), format('Person %%s %%s', team, turn), ''
    FROM generate_series(0, %(teams)s - 1) AS team, generate_series(0, 373) AS turn;

    INSERT INTO teams_team (id, organisation_id, name, lineage)
    SELECT pg_temp.id(3, team), pg_temp.id(1, 0), 'Team ' || team, ARRAY[pg_temp.id(3, team)]
    FROM generate_series(0, %(teams)s - 1) AS team;

    INSERT INTO teams_teammember (id, organisation_id, team_id, member_id, role)
    SELECT gen_random_uuid(), pg_temp.id(1, 0), pg_temp.id(3, team),
        pg_temp.id(2, team * 374 + turn), CASE turn WHEN 0 THEN 'manager' ELSE 'learner' END
    FROM generate_series(0, %(teams)s - 1) AS team, generate_series(0, 373) AS turn
"""

SEATS = """
    INSERT INTO seats_product (id, organisation_id, code, name, kind, external_id, stock, seq)
    SELECT pg_temp.id(4, product), pg_temp.id(1, 0), format('C-%%s', lpad(product::text, 3, '0')),
        'Course ' || product, 'course', '', 100 + coalesce(sum(given - capacity), 0),
        1 + 2 * count(pool)
    FROM generate_series(0, %(products)s - 1) AS product
    LEFT JOIN (SELECT * FROM filled WHERE NOT unlimited) AS limited USING (product)
    GROUP BY product;

    INSERT INTO seats_pool (id, organisation_id, product_id, name, capacity, used, seq, version,
        terms_kind, terms_days, reusable, extendable, created_at)
    SELECT pg_temp.id(5, pool), pg_temp.id(1, 0), pg_temp.id(4, product),
        format('Course %%s, Team %%s', product, team), CASE WHEN NOT unlimited THEN capacity END,
        used, 0, 3, CASE WHEN ends THEN 'days' ELSE 'never' END, CASE WHEN ends THEN 90 END,
        true, ends, now() - interval '130 days'
    FROM filled;

    INSERT INTO seats_allocation
        (id, organisation_id, pool_id, product_id, team_id, used, created_at)
    SELECT pg_temp.id(6, pool), pg_temp.id(1, 0), pg_temp.id(5, pool), pg_temp.id(4, product),
        pg_temp.id(3, team), used, now() - interval '130 days' FROM filled;

    INSERT INTO seats_allocation
        (id, organisation_id, pool_id, product_id, team_id, used, created_at)
    SELECT pg_temp.id(6, 1000000 + pool), pg_temp.id(1, 0), pg_temp.id(5, pool),
        pg_temp.id(4, product), pg_temp.id(3, team + 1), 0, now() - interval '130 days'
    FROM filled WHERE pool %% 50 = 7 AND team + 1 < %(teams)s;

    INSERT INTO seats_enrolment (id, organisation_id, allocation_id, pool_id, team_id, member_id,
        started_at, expires_at, ended_at, end_reason, reusable, occupies)
    SELECT pg_temp.id(7, number), pg_temp.id(1, 0), pg_temp.id(6, pool), pg_temp.id(5, pool),
        pg_temp.id(3, team), pg_temp.id(2, team * 374 + turn), started,
        CASE WHEN ends THEN started + interval '90 days' END, ended,
        CASE WHEN ended IS NULL THEN '' ELSE 'revoked' END, true, ended IS NULL
    FROM enrolled ORDER BY started;

    INSERT INTO seats_seatrequest
        (id, organisation_id, team_id, product_id, seats, reason, status, asked_by_id, answer)
    SELECT gen_random_uuid(), pg_temp.id(1, 0), pg_temp.id(3, team),
        pg_temp.id(4, team * 7 %% %(products)s), 5, 'New intake', 'open',
        pg_temp.id(2, team * 374), ''
    FROM generate_series(0, %(teams)s - 1, 40) AS team
"""

# Opened with seats enough for all who ever came, and cut back to what they should have.
LEDGER = """
    CREATE TEMP TABLE happened AS
    SELECT pool, now() - interval '125 days' AS at, 'allocated' AS kind, NULL::bigint AS number,
        NULL::integer AS turn, 0 AS used, CASE WHEN unlimited THEN 0 ELSE given END AS seats
    FROM filled
    UNION ALL SELECT pool, now() - interval '124 days', 'shared', NULL, NULL, 0, 0 FROM filled
    UNION ALL SELECT pool, started, 'enrolled', number, turn, 1, 0 FROM enrolled
    UNION ALL SELECT pool, ended, 'revoked', number, turn, -1, 0 FROM enrolled
        WHERE ended IS NOT NULL
    UNION ALL SELECT pool, now() - interval '1 hour', 'taken_back', NULL, NULL, 0, capacity - given
    FROM filled WHERE NOT unlimited;

    INSERT INTO seats_ledgerentry (id, organisation_id, at, kind, product_id, pool_id, team_id,
        enrolment_id, member_id, actor_id, reason, stock_moved, capacity_moved, used_moved,
        stock_after, capacity_after, used_after, seq)
    SELECT gen_random_uuid(), pg_temp.id(1, 0), at, kind, pg_temp.id(4, product),
        pg_temp.id(5, pool), pg_temp.id(3, team), pg_temp.id(7, number),
        pg_temp.id(2, team * 374 + turn), pg_temp.id(2, 0), '', -seats, seats, happened.used,
        CASE WHEN seats <> 0 THEN 100 + all_given - sum(seats) OVER stock END,
        CASE WHEN NOT unlimited THEN sum(seats) OVER so_far END, sum(happened.used) OVER so_far,
        row_number() OVER so_far
    FROM happened JOIN filled USING (pool)
    JOIN (SELECT product, sum(given) FILTER (WHERE NOT unlimited) AS all_given FROM filled
        GROUP BY product) AS product USING (product)
    WINDOW so_far AS (PARTITION BY pool ORDER BY at, number ROWS UNBOUNDED PRECEDING),
        stock AS (PARTITION BY product ORDER BY at, pool, number ROWS UNBOUNDED PRECEDING)
    ORDER BY at;

    INSERT INTO seats_ledgerentry (id, organisation_id, at, kind, product_id, actor_id, reason,
        stock_moved, capacity_moved, used_moved, stock_after, seq)
    SELECT gen_random_uuid(), pg_temp.id(1, 0), now() - interval '126 days', 'issued',
        pg_temp.id(4, product), pg_temp.id(2, 0), '', issued, 0, 0, issued, 1
    FROM (SELECT product, 100 + coalesce(sum(given) FILTER (WHERE NOT unlimited), 0) AS issued
        FROM generate_series(0, %(products)s - 1) AS product LEFT JOIN filled USING (product)
        GROUP BY product) AS products;

    UPDATE seats_pool AS pool SET seq = last.seq
    FROM (SELECT pool_id, max(seq) AS seq FROM seats_ledgerentry GROUP BY pool_id) AS last
    WHERE last.pool_id = pool.id
"""


@dataclass(frozen=True)
class Town:
    """An organisation that was built: its address, its id, who may do all, and a team."""

    slug: str
    organisation_id: UUID
    admin_id: UUID
    team_id: UUID


def build(address: str, slug: str, *, number: int, teams: int, products: int) -> Town:
    """Build a town; it wants row-level security out of the way meanwhile."""
    sizes = {"teams": teams, "products": max(FEWEST_PRODUCTS, products), "slug": slug}
    with psycopg.connect(address, autocommit=True, cursor_factory=psycopg.ClientCursor) as server:
        with server.transaction(), unhindered(server, TABLES):
            server.execute(sql.SQL(IDS).format(town=sql.Literal(number)))
            for statements in (SHAPE, PEOPLE, SEATS, LEDGER):
                server.execute(statements, sizes)
        server.execute("VACUUM (ANALYZE)")
    return Town(slug, *(_id(number, kind, 0) for kind in (ORGANISATION, MEMBER, TEAM)))


def _id(town: int, kind: int, number: int) -> UUID:
    return UUID(f"{town:08x}-{kind:04x}-7000-8000-{number:012x}")
