"""What the API refuses by itself; the rest are the refusals of the services."""

from django.utils.translation import gettext_lazy as _

from orgs.errors import Refusal


class EndsAlready(Refusal):
    title = _("A token cannot end before it begins.")
