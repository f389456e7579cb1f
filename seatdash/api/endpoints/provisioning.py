"""The one call for shops and onboarding."""

from typing import Any

from django.http import HttpRequest

from seatdash.api.application import router
from seatdash.api.door import Scoped
from seatdash.api.finding import caller_of
from seatdash.api.schemas.provisioning import ProvisionIn, ProvisionOut
from seats.services.provisioning import provision

provisioning = router()


@provisioning.post(
    "",
    auth=Scoped("provision", keyed=True),
    response=ProvisionOut,
    summary="Provision a team with seats and people",
)
def provision_team(request: HttpRequest, order: ProvisionIn) -> Any:
    """Creates what is missing and increments what is there, all of it or none.

    The answer says of each part whether it was created, incremented, or already so.
    """
    return ProvisionOut.of(provision(actor=caller_of(request).actor, order=order.order))
