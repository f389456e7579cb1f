"""Withdraws what was granted to members before their rights changed."""

from uuid import UUID

from seatdash.live.source import Rows
from seatdash.live.tokens import SECONDS_VALID, Grant

# A change is stamped when its transaction begins and seen when it has committed: each look goes
# back over the time between. One that nobody saw happening counts from somewhat after its stamp.
LOOK_BACK = 60.0
COMMIT_TAKES = 10.0

# Who was just created has no older token to withdraw.
CHANGED = """
    SELECT id, extract(epoch FROM rights_changed_at)::float8
      FROM orgs_member
     WHERE rights_changed_at > now() - make_interval(secs => %(seconds)s)
       AND rights_changed_at <> created_at
"""


class Withdrawals:
    """For each member whose rights changed lately: tokens issued before this moment are void."""

    def __init__(self) -> None:
        self.before: dict[UUID, float] = {}
        self._seen: dict[UUID, float] = {}
        self._looked = 0.0

    def window(self, now: float) -> float:
        """Return how many seconds the next look must go back."""
        return (now - self._looked if self._looked else SECONDS_VALID) + LOOK_BACK

    def note(self, rows: Rows, now: float) -> dict[UUID, float]:
        """Take in what a look has found, and return what is new in it.

        A change seen happening counts from when it is seen: a page made while it was being
        committed showed the old rights.
        """
        watching = now - self._looked < COMMIT_TAKES
        self._looked = now
        fresh = {member: at for member, at in rows if self._seen.get(member) != at}
        new = {member: now if watching else at + COMMIT_TAKES for member, at in fresh.items()}
        self._seen |= fresh
        self.before |= new
        self._let_go(now - SECONDS_VALID - LOOK_BACK)
        return new

    def cover(self, grant: Grant) -> bool:
        """Tell whether a token was issued before its member's rights changed."""
        return grant.issued < self.before.get(grant.member_id, 0.0)

    def _let_go(self, horizon: float) -> None:
        for member in [member for member, at in self.before.items() if at < horizon]:
            del self.before[member]
            del self._seen[member]
