"""The statements behind `closing`."""

# A sum starts from the last closed day before, and goes on with what moved. The organisation has a
# row for every day, a product or pool for those on which something moved.
CLOSE = """
    WITH moved AS (
        SELECT (at AT TIME ZONE %(zone)s)::date AS day, product_id, pool_id, seq,
            capacity_after, used_after, capacity_moved, used_moved
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND pool_id IS NOT NULL
            AND at >= %(since)s AND at < %(until)s
    ), pools AS (
        SELECT DISTINCT ON (pool_id, day) product_id, pool_id, day,
            capacity_after::bigint AS capacity, used_after::bigint AS used, 0::bigint AS unlimited,
            seq
        FROM moved ORDER BY pool_id, day, seq DESC
    ), sums AS (
        SELECT product_id, day, sum(capacity_moved) AS capacity,
            coalesce(sum(used_moved) FILTER (WHERE capacity_after IS NOT NULL), 0) AS used,
            coalesce(sum(used_moved) FILTER (WHERE capacity_after IS NULL), 0) AS unlimited
        FROM moved GROUP BY GROUPING SETS ((product_id, day), (day))
        UNION ALL
        SELECT NULL, day::date, 0, 0, 0
        FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
    ), before AS (
        SELECT DISTINCT ON (product_id) product_id, capacity, used, unlimited
        FROM seats_closedday WHERE organisation_id = %(org)s AND pool_id IS NULL
        ORDER BY product_id, day DESC
    ), running AS (
        SELECT product_id, NULL::uuid AS pool_id, day, sum(sum(capacity)) OVER so_far AS capacity,
            sum(sum(used)) OVER so_far AS used, sum(sum(unlimited)) OVER so_far AS unlimited
        FROM sums GROUP BY product_id, day
        WINDOW so_far AS (PARTITION BY product_id ORDER BY day)
    ), totals AS (
        SELECT running.product_id, pool_id, day,
            (running.capacity + coalesce(before.capacity, 0))::bigint AS capacity,
            (running.used + coalesce(before.used, 0))::bigint AS used,
            (running.unlimited + coalesce(before.unlimited, 0))::bigint AS unlimited,
            0::bigint AS seq
        FROM running LEFT JOIN before ON before.product_id IS NOT DISTINCT FROM running.product_id
    )
    INSERT INTO seats_closedday (
        id, organisation_id, product_id, pool_id, day, time_zone, capacity, used, unlimited, seq)
    SELECT gen_random_uuid(), %(org)s, product_id, pool_id, day, %(zone)s,
        capacity, used, unlimited, seq
    FROM (SELECT * FROM totals UNION ALL SELECT * FROM pools) AS closed
    ON CONFLICT DO NOTHING
"""

# One statement, so one snapshot: what was closed last, and moved since, is what the counters say.
LEADS_TO_NOW = """
    SELECT last.used + last.unlimited + moved.used = now.used
        AND last.capacity + moved.capacity = now.capacity
    FROM (SELECT used, unlimited, capacity FROM seats_closedday
            WHERE organisation_id = %(org)s AND product_id IS NULL AND pool_id IS NULL
                AND day = %(day)s) AS last,
        (SELECT coalesce(sum(used_moved), 0) AS used, coalesce(sum(capacity_moved), 0) AS capacity
            FROM seats_ledgerentry WHERE organisation_id = %(org)s AND at >= %(since)s) AS moved,
        (SELECT coalesce(sum(used), 0) AS used, coalesce(sum(capacity), 0) AS capacity
            FROM seats_pool WHERE organisation_id = %(org)s) AS now
"""
