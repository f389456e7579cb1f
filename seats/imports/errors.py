"""What imports refuse."""

from django.utils.translation import gettext_lazy as _

from orgs.errors import Refusal


class Unreadable(Refusal):
    title = _("This file cannot be read.")


class NotNow(Refusal):
    title = _("The import has moved on meanwhile.")


class ChangedSince(Refusal):
    title = _("Something changed since the preview. Nothing was imported.")
