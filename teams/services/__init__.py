"""Making teams, and who belongs to them; `changing` renames and moves them, `invitations` asks
people to sign in."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.errors import Archived
from orgs.ids import new_id
from orgs.models import Member
from orgs.services import touch_rights
from seatdash.tenancy import atomically
from teams.errors import NameTaken, Offboarded
from teams.models import Team, TeamMember
from teams.services.entering import Person, belong, enter_all, welcome_back

__all__ = ["Person"]


@atomically
def create_team(
    *, actor: Member, name: str, external_id: str | None = None, parent: Team | None = None
) -> Team:
    """Make a team, below `parent` where it is given. Raises NameTaken or Archived."""
    above = lock_team(parent) if parent else None
    team_id = new_id()
    try:
        with transaction.atomic():
            return Team.objects.create(
                pk=team_id,
                organisation_id=actor.organisation_id,
                name=name,
                external_id=external_id or None,
                parent=above,
                lineage=[*(above.lineage if above else []), team_id],
            )
    except IntegrityError as error:
        raise NameTaken(_("Give it another name or id.")) from error


def lock_team(team: Team) -> Team:
    """Lock a team that is in use; raises Archived. For services only."""
    rows = Team.objects.for_org(team.organisation_id).select_for_update(no_key=True)
    locked = rows.get(pk=team.pk)
    check_open(locked)
    return locked


def check_open(team: Team) -> None:
    """Raise Archived for a team that is archived."""
    if team.archived_at:
        raise Archived(_("%(name)s is archived.") % {"name": team})


@atomically
def close_team(*, actor: Member, team: Team) -> Team:
    """Mark a team as archived; whether it may be is the caller's question."""
    team.archived_at = timezone.now()
    team.save(update_fields=["archived_at"])
    return team


@atomically
def join(*, actor: Member, team: Team, people: Sequence[Person]) -> list[UUID]:
    """Make people members of the organisation and of the team, where they are not yet.

    Answers their ids, in the order given, each once. Addresses are compared without case. Raises
    Archived.
    """
    members = list(dict.fromkeys(enter_all(actor.organisation_id, people).values()))
    lock_team(team)
    belong(team, members)
    return members


@atomically
def enter(*, actor: Member, people: Sequence[Person]) -> dict[str, UUID]:
    """Make people members of the organisation, where they are not yet; those who left come back.

    Answers their ids, by the address as it was given.
    """
    return enter_all(actor.organisation_id, people)


@atomically
def admit(*, actor: Member, team: Team, members: Sequence[UUID]) -> Team:
    """Make members of the organisation members of the team, where they are not yet.

    Answers the team, locked. Raises Archived.
    """
    welcome_back(members)
    locked = lock_team(team)
    belong(locked, members)
    return locked


@atomically
def dismiss(*, actor: Member, learners: Iterable[TeamMember]) -> int:
    """End memberships that `hold_learners` holds; answers how many."""
    ending = list(learners)
    touch_rights([each.member_id for each in ending])
    TeamMember.objects.filter(pk__in=[each.pk for each in ending]).delete()
    return len(ending)


def hold_learners(
    organisation_id: UUID, teams: Iterable[UUID], members: Iterable[UUID]
) -> list[TeamMember]:
    """Hold memberships, but managers', so that nobody is enrolled through them meanwhile.

    For services only, once the members are locked.
    """
    places = TeamMember.objects.for_org(organisation_id).filter(
        team__in=set(teams), member__in=set(members), role=TeamMember.Role.LEARNER
    )
    return list(places.order_by("team_id", "member_id").select_for_update())


@atomically
def add_people(
    *, actor: Member, team: Team, people: Sequence[Person], role: TeamMember.Role
) -> list[UUID]:
    """Add people to a team; as managers where `role` says so. Nobody loses a role by it."""
    members = join(actor=actor, team=team, people=people)
    if role == TeamMember.Role.MANAGER:
        memberships = TeamMember.objects.for_org(actor.organisation_id).filter(team=team)
        memberships.filter(member__in=members).update(role=role)
        touch_rights(members)
    return members


@atomically
def appoint(*, actor: Member, team: Team, member: Member, role: TeamMember.Role) -> TeamMember:
    """Give a member a role in a team, adding the member where needed.

    Raises Archived or Offboarded.
    """
    touch_rights([member.pk])
    if not Member.objects.active().filter(pk=member.pk).exists():
        raise Offboarded(_("Add %(name)s to a team again first.") % {"name": member})
    lock_team(team)
    membership, _created = TeamMember.objects.update_or_create(
        organisation_id=actor.organisation_id, team=team, member=member, defaults={"role": role}
    )
    return membership


@atomically
def remove_from_team(*, actor: Member, member: Member, team: Team) -> None:
    """End a membership only; `seats.services.leaving.leave` ends what hangs on it too."""
    touch_rights([member.pk])
    TeamMember.objects.for_org(actor.organisation_id).filter(team=team, member=member).delete()


@atomically
def remove_from_all_teams(*, actor: Member, member: Member) -> None:
    """End all memberships only, as `remove_from_team`."""
    touch_rights([member.pk])
    memberships = TeamMember.objects.for_org(actor.organisation_id).filter(member=member)
    # A deletion takes the rows as it finds them; they are locked in the order of `hold_learners`.
    list(memberships.order_by("team_id").select_for_update())
    memberships.delete()
