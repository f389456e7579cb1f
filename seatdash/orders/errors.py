"""What stops a message or an order."""

from django.utils.translation import gettext_lazy as _

from orgs.errors import Refusal


class WrongSignature(Exception):
    """The message is not signed as its shop signs, with the secret that we know."""


class SecretLost(Exception):
    """Nobody can tell whether the message is signed: our secret was kept under a lost key."""


class NotUnderstood(Exception):
    """A signed message that says nothing we can read; the words say what is missing."""


class NotMapped(Refusal):
    title = _("The order cannot be mapped yet.")


class NameTaken(Refusal):
    title = _("There is a shop of this name already.")


class MappedAlready(Refusal):
    title = _("This is mapped already.")


class NothingToRefund(Refusal):
    title = _("There is no refund to count.")
