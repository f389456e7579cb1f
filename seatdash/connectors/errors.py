"""What connections refuse.

Refusal
├── NotConnected          the learning system did not answer as it should
├── AlreadyComparing      a comparison is under way
├── SwitchedOff           nothing is done while the connection is off
└── NothingToCall         webhooks only: there is no learning system to call
"""

from django.utils.translation import gettext_lazy as _

from orgs.errors import Refusal


class NotConnected(Refusal):
    title = _("The learning system did not answer as it should.")


class AlreadyComparing(Refusal):
    title = _("It is being compared already.")


class SwitchedOff(Refusal):
    title = _("The connection is switched off.")


class NothingToCall(Refusal):
    title = _("This connection has nothing to call.")
