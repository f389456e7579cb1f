"""What teams refuse."""

from django.utils.translation import gettext_lazy as _

from orgs.errors import Refusal


class NameTaken(Refusal):
    title = _("There is a team of this name or id already.")


class Offboarded(Refusal):
    title = _("This person has left the organisation.")
