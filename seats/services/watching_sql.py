"""The statements behind `watching`."""

# Only where more are in use than thirty days before; and few enough are left for that to matter.
RUNNING_OUT = """
    INSERT INTO seats_watch (id, organisation_id, pool_id, seats, seq)
    SELECT gen_random_uuid(), pool.organisation_id, pool.id, moved.taken, pool.seq
    FROM (SELECT pool_id, sum(used_moved) AS taken FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at >= %(recently)s AND at < %(until)s
            AND pool_id IS NOT NULL
        GROUP BY pool_id HAVING sum(used_moved) > 0) AS moved
    JOIN seats_pool AS pool ON pool.id = moved.pool_id
    WHERE pool.archived_at IS NULL AND pool.capacity - pool.used <= moved.taken * %(horizons)s
"""

# Dedicated pools only: of a shared one, nobody holds seats away from the others. Only where the
# team has had the seats for so long, and they were free already.
UNUSED = """
    INSERT INTO seats_watch (id, organisation_id, pool_id, allocation_id, team_id, seats, seq)
    SELECT gen_random_uuid(), pool.organisation_id, pool.id, allocation.id,
        allocation.team_id,
        least(pool.capacity - pool.used, before.capacity - before.used), pool.seq
    FROM seats_allocation AS allocation
    JOIN seats_pool AS pool ON pool.id = allocation.pool_id
    CROSS JOIN LATERAL (
        SELECT capacity, used FROM seats_closedday
        WHERE organisation_id = %(org)s AND product_id = pool.product_id AND pool_id = pool.id
            AND day < %(long_ago)s
        ORDER BY day DESC LIMIT 1
    ) AS before
    WHERE allocation.organisation_id = %(org)s AND allocation.ended_at IS NULL
        AND pool.archived_at IS NULL AND pool.capacity > pool.used
        AND before.capacity > before.used
        AND NOT EXISTS (SELECT FROM seats_allocation AS other
            WHERE other.pool_id = pool.id AND other.ended_at IS NULL AND other.id <> allocation.id)
        AND NOT EXISTS (SELECT FROM seats_ledgerentry AS entry
            WHERE entry.pool_id = pool.id AND entry.kind = 'shared' AND entry.at >= %(since)s)
        AND NOT EXISTS (SELECT FROM seats_enrolment AS enrolment
            WHERE enrolment.team_id = allocation.team_id AND enrolment.started_at >= %(since)s
                AND enrolment.allocation_id = allocation.id)
"""
