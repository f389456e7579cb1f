"""Which team a request may look at, and which it may manage."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from orgs.access import OrgRequest, Role
from teams.models import Team


def visible_team(request: OrgRequest, team_id: UUID) -> Team:
    """Return the team; 404 where the organisation has none such, 403 where it is not theirs."""
    teams = Team.objects.for_org(request.organisation).select_related("parent")
    team = get_object_or_404(teams, pk=team_id)
    if request.role is Role.MANAGER and not manages(request, team):
        raise PermissionDenied
    return team


def manages(request: OrgRequest, team: Team) -> bool:
    """Say whether the member manages the team, or one above it."""
    return request.member.team_memberships.filter(role="manager", team__in=team.lineage).exists()
