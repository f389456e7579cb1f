"""Making teams, and who belongs to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from orgs.ids import new_id
from orgs.models import Member
from orgs.services import touch_rights
from seatdash.tenancy import atomically
from teams.models import Team, TeamMember


@dataclass(frozen=True)
class Person:
    """Someone known by e-mail, who may or may not be a member yet."""

    email: str
    name: str = ""


@atomically
def create_team(
    *, actor: Member, name: str, external_id: str | None = None, parent: Team | None = None
) -> Team:
    """Make a team, below `parent` where it is given."""
    team_id = new_id()
    return Team.objects.create(
        pk=team_id,
        organisation_id=actor.organisation_id,
        name=name,
        external_id=external_id or None,
        parent=parent,
        lineage=[*(parent.lineage if parent else []), team_id],
    )


@atomically
def close_team(*, actor: Member, team: Team) -> Team:
    """Mark a team as archived; whether it may be is the caller's question."""
    team.archived_at = timezone.now()
    team.save(update_fields=["archived_at"])
    return team


@atomically
def join(*, actor: Member, team: Team, people: Sequence[Person]) -> list[UUID]:
    """Make people members of the organisation and of the team, where they are not yet.

    Answers their ids, in the order given, each once. Addresses are compared without case.
    """
    wanted = {person.email.lower(): person for person in people}
    ids = _members(actor.organisation_id, wanted)
    _welcome_back(ids.values())
    _belong(actor.organisation_id, team, list(ids.values()))
    return [ids[email] for email in wanted]


@atomically
def appoint(*, actor: Member, team: Team, member: Member, role: TeamMember.Role) -> TeamMember:
    """Give a member a role in a team, adding the member where needed."""
    membership, _ = TeamMember.objects.update_or_create(
        organisation_id=actor.organisation_id, team=team, member=member, defaults={"role": role}
    )
    touch_rights([member.pk])
    return membership


@atomically
def remove_from_team(*, actor: Member, member: Member, team: Team) -> None:
    """End a membership only; `seats.services.leaving.leave` ends what hangs on it too."""
    TeamMember.objects.for_org(actor.organisation_id).filter(team=team, member=member).delete()
    touch_rights([member.pk])


@atomically
def remove_from_all_teams(*, actor: Member, member: Member) -> None:
    """End all memberships only, as `remove_from_team`."""
    TeamMember.objects.for_org(actor.organisation_id).filter(member=member).delete()
    touch_rights([member.pk])


def _members(organisation_id: UUID, wanted: dict[str, Person]) -> dict[str, UUID]:
    found = _ids(organisation_id, wanted)
    missing = sorted(email for email in wanted if email not in found)
    if not missing:
        return {email: found[email] for email in wanted}
    # Somebody may be adding the same people now; in one order, nobody waits in a circle.
    Member.objects.bulk_create(
        [
            Member(
                organisation_id=organisation_id, email=wanted[email].email, name=wanted[email].name
            )
            for email in missing
        ],
        ignore_conflicts=True,
    )
    return _ids(organisation_id, wanted)


def _welcome_back(members: Iterable[UUID]) -> None:
    # Someone offboarded earlier may learn again; the role and the sign-in do not come back with it.
    Member.objects.filter(pk__in=list(members), offboarded_at__isnull=False).update(
        offboarded_at=None
    )


def _ids(organisation_id: UUID, wanted: dict[str, Person]) -> dict[str, UUID]:
    members = Member.objects.for_org(organisation_id).with_emails(wanted)
    return dict(members.values_list("email_lower", "pk"))


def _belong(organisation_id: UUID, team: Team, members: Sequence[UUID]) -> None:
    present = set(
        TeamMember.objects.filter(team=team, member__in=members).values_list("member", flat=True)
    )
    TeamMember.objects.bulk_create(
        [
            TeamMember(organisation_id=organisation_id, team=team, member_id=member)
            for member in sorted(set(members) - present)
        ],
        ignore_conflicts=True,
    )
