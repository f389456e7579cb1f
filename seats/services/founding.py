"""A new team with its first seats, in one step."""

from orgs.models import Member
from seatdash.tenancy import atomically
from seats.services.allocation import Allocated
from seats.services.giving import Gift, give
from teams.models import Team
from teams.services import create_team


@atomically
def found_team(
    *,
    actor: Member,
    name: str,
    external_id: str = "",
    parent: Team | None = None,
    gift: Gift | None = None,
) -> tuple[Team, Allocated | None]:
    """Make a team and give it seats; where these are refused there is no team either."""
    team = create_team(actor=actor, name=name, external_id=external_id or None, parent=parent)
    return team, give(actor=actor, team=team, gift=gift) if gift else None
