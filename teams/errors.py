"""What teams refuse."""

from django.utils.translation import gettext_lazy as _

from orgs.errors import Refusal


class NameTaken(Refusal):
    title = _("There is a team of this name or id already.")


class BelowItself(Refusal):
    title = _("A team cannot be below itself.")


class Offboarded(Refusal):
    title = _("This person has left the organisation.")


class SignsInAlready(Refusal):
    title = _("This person signs in here already.")


class AlreadyInvited(Refusal):
    title = _("An invitation to this address waits for its answer.")


class SentJustNow(Refusal):
    title = _("An invitation was sent to this address a moment ago.")


class InvitationOver(Refusal):
    """The invitation was accepted or withdrawn, has ended, or a newer link was sent."""

    title = _("This invitation can no longer be used.")


class NotYourInvitation(Refusal):
    title = _("This invitation is for another e-mail address.")
