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


# Null where an entry has no link. A question for each entry, so that nobody reads the whole chain
# to find a few that are missing.
_LINK_OF_ENTRY = "(SELECT true FROM seats_link WHERE entry_id = entry.id)"


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
            SELECT organisation_id, min(at) FILTER (WHERE linked IS NULL) AS since
            FROM ({entries}) AS entry
            WHERE %(org)s::uuid IS NULL OR organisation_id = %(org)s::uuid
            GROUP BY organisation_id
        )
        SELECT here.ahead, here.running, organisation_id, since FROM here LEFT JOIN news ON true
    """  # noqa: S608 - parts of this file


# By the id of the transaction: what was not visible to the last look. Where nothing is new, that
# costs next to nothing.
NEW = _news(f"""
    SELECT organisation_id, at, {_LINK_OF_ENTRY} AS linked
    FROM seats_ledgerentry AS entry WHERE xid >= %(ahead)s
    UNION ALL
    SELECT organisation_id, at, {_LINK_OF_ENTRY}
    FROM seats_ledgerentry AS entry WHERE xid = ANY(%(running)s::bigint[]) AND xid < %(ahead)s
""")  # noqa: S608 - parts of this file

# By a look at every entry there is.
ANY = _news("""
    SELECT entry.organisation_id, at, link.position AS linked
    FROM seats_ledgerentry AS entry LEFT JOIN seats_link AS link ON link.entry_id = entry.id
""")

UNTIL_HERE = """
    INSERT INTO seats_linkeduntil (id, ahead, running, written_by)
    VALUES (1, %(ahead)s, %(running)s::bigint[], pg_current_xact_id()::text::bigint)
    ON CONFLICT (id) DO UPDATE SET
        ahead = excluded.ahead, running = excluded.running, written_by = excluded.written_by
"""


_OF_POOL = "entry.pool_id = line.pool_id"
_OF_STOCK = "entry.product_id = line.product_id AND entry.pool_id IS NULL"


def _linked_to(line: str) -> str:
    """Return the SQL of the last number of a line that has a link, before the one reached."""
    return f"""
        coalesce((SELECT entry.seq FROM seats_ledgerentry AS entry
            WHERE {line} AND entry.seq < line.seq AND {_LINK_OF_ENTRY}
            ORDER BY entry.seq DESC LIMIT 1), 0)
    """  # noqa: S608 - parts of this file


def _unlinked(line: str) -> str:
    """Return the SQL of the entries of lines between what has a link and what is reached."""
    return f"""
        SELECT entry.* FROM reach AS line JOIN seats_ledgerentry AS entry
            ON {line} AND entry.seq > line.linked AND entry.seq <= line.seq
        WHERE {_LINK_OF_ENTRY} IS NULL
    """  # noqa: S608 - parts of this file


# The next so many entries by time, and whatever comes before them in their line: the entries of a
# pool, or of a product's stock, that its numbers put in order. Between lines the time decides;
# where the clock was put back, an entry goes by the latest one before it in its line.
LINK = f"""
    WITH head AS (
        SELECT coalesce(last.position, 0) AS position, coalesce(last.digest, {BEGINNING}) AS digest
        FROM (SELECT) AS one LEFT JOIN (
            SELECT position, digest FROM seats_link WHERE organisation_id = %(org)s
            ORDER BY position DESC LIMIT 1) AS last ON true
    ), next AS (
        SELECT product_id, pool_id, seq, at FROM seats_ledgerentry AS entry
        WHERE organisation_id = %(org)s AND at >= %(since)s AND {_LINK_OF_ENTRY} IS NULL
        ORDER BY at, id LIMIT %(most)s
    ), lines AS (
        SELECT product_id, pool_id, max(seq) AS seq FROM next GROUP BY product_id, pool_id
    ), reach AS MATERIALIZED (
        SELECT line.*, {_linked_to(_OF_POOL)} AS linked FROM lines AS line
        WHERE pool_id IS NOT NULL
        UNION ALL
        SELECT line.*, {_linked_to(_OF_STOCK)} FROM lines AS line WHERE pool_id IS NULL
    ), unlinked AS (
        {_unlinked(_OF_POOL)} AND line.pool_id IS NOT NULL
        UNION ALL
        {_unlinked(_OF_STOCK)} AND line.pool_id IS NULL
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
