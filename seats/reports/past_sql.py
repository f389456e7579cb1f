"""The statements behind pages of the past: every figure is the ledger's, up to a moment."""

from typing import LiteralString

# What each product had, and how much of its pools was used; as overview_sql.PRODUCTS has it of now.
# The last entry of a pool has its figures, the entries of a product add up to its stock.
PRODUCTS: LiteralString = """
    WITH booked AS (
        SELECT product_id, pool_id, sum(stock_moved) AS stock, max(seq) AS seq,
            bool_or(kind = 'archived') AS is_archived
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at <= %(moment)s GROUP BY product_id, pool_id
    ), stocks AS (
        SELECT product_id, sum(stock)::bigint AS stock,
            coalesce(bool_or(is_archived) FILTER (WHERE pool_id IS NULL), false) AS is_archived
        FROM booked GROUP BY product_id
    ), total AS (
        SELECT booked.product_id, sum(used_after)::bigint AS used,
            sum(capacity_after)::bigint AS capacity,
            (sum(greatest(0, capacity_after - used_after)) FILTER (WHERE NOT is_archived))::bigint
                AS available,
            (sum(used_after) FILTER (WHERE capacity_after IS NULL))::bigint AS without_limit,
            bool_or(capacity_after IS NULL) AS unlimited,
            count(*) FILTER (WHERE NOT is_archived) AS pools
        FROM booked JOIN seats_ledgerentry AS last
            ON last.pool_id = booked.pool_id AND last.seq = booked.seq
        GROUP BY booked.product_id
    )
    SELECT product.id, product.code, product.name, coalesce(stocks.is_archived, false),
        coalesce(stocks.stock, 0), coalesce(total.used, 0), coalesce(total.capacity, 0),
        coalesce(total.available, 0), coalesce(total.without_limit, 0),
        coalesce(total.unlimited, false), coalesce(total.pools, 0)
    FROM seats_product AS product LEFT JOIN stocks ON stocks.product_id = product.id
    LEFT JOIN total ON total.product_id = product.id
    WHERE product.organisation_id = %(org)s
        AND (product.created_at <= %(moment)s OR stocks.product_id IS NOT NULL)
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
