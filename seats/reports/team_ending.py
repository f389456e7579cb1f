"""Who of a team is about to lose a seat, and who lost one of late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from seats import clock
from seats.reports import team_sql
from seats.services.ledger_sql import run
from teams.models import Team

SOON = timedelta(days=14)
# So many are named; the list of enrolments has them all.
NAMED = 5


class EndingRow(NamedTuple):
    """A row of the statement; `all_of_them` says how many there are of its sort."""

    is_over: bool
    all_of_them: int
    id: UUID
    allocation_id: UUID
    member: str
    email: str
    product: str
    extendable: bool
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The first of the `ends` to come within two weeks, and of the `lapsed` in the last two."""

    soon: list[EndingRow]
    ends: int
    ended: list[EndingRow]
    lapsed: int

    @property
    def more(self) -> int:
        return self.ends - len(self.soon)

    @property
    def more_ended(self) -> int:
        return self.lapsed - len(self.ended)


def ending_of(team: Team) -> Ending:
    """Name those whose seats end soon, and those whose ended and who were not enrolled again."""
    now = clock.now()
    asked = {"team": team.pk, "now": now, "soon": now + SOON, "since": now - SOON, "most": NAMED}
    rows = [EndingRow(*row) for row in run(team_sql.ENDING, asked, many=False)]
    soon = [row for row in rows if not row.is_over]
    ended = [row for row in rows if row.is_over]
    return Ending(
        soon=soon,
        ends=soon[0].all_of_them if soon else 0,
        ended=ended,
        lapsed=ended[0].all_of_them if ended else 0,
    )
