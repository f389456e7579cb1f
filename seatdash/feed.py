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
    """A pool whose figures moved; without a pool, the stock of the product."""

    organisation_id: UUID
    product_id: UUID
    pool_id: UUID | None


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
    SELECT now.here, changed.organisation_id, changed.product_id, changed.pool_id
      FROM now
      LEFT JOIN LATERAL (
          SELECT organisation_id, product_id, pool_id
            FROM seats_ledgerentry
           WHERE xid >= %(ahead)s AND xid < now.ahead
           UNION
          SELECT organisation_id, product_id, pool_id
            FROM seats_ledgerentry
           WHERE xid = ANY(%(running)s::bigint[])
      ) AS changed ON true
"""

HERE = "SELECT pg_current_snapshot()::text"


def since(position: Position) -> dict[str, Any]:
    """Return the parameters with which `CHANGES` reads on from a position."""
    return {"ahead": position.ahead, "running": list(position.running)}


def understand(rows: Sequence[tuple[str, UUID | None, UUID | None, UUID | None]]) -> Changes:
    """Make sense of the rows of `CHANGES`: at least one, for the new position."""
    position = Position.parse(rows[0][0])
    changes = (
        Change(organisation_id, product_id, pool_id)
        for _, organisation_id, product_id, pool_id in rows
        if organisation_id and product_id
    )
    return Changes(position, tuple(changes))
