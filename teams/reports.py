"""What the page behind an invitation's link shows."""

from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from orgs.models import User
from seatdash import tenancy
from teams.models import Invitation
from teams.services.invitation_links import Claim, read_token
from teams.services.invitations import has_password


class Door(StrEnum):
    """How the link opens to whoever holds it, or why it does not."""

    UNKNOWN = "unknown"
    REPLACED = "replaced"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    WRONG_USER = "wrong_user"
    SIGN_IN = "sign_in"
    NEW = "new"
    ACCEPT = "accept"

    @property
    def status(self) -> int:
        """Return the status of the page that shows it."""
        gone = {Door.REPLACED, Door.ENDED, Door.WITHDRAWN, Door.ACCEPTED}
        if self in gone:
            return 410
        return {Door.UNKNOWN: 404, Door.CLOSED: 403, Door.WRONG_USER: 403}.get(self, 200)


@dataclass(frozen=True)
class Invited:
    """An invitation as its link shows it; nothing is told of one whose link is not whole."""

    door: Door
    claim: Claim | None = None
    invitation: Invitation | None = None


def invited(token: str, user: User | AnonymousUser) -> Invited:
    """Say what a link is worth to somebody, who may be signed in."""
    claim = read_token(token)
    invitation = _find(claim) if claim else None
    if claim is None or invitation is None:
        return Invited(Door.UNKNOWN)
    return Invited(_door(claim, invitation, user), claim, invitation)


def _find(claim: Claim) -> Invitation | None:
    # The link is signed, so the organisation that it names may be looked into.
    with tenancy.scope(claim.organisation_id):
        related = Invitation.objects.select_related("organisation", "team", "invited_by")
        return related.filter(pk=claim.invitation_id).first()


def _door(claim: Claim, invitation: Invitation, user: User | AnonymousUser) -> Door:
    if invitation.state != Invitation.State.WAITING:
        return Door(invitation.state.value)
    if invitation.nonce != claim.nonce:
        return Door.REPLACED
    if user.is_authenticated:
        return Door.ACCEPT if user.email.lower() == invitation.email else Door.WRONG_USER
    known = User.objects.filter(email=invitation.email).first()
    if known and not known.is_active:
        return Door.CLOSED
    return Door.SIGN_IN if known and has_password(known) else Door.NEW
