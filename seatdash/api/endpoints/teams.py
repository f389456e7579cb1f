"""Teams, with or without their first seats."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from seatdash.api.application import router
from seatdash.api.door import Scoped
from seatdash.api.finding import caller_of
from seatdash.api.schemas.lists import Listed, Page, page_of
from seatdash.api.schemas.provisioning import NewTeamIn, NewTeamOut
from seatdash.api.schemas.things import TeamOut
from seats.services.provisioning import Outcome, provision
from teams.errors import NameTaken
from teams.models import Team

teams = router()


@teams.get("", auth=Scoped("read"), response=Listed[TeamOut], summary="List teams")
def list_teams(request: HttpRequest, page: Page) -> Any:
    rows = Team.objects.for_org(caller_of(request).organisation_id)
    return page_of(rows, page, lambda shown: [TeamOut.of(each) for each in shown])


@teams.post("", auth=Scoped("provision"), response={201: NewTeamOut}, summary="Create a team")
def make_team(request: HttpRequest, team: NewTeamIn) -> Any:
    """With `seats` it gets them in the same step, as in provision."""
    done = provision(actor=caller_of(request).actor, order=team.order)
    if done.team.outcome is not Outcome.CREATED:
        raise NameTaken(_("It is %(team)s. Give it more by provision.") % {"team": done.team.team})
    return NewTeamOut.of(done)
