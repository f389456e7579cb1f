"""A team's page as it was at a past moment: what it drew on, and what it used of that.

Who belonged to the team is in no ledger; so the page does not tell.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seats import books
from seats.counters import Counter
from seats.models import Allocation
from seats.reports.past_pool import past_allocation_counter
from seats.reports.team_below import Below, below_as_of
from teams.models import Team


@dataclass(frozen=True, kw_only=True)
class PastHolding:
    """A pool that the team drew on, as the team might see it."""

    usage: books.Usage
    counter: Counter

    @property
    def is_shared(self) -> bool:
        return self.usage.teams > 1


@dataclass(frozen=True, kw_only=True)
class PastTeamReport:
    """`pools` are all that the team ever drew on; `below` are the teams below it today."""

    team: Team
    pools: Collection[UUID]
    holdings: list[PastHolding]
    below: Sequence[Team]
    sums: Below | None


def past_team_report(team: Team, moment: datetime) -> PastTeamReport:
    """Report a team as it was at a past moment, from the ledger alone."""
    allocated = Allocation.objects.of_team(team).order_by().values_list("pool", flat=True)
    pools = set(allocated)
    usage = books.as_of(team.organisation, moment, pools=pools)
    below = list(Team.objects.for_org(team.organisation_id).open().filter(parent=team).by_name())
    return PastTeamReport(
        team=team,
        pools=pools,
        holdings=[_holding(each) for each in usage if each.team_id == team.pk],
        below=below,
        sums=below_as_of(team, below, moment) if below else None,
    )


def _holding(usage: books.Usage) -> PastHolding:
    return PastHolding(usage=usage, counter=past_allocation_counter(usage))
