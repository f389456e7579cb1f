"""The ledger read as a feed of changes: live counters and webhooks both follow it.

An entry carries the id of the transaction that wrote it. A reader keeps the snapshot under which it
last read; what is visible now and was not visible then is new: written by a transaction that had
not begun, or was still running. Whatever commits late is found when it commits, nothing is given
twice, no lock is taken, and a transaction that runs for hours holds up nobody but itself.

To be read on the primary: a standby does not know which transactions are running.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the feed: which transactions were still to come when it was read.

    It belongs to one server's lifetime. After a reconnection that server may be another, promoted
    or restored, so a reader that connects anew starts from the present and reads afresh what it
    shows.
    """

    ahead: int
    running: tuple[int, ...]

    @classmethod
    def parse(cls, snapshot: str) -> "Position":
        _, ahead, running = snapshot.split(":")
        return cls(int(ahead), tuple(int(xid) for xid in running.split(",") if xid))


@dataclass(frozen=True, slots=True)
class Change:
    """A pool whose figures moved; without a pool, the stock of the product.

    By how much, at whose hand and on behalf of which team: one change for each of these. `actor`
    is a name, or empty for what the system did by itself.
    """

    organisation_id: UUID
    product_id: UUID
    pool_id: UUID | None
    team_id: UUID | None = None
    actor: str = ""
    used: int = 0
    capacity: int = 0
    stock: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    position: Position
    changes: tuple[Change, ...]


# The statement that reads the entries also reports the snapshot it runs under, so what the next
# reading leaves out is exactly what this one saw. The upper bound keeps away the entries of a
# backup restored into a younger server, whose transaction ids lie in that server's future.
CHANGES = """
    WITH snapshot AS MATERIALIZED (SELECT pg_current_snapshot() AS here),
         now AS MATERIALIZED (
             SELECT here::text, pg_snapshot_xmax(here)::text::bigint AS ahead FROM snapshot
         )
    SELECT now.here, changed.organisation_id, changed.product_id, changed.pool_id, changed.team_id,
           coalesce(nullif(actor.name, ''), actor.email, ''),
           changed.used, changed.capacity, changed.stock
      FROM now
      LEFT JOIN LATERAL (
          SELECT organisation_id, product_id, pool_id, team_id, actor_id,
                 sum(used_moved) AS used, sum(capacity_moved) AS capacity,
                 sum(stock_moved) AS stock
            FROM (
                SELECT * FROM seats_ledgerentry WHERE xid >= %(ahead)s AND xid < now.ahead
                 UNION ALL
                SELECT * FROM seats_ledgerentry WHERE xid = ANY(%(running)s::bigint[])
            ) AS entry
           GROUP BY organisation_id, product_id, pool_id, team_id, actor_id
      ) AS changed ON true
      LEFT JOIN orgs_member AS actor
        ON actor.organisation_id = changed.organisation_id AND actor.id = changed.actor_id
"""

HERE = "SELECT pg_current_snapshot()::text"


def since(position: Position) -> dict[str, Any]:
    """Return the parameters with which `CHANGES` reads on from a position."""
    return {"ahead": position.ahead, "running": list(position.running)}


def understand(rows: Sequence[tuple[Any, ...]]) -> Changes:
    """Make sense of the rows of `CHANGES`: at least one, for the new position."""
    position = Position.parse(rows[0][0])
    # A row without an organisation says only that nothing changed.
    return Changes(position, tuple(Change(*row[1:]) for row in rows if row[1]))
