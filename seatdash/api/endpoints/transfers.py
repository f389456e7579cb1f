"""Seats from one team to another."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from seatdash.api.application import router
from seatdash.api.door import Scoped
from seatdash.api.finding import caller_of, product_named, team_named
from seatdash.api.schemas.moves import TransferIn, TransferOut
from seats.services import transfer as service

transfers: Router = router()


@transfers.post(
    "", auth=Scoped("provision"), response=TransferOut, summary="Transfer seats between teams"
)
def transfer_seats(request: HttpRequest, asked: TransferIn) -> Any:
    """Both sides are booked in one step. With `preview` nothing is changed, and refused alike."""
    caller = caller_of(request)
    movement: dict[str, Any] = {
        "actor": caller.actor,
        "product": product_named(caller.organisation_id, asked.product),
        "source": team_named(caller.organisation_id, asked.from_team),
        "target": team_named(caller.organisation_id, asked.to_team),
        "seats": asked.seats,
    }
    if asked.preview:
        return TransferOut.of(service.preview(**movement), is_done=False)
    return TransferOut.of(service.transfer(**movement, reason=asked.reason), is_done=True)
