"""The statements behind `chaining`, and the bytes of an entry that the chain is made of."""

# Every column of an entry, in this order, as a JSON array in UTF-8: what `json_build_array` writes.
# Moments are whole microseconds since 1970, so that no setting of a session has a say. An entry's
# bytes may never change: a column that the ledger gains later has to come in by a form of its own.
CANONICAL = """convert_to(json_build_array(
    entry.id, entry.organisation_id, entry.xid, (extract(epoch FROM entry.at) * 1000000)::bigint,
    entry.kind, entry.product_id, entry.pool_id, entry.team_id, entry.enrolment_id,
    entry.member_id, entry.actor_id, entry.reason, entry.stock_moved, entry.capacity_moved,
    entry.used_moved, entry.stock_after, entry.capacity_after, entry.used_after, entry.cap,
    (extract(epoch FROM entry.expires_at) * 1000000)::bigint, entry.seq)::text, 'UTF8')"""

# What comes before the first digest.
BEGINNING = "decode(repeat('00', 32), 'hex')"

# Where the last linking got to, as far as this server can say: another gave the row another
# transaction when it was restored.
KNOWN = """
    SELECT ahead, running FROM seats_linkeduntil
    WHERE xmin::text::bigint = written_by % 4294967296
"""


def _news(entries: str) -> str:
    """Return the SQL that finds organisations with new entries, and since when some have no link.

    With the snapshot under which that is so. A transaction sees its own entries, though its
    snapshot lacks them: it counts itself among those that are running.
    """
    return f"""
        WITH here AS (
            SELECT pg_snapshot_xmax(snapshot)::text::bigint AS ahead, array_remove(
                ARRAY(SELECT xid::text::bigint FROM pg_snapshot_xip(snapshot) AS xid)
                    || pg_current_xact_id_if_assigned()::text::bigint, NULL) AS running
            FROM pg_current_snapshot() AS snapshot
        ), news AS (
            SELECT entry.organisation_id, min(at) FILTER (WHERE link.entry_id IS NULL) AS since
            FROM ({entries}) AS entry LEFT JOIN seats_link AS link ON link.entry_id = entry.id
            WHERE %(org)s::uuid IS NULL OR entry.organisation_id = %(org)s::uuid
            GROUP BY entry.organisation_id
        )
        SELECT here.ahead, here.running, organisation_id, since FROM here LEFT JOIN news ON true
    """  # noqa: S608 - parts of this file


# By the id of the transaction: what was not visible to the last look. Where nothing is new, that
# costs next to nothing.
NEW = _news("""
    SELECT id, organisation_id, at FROM seats_ledgerentry WHERE xid >= %(ahead)s
    UNION ALL
    SELECT id, organisation_id, at FROM seats_ledgerentry
    WHERE xid = ANY(%(running)s::bigint[]) AND xid < %(ahead)s
""")

# By a look at every entry there is.
ANY = _news("SELECT id, organisation_id, at FROM seats_ledgerentry")

UNTIL_HERE = """
    INSERT INTO seats_linkeduntil (id, ahead, running, written_by)
    VALUES (1, %(ahead)s, %(running)s::bigint[], pg_current_xact_id()::text::bigint)
    ON CONFLICT (id) DO UPDATE SET
        ahead = excluded.ahead, running = excluded.running, written_by = excluded.written_by
"""


def _without_link(reach: str, line: str) -> str:
    """Return the SQL of the entries of each line that have no link, as far as it is reached.

    Within a line what has a link comes before what has none.
    """
    return f"""
        SELECT entry.* FROM reach JOIN seats_ledgerentry AS entry
            ON {line.format(entry="entry")} AND entry.seq <= reach.seq
                AND entry.seq > coalesce((
                    SELECT last.seq FROM seats_ledgerentry AS last
                    WHERE {line.format(entry="last")} AND last.seq < reach.seq
                        AND EXISTS (SELECT FROM seats_link WHERE entry_id = last.id)
                    ORDER BY last.seq DESC LIMIT 1), 0)
        WHERE {reach} AND NOT EXISTS (SELECT FROM seats_link WHERE entry_id = entry.id)
    """  # noqa: S608 - parts of this file


_OF_POOL = _without_link("reach.pool_id IS NOT NULL", "{entry}.pool_id = reach.pool_id")
_OF_STOCK = _without_link(
    "reach.pool_id IS NULL",
    "{entry}.product_id = reach.product_id AND {entry}.pool_id IS NULL",
)

# The next so many entries by time, and whatever comes before them in their line: the entries of a
# pool, or of a product's stock, that its numbers put in order. Between lines the time decides;
# where the clock was put back, an entry goes by the latest one before it in its line.
LINK = f"""
    WITH head AS (
        SELECT position, digest FROM seats_link WHERE organisation_id = %(org)s
        UNION ALL SELECT 0, {BEGINNING} ORDER BY position DESC LIMIT 1
    ), next AS (
        SELECT product_id, pool_id, seq, at FROM seats_ledgerentry AS entry
        WHERE organisation_id = %(org)s AND at >= %(since)s
            AND NOT EXISTS (SELECT FROM seats_link WHERE entry_id = entry.id)
        ORDER BY at, id LIMIT %(most)s
    ), reach AS (
        SELECT product_id, pool_id, max(seq) AS seq FROM next GROUP BY product_id, pool_id
    ), unlinked AS (
        {_OF_POOL} UNION ALL {_OF_STOCK}
    ), timed AS (
        SELECT unlinked.*, coalesce(pool_id, product_id) AS line, max(at) OVER (
            PARTITION BY coalesce(pool_id, product_id) ORDER BY seq) AS turn
        FROM unlinked
    ), linked AS (
        INSERT INTO seats_link (organisation_id, entry_id, position, digest)
        SELECT %(org)s, entry.id, head.position + row_number() OVER chain,
            seats_chain(head.digest, {CANONICAL}) OVER chain
        FROM head, timed AS entry
        WINDOW chain AS (ORDER BY entry.turn, entry.line, entry.seq ROWS UNBOUNDED PRECEDING)
        RETURNING position
    )
    SELECT (SELECT count(*) FROM linked), (SELECT max(at) FROM next)
"""  # noqa: S608 - parts of this file
