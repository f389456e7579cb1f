"""The statements behind pages of the past: every figure is the ledger's, up to a moment."""

from typing import LiteralString

# What each product had, and how much of its pools was used; as overview_sql.PRODUCTS has it of now.
# The last entry of a pool has its figures. What it was on a day that is closed need not be looked
# for again: then only the entries since are gone through. Two closed days are held against each
# other, should the clock of the database have been set back over midnight. What was issued and
# retired is in stock unless it is in a pool (rule 18).
PRODUCTS: LiteralString = """
    WITH since AS (
        SELECT DISTINCT ON (pool_id) pool_id, seq, capacity_after AS capacity, used_after AS used
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND pool_id IS NOT NULL
            AND at >= %(since)s AND at <= %(moment)s
        ORDER BY pool_id, seq DESC
    ), pools AS (
        SELECT pool.product_id, CASE WHEN since.seq > coalesce(closed.seq, 0)
                THEN since.capacity ELSE closed.capacity END AS capacity,
            CASE WHEN since.seq > coalesce(closed.seq, 0) THEN since.used ELSE closed.used END
                AS used,
            pool.archived_at IS NOT NULL AND EXISTS (SELECT FROM seats_ledgerentry AS entry
                WHERE entry.pool_id = pool.id AND entry.kind = 'archived'
                    AND entry.at <= %(moment)s) AS is_archived
        FROM seats_pool AS pool LEFT JOIN since ON since.pool_id = pool.id
        LEFT JOIN LATERAL (
            SELECT * FROM (
                SELECT seq, capacity, used FROM seats_closedday
                WHERE organisation_id = %(org)s AND product_id = pool.product_id
                    AND pool_id = pool.id AND day <= %(day)s
                ORDER BY day DESC LIMIT 2
            ) AS latest ORDER BY seq DESC LIMIT 1
        ) AS closed ON true
        WHERE pool.organisation_id = %(org)s AND (since.seq IS NOT NULL OR closed.seq IS NOT NULL)
    ), total AS (
        SELECT product_id, sum(used)::bigint AS used, sum(capacity)::bigint AS capacity,
            (sum(greatest(0, capacity - used)) FILTER (WHERE NOT is_archived))::bigint
                AS available,
            (sum(used) FILTER (WHERE capacity IS NULL))::bigint AS without_limit,
            bool_or(capacity IS NULL) AS unlimited,
            count(*) FILTER (WHERE NOT is_archived) AS pools
        FROM pools GROUP BY product_id
    ), bought AS (
        SELECT product_id, sum(stock_moved)::bigint AS seats, bool_or(kind = 'archived')
            AS is_archived
        FROM seats_ledgerentry
        WHERE product_id = ANY(ARRAY(SELECT id FROM seats_product WHERE organisation_id = %(org)s))
            AND pool_id IS NULL AND at <= %(moment)s
        GROUP BY product_id
    )
    SELECT product.id, product.code, product.name, coalesce(bought.is_archived, false),
        coalesce(bought.seats, 0) - coalesce(total.capacity, 0), coalesce(total.used, 0),
        coalesce(total.capacity, 0), coalesce(total.available, 0),
        coalesce(total.without_limit, 0), coalesce(total.unlimited, false),
        coalesce(total.pools, 0)
    FROM seats_product AS product LEFT JOIN bought ON bought.product_id = product.id
    LEFT JOIN total ON total.product_id = product.id
    WHERE product.organisation_id = %(org)s AND (product.created_at <= %(moment)s
        OR bought.product_id IS NOT NULL OR total.product_id IS NOT NULL)
    ORDER BY lower(product.code)
"""

# Whose enrolments occupied a seat of these pools, for this team or (NULL) for any.
HOLDING: LiteralString = """
    SELECT enrolment_id FROM seats_ledgerentry
    WHERE organisation_id = %s AND pool_id = ANY(%s::uuid[]) AND at <= %s
        AND (%s::uuid IS NULL OR team_id = %s::uuid)
        AND kind IN ('enrolled', 'revoked', 'left', 'expired')
    GROUP BY enrolment_id HAVING sum(used_moved) > 0
"""

# Until when each was to last, by what the ledger knew then; and who kept a seat beyond the end.
ENDS: LiteralString = """
    SELECT enrolment_id,
        (array_agg(expires_at ORDER BY seq DESC)
            FILTER (WHERE kind IN ('enrolled', 'extended')))[1],
        bool_or(kind = 'held')
    FROM seats_ledgerentry
    WHERE organisation_id = %(org)s AND pool_id = ANY(%(pools)s::uuid[]) AND at <= %(moment)s
        AND enrolment_id = ANY(%(ids)s::uuid[])
    GROUP BY enrolment_id
"""
