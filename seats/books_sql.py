"""The statements behind `books`. Each row carries its figures as one JSON object."""

from typing import LiteralString

# A pool's entries are numbered, so each balance is held against the one before it. Those of a
# product's stock are not, where a pool is concerned too; there, every balance must be what some
# other entry started from, but for the first and the last.
CHECK = """
    WITH steps AS (
        SELECT pool_id, kind, seq, capacity_moved, used_moved, capacity_after, used_after,
            coalesce(lag(seq) OVER pool, 0) AS seq_before,
            coalesce(lag(used_after) OVER pool, 0) AS used_before,
            CASE WHEN lag(seq) OVER pool IS NULL THEN capacity_after - capacity_after
                ELSE lag(capacity_after) OVER pool END AS capacity_before,
            lead(seq) OVER pool IS NULL AS is_last
        FROM seats_ledgerentry WHERE organisation_id = %(org)s AND pool_id IS NOT NULL
        WINDOW pool AS (PARTITION BY pool_id ORDER BY seq)
    ), booked AS (
        SELECT pool_id, count(*) AS entries, sum(capacity_moved) AS capacity_moved,
            sum(used_moved) AS used_moved,
            sum(capacity_after) FILTER (WHERE is_last) AS capacity_after,
            sum(used_after) FILTER (WHERE is_last) AS used_after,
            count(*) FILTER (WHERE seq <> seq_before + 1
                OR used_after IS DISTINCT FROM used_before + used_moved
                OR capacity_after IS DISTINCT FROM capacity_before + capacity_moved) AS loose,
            count(*) FILTER (WHERE kind = 'enrolled' AND used_after > capacity_after) AS oversold
        FROM steps GROUP BY pool_id
    ), booked_for_teams AS (
        SELECT pool_id, team_id, sum(used_moved) AS used_moved
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND pool_id IS NOT NULL AND team_id IS NOT NULL
        GROUP BY pool_id, team_id
    ), occupying AS (
        SELECT pool_id, team_id, count(*) AS seats FROM seats_enrolment
        WHERE organisation_id = %(org)s AND occupies GROUP BY pool_id, team_id
    ), drawn AS (
        SELECT pool_id, team_id, sum(used) AS used FROM seats_allocation
        WHERE organisation_id = %(org)s GROUP BY pool_id, team_id
    ), stock_booked AS (
        SELECT product_id, sum(stock_moved) AS moved,
            coalesce(sum(stock_moved) FILTER (WHERE kind = 'issued'), 0) AS issued,
            coalesce(-sum(stock_moved) FILTER (WHERE kind = 'retired'), 0) AS retired,
            count(*) FILTER (WHERE stock_moved <> 0 OR pool_id IS NULL) AS entries
        FROM seats_ledgerentry WHERE organisation_id = %(org)s GROUP BY product_id
    ), stock_ends AS (
        SELECT product_id, stock_after AS balance, 1 AS turn FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND (stock_moved <> 0 OR pool_id IS NULL)
        UNION ALL
        SELECT product_id, stock_after - stock_moved, -1 FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND (stock_moved <> 0 OR pool_id IS NULL)
        UNION ALL
        SELECT id, unnest(ARRAY[0, stock]), unnest(ARRAY[1, -1]) FROM seats_product
        WHERE organisation_id = %(org)s
    ), stock_loose AS (
        SELECT product_id, count(*) AS loose FROM (
            SELECT product_id FROM stock_ends GROUP BY product_id, balance HAVING sum(turn) <> 0
        ) AS unmatched GROUP BY product_id
    ), product_books AS (
        SELECT product.id, concat_ws(' ', product.code, product.name) AS name,
            product.stock, product.seq, coalesce(stock_booked.moved, 0) AS stock_moved,
            coalesce(issued, 0) AS issued, coalesce(retired, 0) AS retired,
            coalesce(entries, 0) AS entries, coalesce(loose, 0) AS loose,
            coalesce((SELECT sum(capacity) FROM seats_pool AS pool
                WHERE pool.product_id = product.id), 0) AS capacities
        FROM seats_product AS product
        LEFT JOIN stock_booked ON stock_booked.product_id = product.id
        LEFT JOIN stock_loose ON stock_loose.product_id = product.id
        WHERE product.organisation_id = %(org)s ORDER BY product.code
    ), pool_books AS (
        SELECT pool.id, pool.product_id, pool.name, pool.capacity, pool.used, pool.seq,
            booked.capacity_after, coalesce(booked.capacity_moved, 0) AS capacity_moved,
            coalesce(booked.used_moved, 0) AS used_moved,
            coalesce(booked.used_after, 0) AS used_after,
            coalesce((SELECT sum(used) FROM drawn WHERE drawn.pool_id = pool.id), 0)
                AS used_by_allocations,
            coalesce((SELECT sum(seats) FROM occupying WHERE occupying.pool_id = pool.id), 0)
                AS occupying,
            coalesce(entries, 0) AS entries, coalesce(loose, 0) AS loose,
            coalesce(oversold, 0) AS oversold
        FROM seats_pool AS pool LEFT JOIN booked ON booked.pool_id = pool.id
        WHERE pool.organisation_id = %(org)s ORDER BY pool.name, pool.id
    ), team_books AS (
        SELECT team_id AS id, pool_id, concat_ws(', ', pool.name, team.name) AS name,
            coalesce(drawn.used, 0) AS used, coalesce(used_moved, 0) AS used_moved,
            coalesce(occupying.seats, 0) AS occupying
        FROM drawn FULL JOIN booked_for_teams USING (pool_id, team_id)
        FULL JOIN occupying USING (pool_id, team_id)
        JOIN seats_pool AS pool ON pool.id = pool_id
        JOIN teams_team AS team ON team.id = team_id
        ORDER BY pool.name, team.name
    )
    SELECT statement_timestamp(), '', '{}'::jsonb
    UNION ALL SELECT statement_timestamp(), 'product', to_jsonb(books) FROM product_books AS books
    UNION ALL SELECT statement_timestamp(), 'pool', to_jsonb(books) FROM pool_books AS books
    UNION ALL SELECT statement_timestamp(), 'team', to_jsonb(books) FROM team_books AS books
"""

# The last entry of a pool up to the moment has its figures; the last word on a team says whether
# it drew on the pool.
AS_OF: LiteralString = """
    WITH moved AS (
        SELECT pool_id, team_id, sum(used_moved) AS used, max(seq) AS seq,
            bool_or(kind = 'archived') AS is_archived
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at <= %(moment)s AND pool_id IS NOT NULL
        GROUP BY pool_id, team_id
    ), open AS (
        SELECT pool_id, max(seq) AS seq FROM moved
        GROUP BY pool_id HAVING NOT bool_or(is_archived)
    ), said AS (
        SELECT pool_id, team_id,
            (array_agg(cap ORDER BY seq DESC) FILTER (WHERE kind <> 'unshared'))[1] AS cap,
            (array_agg(kind ORDER BY seq DESC) FILTER (WHERE kind <> 'capped'))[1] = 'shared'
                AS is_drawing
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at <= %(moment)s AND pool_id IS NOT NULL
            AND kind IN ('shared', 'capped', 'unshared')
        GROUP BY pool_id, team_id
    ), drawing AS (
        SELECT pool_id, team_id, used, cap FROM said JOIN moved USING (pool_id, team_id)
        WHERE is_drawing
    ), figures AS (
        SELECT pool.product_id, product.code AS product_code, product.name AS product,
            pool.id AS pool_id, pool.name AS pool, team.id AS team_id, team.name AS team,
            count(team.id) OVER (PARTITION BY pool.id) AS teams,
            last.capacity_after AS capacity, last.used_after AS pool_used,
            coalesce(drawing.used, 0) AS team_used, drawing.cap
        FROM open
        CROSS JOIN LATERAL (
            SELECT capacity_after, used_after FROM seats_ledgerentry AS entry
            WHERE entry.pool_id = open.pool_id AND entry.seq = open.seq LIMIT 1
        ) AS last
        JOIN seats_pool AS pool ON pool.id = open.pool_id
        JOIN seats_product AS product ON product.id = pool.product_id
        LEFT JOIN drawing ON drawing.pool_id = pool.id
        LEFT JOIN teams_team AS team ON team.id = drawing.team_id
        ORDER BY product.code, pool.name, pool.id, team.name, team.id
    )
    SELECT to_jsonb(figures) FROM figures
"""

HOLDERS: LiteralString = """
    WITH lives AS (
        SELECT enrolment_id, pool_id, team_id, member_id, bool_or(kind = 'held') AS held,
            max(seq) FILTER (WHERE kind = 'enrolled') AS turn
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at <= %(moment)s
            AND kind IN ('enrolled', 'held', 'expired', 'revoked', 'left')
        GROUP BY enrolment_id, pool_id, team_id, member_id
        HAVING sum(used_moved) > 0
    ), holders AS (
        SELECT enrolment_id, pool_id, team_id, member_id, held FROM lives ORDER BY pool_id, turn
    )
    SELECT to_jsonb(holders) FROM holders
"""

# The same of pools that are named: they are found by the numbers of their entries, and no others
# are gone through.
UP_TO: LiteralString = "at <= %(moment)s"
UP_TO_NAMED: LiteralString = UP_TO + " AND pool_id = ANY(%(pools)s::uuid[])"
AS_OF_NAMED: LiteralString = AS_OF.replace(UP_TO, UP_TO_NAMED)
HOLDERS_NAMED: LiteralString = HOLDERS.replace(UP_TO, UP_TO_NAMED)
