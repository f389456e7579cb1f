"""A district whose teams all draw on pools of every product: as many rows of usage as are wanted.

At full size 5,000 teams, 200 products and 5,000 pools, each shared by 200 teams: 1,000,000 places,
a tenth of them in use. Made by the database itself, as `town` is; the ledger balances.
"""

from __future__ import annotations

from typing import LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from tests.bench.town import IDS, MEMBER, ORGANISATION, TABLES, TEAM, Town

PRODUCTS, TEAMS_A_POOL = 200, 200

# A pool is a product's for a group of teams; `place` is one of these teams drawing on it.
SHAPE = """
    CREATE TEMP TABLE place AS
    SELECT grouped * 200 + product AS pool, product, grouped, nth, grouped * 200 + nth AS team,
        nth %% 10 = 0 AS used
    FROM generate_series(0, %(groups)s - 1) AS grouped, generate_series(0, 199) AS product,
        generate_series(0, 199) AS nth;

    CREATE TEMP TABLE pool AS SELECT DISTINCT pool, product, grouped FROM place
"""

THINGS = """
    INSERT INTO orgs_organisation (id, slug, name, time_zone, strict_stock, managers_may_revoke)
    VALUES (pg_temp.id(1, 0), %(slug)s, initcap(%(slug)s), 'UTC', false, false);

    INSERT INTO orgs_member (id, organisation_id, email, name, role)
    SELECT pg_temp.id(2, team), pg_temp.id(1, 0), format('person-%%s@district.example', team),
        'Person ' || team, ''
    FROM generate_series(0, %(groups)s * 200 - 1) AS team;

    INSERT INTO teams_team (id, organisation_id, name, lineage)
    SELECT pg_temp.id(3, team), pg_temp.id(1, 0), 'Team ' || team, ARRAY[pg_temp.id(3, team)]
    FROM generate_series(0, %(groups)s * 200 - 1) AS team;

    INSERT INTO teams_teammember (id, organisation_id, team_id, member_id, role)
    SELECT gen_random_uuid(), pg_temp.id(1, 0), pg_temp.id(3, team), pg_temp.id(2, team), 'learner'
    FROM generate_series(0, %(groups)s * 200 - 1) AS team;

    INSERT INTO seats_product (id, organisation_id, code, name, kind, external_id, stock, seq)
    SELECT pg_temp.id(4, product), pg_temp.id(1, 0), format('C-%%s', lpad(product::text, 3, '0')),
        'Course ' || product, 'course', '', 0, 1 + %(groups)s
    FROM generate_series(0, 199) AS product;

    INSERT INTO seats_pool (id, organisation_id, product_id, name, capacity, used, seq, version,
        terms_kind, reusable, extendable)
    SELECT pg_temp.id(5, pool), pg_temp.id(1, 0), pg_temp.id(4, product),
        format('Course %%s, schools %%s', product, grouped), 1000, 20, 221, 201, 'never', true,
        false
    FROM pool;

    INSERT INTO seats_allocation (id, organisation_id, pool_id, product_id, team_id, used)
    SELECT pg_temp.id(6, pool * 200 + nth), pg_temp.id(1, 0), pg_temp.id(5, pool),
        pg_temp.id(4, product), pg_temp.id(3, team), used::integer FROM place;

    INSERT INTO seats_enrolment (id, organisation_id, allocation_id, pool_id, team_id, member_id,
        started_at, end_reason, reusable, occupies)
    SELECT pg_temp.id(7, pool * 200 + nth), pg_temp.id(1, 0), pg_temp.id(6, pool * 200 + nth),
        pg_temp.id(5, pool), pg_temp.id(3, team), pg_temp.id(2, team), now() - interval '90 days',
        '', true, true FROM place WHERE used
"""

ENTRIES: LiteralString = """
    INSERT INTO seats_ledgerentry (id, organisation_id, at, kind, product_id, pool_id, team_id,
        enrolment_id, member_id, actor_id, reason, stock_moved, capacity_moved, used_moved,
        stock_after, capacity_after, used_after, seq)
"""
LEDGER: LiteralString = f"""
    {ENTRIES} SELECT gen_random_uuid(), pg_temp.id(1, 0), now() - interval '100 days', 'issued',
        pg_temp.id(4, product), NULL, NULL, NULL, NULL, pg_temp.id(2, 0), '',
        1000 * %(groups)s, 0, 0, 1000 * %(groups)s, NULL, NULL, 1
    FROM generate_series(0, 199) AS product;

    {ENTRIES} SELECT gen_random_uuid(), pg_temp.id(1, 0), now() - interval '99 days', 'allocated',
        pg_temp.id(4, product), pg_temp.id(5, pool), NULL, NULL, NULL, pg_temp.id(2, 0), '',
        -1000, 1000, 0, 1000 * (%(groups)s - 1 - grouped), 1000, 0, 1 FROM pool;

    {ENTRIES} SELECT gen_random_uuid(), pg_temp.id(1, 0), now() - interval '98 days', 'shared',
        pg_temp.id(4, product), pg_temp.id(5, pool), pg_temp.id(3, team), NULL, NULL,
        pg_temp.id(2, 0), '', 0, 0, 0, NULL, 1000, 0, 2 + nth FROM place;

    {ENTRIES} SELECT gen_random_uuid(), pg_temp.id(1, 0), now() - interval '90 days', 'enrolled',
        pg_temp.id(4, product), pg_temp.id(5, pool), pg_temp.id(3, team),
        pg_temp.id(7, pool * 200 + nth), pg_temp.id(2, team), pg_temp.id(2, 0), '',
        0, 0, 1, NULL, 1000, 1 + nth / 10, 202 + nth / 10 FROM place WHERE used
"""


def build_district(address: str, slug: str, *, number: int, places: int) -> Town:
    """Build a district of about so many places; row-level security is out of the way meanwhile."""
    given = {"slug": slug, "groups": max(1, round(places / (PRODUCTS * TEAMS_A_POOL)))}
    with psycopg.connect(address, autocommit=True, cursor_factory=psycopg.ClientCursor) as server:
        _force(server, "NO FORCE")
        with server.transaction():
            server.execute(sql.SQL(IDS).format(town=sql.Literal(number)))
            for statements in (SHAPE, THINGS, LEDGER):
                server.execute(statements, given)
        _force(server, "FORCE")
    return Town(slug, *(_id(number, kind) for kind in (ORGANISATION, MEMBER, TEAM)))


def _id(district: int, kind: int) -> UUID:
    return UUID(f"{district:08x}-{kind:04x}-7000-8000-{0:012x}")


def _force(server: psycopg.Connection, how: LiteralString) -> None:
    for table in TABLES:
        change = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
        server.execute(change.format(sql.Identifier(table), sql.SQL(how)))
