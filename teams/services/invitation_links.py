"""The link in the letter of an invitation: which one, of which organisation, and its nonce, signed.

Who holds it has read the mailbox. When it ends stands in the database, not in the link.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from teams.models import Invitation

# Another layout takes another number, so that no old link is misread.
SALT = "teams.invitation.1"


@dataclass(frozen=True)
class Claim:
    """What a link says: it is believed only as far as the invitation's nonce is still the same."""

    organisation_id: UUID
    invitation_id: UUID
    nonce: str


def token_of(invitation: Invitation) -> str:
    """Return the signed part of the invitation's present link."""
    said = [invitation.organisation_id.hex, invitation.pk.hex, invitation.nonce]
    return _signer().sign(".".join(said))


def read_token(token: str) -> Claim | None:
    """Return what a link says, or None where it is forged or cut."""
    try:
        organisation, invitation, nonce = _signer().unsign(token).split(".")
        return Claim(UUID(organisation), UUID(invitation), nonce)
    except (signing.BadSignature, ValueError):
        return None


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep="~")
