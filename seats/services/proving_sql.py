"""The statements behind `proving`."""

from seats.services.chaining_sql import BEGINNING, CANONICAL

# Each link held against its entry and the link before; the first of a part has one before it too.
WALK = f"""
    WITH walked AS (
        SELECT link.position, link.entry_id, link.digest, entry.id AS found,
            coalesce(lag(link.position) OVER chain, 0) AS before,
            sha256(coalesce(lag(link.digest) OVER chain, {BEGINNING}) || {CANONICAL}) AS reckoned
        FROM seats_link AS link LEFT JOIN seats_ledgerentry AS entry
            ON entry.id = link.entry_id AND entry.organisation_id = link.organisation_id
        WHERE link.organisation_id = %(org)s
            AND link.position >= %(first)s - 1 AND link.position <= %(last)s
        WINDOW chain AS (ORDER BY link.position)
    ), judged AS (
        SELECT position, entry_id, CASE
            WHEN position <> before + 1 THEN 'gap'
            WHEN found IS NULL THEN 'removed'
            WHEN reckoned <> digest THEN 'changed' END AS what
        FROM walked WHERE position >= %(first)s
    )
    SELECT what, position, entry_id, count(*) OVER () FROM judged WHERE what IS NOT NULL
    ORDER BY position LIMIT %(most)s
"""  # noqa: S608 - parts of these files

# Entries that had been committed when the chain was last brought up to date, and are not in it.
OUTSIDE = """
    SELECT 'unlinked', NULL::bigint, id, count(*) OVER () FROM seats_ledgerentry AS entry
    WHERE organisation_id = %(org)s AND xid < %(ahead)s AND NOT xid = ANY(%(running)s::bigint[])
        AND NOT EXISTS (SELECT FROM seats_link WHERE entry_id = entry.id)
    ORDER BY at, id LIMIT %(most)s
"""

# How long the chain is, its head, and how many entries there are.
SIZE = """
    SELECT statement_timestamp(),
        (SELECT count(*) FROM seats_ledgerentry WHERE organisation_id = %(org)s),
        head.position, head.digest
    FROM (SELECT) AS one LEFT JOIN (
        SELECT position, digest FROM seats_link WHERE organisation_id = %(org)s
        ORDER BY position DESC LIMIT 1) AS head ON true
"""

# Entries of pools whose balances or numbers do not follow from the one before, or that gave a seat
# when there was none; of a pool without such, its last entry.
LOOSE = """
    WITH steps AS (
        SELECT id, pool_id, at, seq, kind = 'enrolled' AND used_after > capacity_after
                OR seq <> coalesce(lag(seq) OVER pool, 0) + 1
                OR used_after IS DISTINCT FROM coalesce(lag(used_after) OVER pool, 0) + used_moved
                OR capacity_after IS DISTINCT FROM capacity_moved +
                    CASE WHEN lag(seq) OVER pool IS NULL THEN capacity_after - capacity_after
                    ELSE lag(capacity_after) OVER pool END AS is_loose
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND pool_id = ANY(%(pools)s::uuid[])
        WINDOW pool AS (PARTITION BY pool_id ORDER BY seq)
    ), judged AS (
        SELECT *, bool_or(is_loose) OVER (PARTITION BY pool_id) AS is_any,
            max(seq) OVER (PARTITION BY pool_id) = seq AS is_last
        FROM steps
    )
    SELECT CASE WHEN is_loose THEN 'loose' ELSE 'counter' END, NULL::bigint, id, count(*) OVER ()
    FROM judged WHERE is_loose OR (is_last AND NOT is_any)
    ORDER BY at, id LIMIT %(most)s
"""
