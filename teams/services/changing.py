"""Renaming a team, putting it elsewhere with all below it, and where it is charged to."""

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from orgs.models import Member
from orgs.services import touch_rights
from seatdash.tenancy import atomically
from teams.errors import BelowItself, NameTaken
from teams.models import Team, TeamMember
from teams.services import check_open, lock_team


@atomically
def change_team(
    *, actor: Member, team: Team, name: str, external_id: str | None, parent: Team | None
) -> Team:
    """Rename a team, or put it and all below it elsewhere. Raises NameTaken, BelowItself, Archived.

    Who manages a team above, before or after, has other rights from then on.
    """
    if parent != team.parent:
        _touch_managers_above(team, parent)
    above = _lock_branch(team, parent)
    locked = lock_team(team)
    locked.name, locked.external_id, locked.parent = name, external_id or None, above
    try:
        with transaction.atomic():
            locked.save(update_fields=["name", "external_id", "parent"])
            _hang(locked, above)
    except IntegrityError as error:
        raise NameTaken(_("Give it another name or id.")) from error
    locked.refresh_from_db(fields=["lineage"])
    return locked


@atomically
def set_cost_centre(*, actor: Member, team: Team, cost_centre: str) -> Team:
    """Say where finance charges a team's seats to; '' for nowhere. Raises Archived."""
    locked = lock_team(team)
    locked.cost_centre = cost_centre
    locked.save(update_fields=["cost_centre"])
    return locked


def _touch_managers_above(team: Team, parent: Team | None) -> None:
    above = {*team.lineage, *(parent.lineage if parent else [])} - {team.pk}
    managers = TeamMember.objects.for_org(team.organisation_id).managers().filter(team__in=above)
    touch_rights(managers.values_list("member_id", flat=True))


def _lock_branch(team: Team, parent: Team | None) -> Team | None:
    """Lock the team, all below it and the one it goes below; answers the latter as it is now."""
    teams = Team.objects.for_org(team.organisation_id)
    concerned = teams.below(team) | teams.filter(pk__in=[parent.pk] if parent else [])
    locked = {row.pk: row for row in concerned.order_by("pk").select_for_update(no_key=True)}
    if parent is None:
        return None
    above = locked[parent.pk]
    check_open(above)
    if team.pk in above.lineage:
        raise BelowItself(_("%(above)s is below %(team)s.") % {"above": above, "team": team})
    return above


def _hang(team: Team, above: Team | None) -> None:
    # All below it keep their place below it.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE teams_team SET lineage = %s::uuid[] || lineage[array_position(lineage, %s):]"
            " WHERE organisation_id = %s AND lineage @> ARRAY[%s]",
            [above.lineage if above else [], team.pk, team.organisation_id, team.pk],
        )
