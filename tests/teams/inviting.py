"""What the tests of invitations have in common."""

from datetime import timedelta
from typing import Any

from orgs.models import Member
from seats.services.leaving import offboard
from teams.models import Invitation
from teams.services import Person, join
from teams.services.invitation_links import Claim, read_token, token_of
from teams.services.invitations import accept_as_new, withdraw
from tests.conftest import PASSWORD, Cast

EMAIL = "kim@north.example"


FINANCE = Member.Role.FINANCE


def claim_of(invitation: Invitation) -> Claim:
    claim = read_token(token_of(invitation))
    assert claim
    return claim


def later(invitation: Invitation, **by: Any) -> None:
    """Let time pass since the invitation was sent."""
    passed = timedelta(**by)
    invitation.sent_at, invitation.expires_at = (
        invitation.sent_at - passed,
        invitation.expires_at - passed,
    )
    invitation.save()


def join_as_kim(invitation: Invitation) -> Member:
    return accept_as_new(claim=claim_of(invitation), name="Kim Abara", password=PASSWORD)


def over(cast: Cast, invitation: Invitation, how: str) -> None:
    if how == "ended":
        later(invitation, days=7)
    elif how == "withdrawn":
        withdraw(actor=cast.admin, invitation=invitation)
    elif how == "used":
        join_as_kim(invitation)
    else:
        invited = join(actor=cast.admin, team=cast.team, people=[Person(EMAIL)])
        offboard(actor=cast.admin, member=Member.objects.get(pk=invited[0]))
