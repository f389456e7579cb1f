"""Usage at a moment, from the ledger alone: a row for each open pool and each team drawing on it.

The figures are those of `books.as_of`, in the shape of a file.
"""

# ruff: noqa: S608 - put together from constants; what is asked for goes in as parameters

from typing import LiteralString

from seats.exports.sql import Names, asked

# One walk through the ledger. A pool's last entry up to the moment has its figures; a team draws
# on it that was brought to it after it was last taken off.
FIGURES: LiteralString = """
    moved AS MATERIALIZED (
        SELECT pool_id, team_id, sum(used_moved)::integer AS used, max(seq) AS seq,
            max(seq) FILTER (WHERE kind IN ('shared', 'capped')) AS capped_last,
            max(seq) FILTER (WHERE kind IN ('shared', 'capped') AND cap IS NOT NULL) AS capped,
            coalesce(max(seq) FILTER (WHERE kind = 'shared'), 0)
                > coalesce(max(seq) FILTER (WHERE kind = 'unshared'), 0) AS is_drawing,
            bool_or(kind = 'archived') AS is_archived
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at <= %(moment)s AND pool_id IS NOT NULL
            AND (%(product)s::uuid IS NULL OR product_id = %(product)s::uuid)
        GROUP BY pool_id, team_id
    ), open AS MATERIALIZED (
        SELECT pool_id, max(seq) AS seq, count(*) FILTER (WHERE is_drawing) AS teams
        FROM moved GROUP BY pool_id HAVING NOT bool_or(is_archived)
    )
"""
DRAWN: LiteralString = """
    FROM open LEFT JOIN moved AS drawing ON drawing.pool_id = open.pool_id AND is_drawing
    LEFT JOIN teams_team AS team ON team.id = drawing.team_id
"""


def usage(names: Names) -> LiteralString:
    """Return the query, with names as they were or as they are."""
    return f"""
        WITH {FIGURES}, figures AS (
            SELECT {names.of("product", "code")} AS product_code, {names.of("product")} AS product,
                pool.id AS pool_id, {names.of("pool")} AS pool,
                CASE WHEN team.id IS NULL THEN 'unallocated' WHEN teams = 1 THEN 'dedicated'
                    ELSE 'shared' END AS kind,
                {names.of("team")} AS team, last.capacity_after AS capacity,
                coalesce(drawing.used, 0) AS team_used, last.used_after AS pool_used, limits.cap,
                team.id AS team_id
            {DRAWN}
            JOIN seats_ledgerentry AS last ON last.pool_id = open.pool_id AND last.seq = open.seq
            JOIN seats_pool AS pool ON pool.id = open.pool_id
            JOIN seats_product AS product ON product.id = pool.product_id
            LEFT JOIN seats_ledgerentry AS limits ON limits.pool_id = drawing.pool_id
                AND limits.seq = CASE WHEN drawing.capped = drawing.capped_last THEN capped END
            {names.join("product")} {names.join("pool")} {names.join("team")}
            WHERE {asked("pool.product_id", "team.id", "team.lineage")}
        )
        SELECT product_code, product, pool_id, pool, kind, team, capacity, team_used, pool_used,
            CASE WHEN capacity IS NOT NULL OR cap IS NOT NULL THEN
                greatest(0, least(capacity - pool_used, cap - team_used)) END AS available,
            greatest(0, pool_used - capacity) AS over_committed,
            %(moment)s::timestamptz AS as_of
        FROM figures
        ORDER BY product_code COLLATE "C", pool COLLATE "C", pool_id, team COLLATE "C", team_id
    """


USAGE_ROWS: LiteralString = f"""
    WITH {FIGURES} SELECT {DRAWN}
    WHERE {asked("%(product)s::uuid", "team.id", "team.lineage")}
"""
USAGE_ESTIMATE: LiteralString = f"""
    SELECT FROM seats_pool AS pool
    LEFT JOIN seats_allocation AS allocation ON allocation.pool_id = pool.id AND ended_at IS NULL
    LEFT JOIN teams_team AS team ON team.id = allocation.team_id
    WHERE pool.organisation_id = %(org)s AND pool.archived_at IS NULL
        AND {asked("pool.product_id", "team.id", "team.lineage")}
"""
