"""Withdraws what was granted to members before their rights changed."""

from uuid import UUID

from seatdash.live.source import Rows
from seatdash.live.tokens import SECONDS_VALID

# A change is stamped in its transaction and seen when that has committed: look back over the time
# between.
LOOK_BACK = 60.0

# Who was just created has no older token to withdraw.
CHANGED = """
    SELECT id, (extract(epoch FROM rights_changed_at) * 1000000)::bigint
      FROM orgs_member
     WHERE rights_changed_at > now() - make_interval(secs => %(seconds)s)
       AND rights_changed_at <> created_at
"""


class Withdrawals:
    """For each member whose rights changed lately: when they last did, by the database's clock.

    A token says which rights its page was made with, so no clocks are compared: it is void as soon
    as later ones are known.
    """

    def __init__(self) -> None:
        self._rights: dict[UUID, int] = {}
        self._looked = 0.0

    def window(self, now: float) -> float:
        """Return how many seconds the next look must go back."""
        return (now - self._looked if self._looked else SECONDS_VALID) + LOOK_BACK

    def note(self, rows: Rows, now: float) -> bool:
        """Take in what a look has found; tell whether there was anything new in it."""
        self._looked = now
        fresh = {member: at for member, at in rows if self._rights.get(member) != at}
        self._rights |= fresh
        self._let_go(int((now - SECONDS_VALID - LOOK_BACK) * 1_000_000))
        return bool(fresh)

    def cover(self, member_id: UUID, rights: int) -> bool:
        """Tell whether a member's rights have changed since they were as given."""
        return rights < self._rights.get(member_id, 0)

    def _let_go(self, horizon: int) -> None:
        for member in [member for member, at in self._rights.items() if at < horizon]:
            del self._rights[member]
