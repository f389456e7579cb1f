"""Leaving a team, and leaving the organisation (rule 15)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orgs.models import Member
from orgs.services import disable
from seatdash.tenancy import atomically
from seats.models import Enrolment
from seats.services.ledger import EndReason
from seats.services.revocation import end_all
from teams.models import Team
from teams.services import remove_from_all_teams, remove_from_team
from teams.services.invitations import withdraw_all


@dataclass(frozen=True, kw_only=True)
class Left:
    """How many enrolments ended with it."""

    member: Member
    revoked: int


@atomically
def leave(*, actor: Member, member: Member, team: Team, reason: str = "") -> Left:
    """Take a member out of a team, and revoke the enrolments held through it, in one step."""
    # The membership goes before the enrolments are looked for: whoever is enrolling this member
    # holds it, so this waits for them.
    remove_from_team(actor=actor, member=member, team=team)
    revoked = _end(actor, member, team, reason or _("left the team"))
    return Left(member=member, revoked=revoked)


@atomically
def offboard(*, actor: Member, member: Member, reason: str = "") -> Left:
    """Take a member out of every team and disable the sign-in to this organisation.

    Raises LastAdmin where nobody would be left to administer it.
    """
    disable(actor=actor, member=member)
    withdraw_all(actor=actor, email=member.email)
    remove_from_all_teams(actor=actor, member=member)
    revoked = _end(actor, member, None, reason or _("left the organisation"))
    return Left(member=member, revoked=revoked)


def _end(actor: Member, member: Member, team: Team | None, reason: str) -> int:
    held = Enrolment.objects.for_org(member.organisation_id).of_member(member).unended()
    enrolments = list(held.filter(team=team) if team else held)
    return end_all(actor=actor, enrolments=enrolments, end_reason=EndReason.LEFT, reason=reason)
