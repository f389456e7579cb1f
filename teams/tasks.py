"""The letters about people that the worker sends. It finds this module by its name."""

from uuid import UUID

from procrastinate.contrib.django import app

from orgs.mail import PAUSES, address_of, send
from orgs.models import User
from seatdash import tenancy
from teams.models import Invitation
from teams.services.invitation_links import token_of


@app.task(retry=PAUSES)
def mail_invitation(organisation_id: str, invitation_id: str, sent: int) -> None:
    """Send an invitation, unless it is over or was sent again since."""
    with tenancy.scope(UUID(organisation_id)):
        related = Invitation.objects.select_related("organisation", "team", "invited_by__user")
        invitation = related.filter(pk=UUID(invitation_id), sent=sent).first()
    if invitation and invitation.state == Invitation.State.WAITING:
        send(
            "invitation",
            to=invitation.email,
            organisation=invitation.organisation,
            reader=_reader(invitation),
            invitation=invitation,
            link=address_of("invitation", token_of(invitation)),
        )


def _reader(invitation: Invitation) -> User | None:
    """Return who will read it; somebody unknown is guessed to read what the inviter does."""
    known = User.objects.filter(email=invitation.email).first()
    return known or invitation.invited_by.user
