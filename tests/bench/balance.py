"""Whether the books balance, asked in SQL: what a benchmark wrote must be as true as anything."""

from __future__ import annotations

import psycopg
from django.core.management import CommandError

OUT_OF_BALANCE = """
    WITH moved AS (
        SELECT pool_id, sum(capacity_moved) AS capacity, sum(used_moved) AS used, max(seq) AS seq
        FROM seats_ledgerentry WHERE pool_id IS NOT NULL GROUP BY pool_id
    ), enrolled AS (
        SELECT pool_id, count(*) AS used FROM seats_enrolment WHERE occupies GROUP BY pool_id
    ), drawn AS (
        SELECT pool_id, sum(used) AS used FROM seats_allocation GROUP BY pool_id
    ), stocked AS (
        SELECT product_id, sum(stock_moved) AS stock FROM seats_ledgerentry GROUP BY product_id
    )
    SELECT 'pool ' || pool.id FROM seats_pool AS pool
    LEFT JOIN moved ON moved.pool_id = pool.id
    LEFT JOIN enrolled ON enrolled.pool_id = pool.id
    LEFT JOIN drawn ON drawn.pool_id = pool.id
    WHERE (coalesce(pool.capacity, 0), pool.used, pool.seq)
            IS DISTINCT FROM (moved.capacity, moved.used, moved.seq)
        OR pool.used <> coalesce(enrolled.used, 0) OR pool.used <> drawn.used
    UNION ALL
    SELECT 'product ' || product.id FROM seats_product AS product
    LEFT JOIN stocked ON stocked.product_id = product.id
    WHERE product.stock IS DISTINCT FROM stocked.stock
"""


def check_balance(address: str) -> None:
    """Raise CommandError where a counter differs from what the ledger and the enrolments say."""
    with psycopg.connect(address) as server:
        server.execute("SELECT set_config('seatdash.system', 'on', true)")
        out = [name for (name,) in server.execute(OUT_OF_BALANCE)]
    if out:
        raise CommandError(f"The books do not balance ({len(out)}), {out[0]} among them.")
