"""REST hooks: programs such as Zapier, Make and n8n subscribe by the API (https://resthooks.org).

A subscription is an endpoint with one type. It tells nothing that its token may not read, so the
scope is `read`. Whoever answers 410 Gone has unsubscribed.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query
from ninja.responses import Status
from pydantic import BaseModel, Field

from seatdash.api.application import router
from seatdash.api.door import Scoped
from seatdash.api.finding import caller_of
from seatdash.api.problems import not_found
from seatdash.api.schemas.fields import NO_NUL, Given, Told
from seatdash.api.schemas.lists import Listed, Page, page_of
from seatdash.webhooks.events import OFFERED, Type
from seatdash.webhooks.models import Endpoint
from seatdash.webhooks.samples import newest_of
from seatdash.webhooks.services.endpoints import add_endpoint, delete_endpoint, secret_of

hooks = router()

EventName = Annotated[
    str,
    Field(
        pattern="^(" + "|".join(name.replace(".", r"\.") for name, _label in OFFERED) + ")$",
        examples=["enrolment.created"],
    ),
]


class HookIn(Given):
    target_url: str = Field(
        pattern=NO_NUL,
        min_length=1,
        max_length=1000,
        examples=["https://hooks.zapier.com/hooks/standard/1/abc/"],
    )
    event: EventName


class HookOut(Told):
    id: UUID
    target_url: str
    event: str
    state: str = Field(description="active, paused or off.")
    created_at: datetime


class NewHookOut(HookOut):
    secret: str = Field(description="What messages are signed with: Standard Webhooks.")


class Sample(Told):
    id: str = Field(description="The webhook-id that it is sent with.")
    type: str
    timestamp: datetime
    data: dict[str, Any]


class Samples(BaseModel):
    limit: int = Field(10, ge=1, le=100, description="How many at most.")


@hooks.get("", auth=Scoped("read"), response=Listed[HookOut], summary="List subscriptions")
def list_hooks(request: HttpRequest, page: Page) -> Any:
    rows = Endpoint.objects.for_org(caller_of(request).organisation_id).filter(is_hook=True)
    return page_of(rows, page, lambda found: [HookOut(**_told(each)) for each in found])


@hooks.post(
    "",
    auth=Scoped("read"),
    response={201: NewHookOut, 200: NewHookOut},
    summary="Subscribe to an event",
)
def subscribe(request: HttpRequest, hook: HookIn) -> Any:
    """Events of this type are posted to the address from now on. Subscribing again changes nothing.

    An address that may not be used is refused (409, AddressNotAllowed).
    """
    caller = caller_of(request)
    same = Endpoint.objects.for_org(caller.organisation_id).filter(
        is_hook=True, address=hook.target_url, types=[hook.event]
    )
    if found := same.first():
        return Status(200, _new(found))
    made = add_endpoint(
        actor=caller.actor, address=hook.target_url, types=[hook.event], is_hook=True
    )
    return Status(201, _new(made))


@hooks.delete("/{uuid:hook_id}", auth=Scoped("read"), response={204: None}, summary="Unsubscribe")
def unsubscribe(request: HttpRequest, hook_id: UUID) -> Any:
    caller = caller_of(request)
    found = Endpoint.objects.for_org(caller.organisation_id).filter(is_hook=True, pk=hook_id)
    if (endpoint := found.first()) is None:
        raise not_found("subscription of this id")
    delete_endpoint(actor=caller.actor, endpoint=endpoint)
    return Status(204, None)


@hooks.get(
    "/samples/{event}",
    auth=Scoped("read"),
    response=Listed[Sample],
    summary="The newest events of a type",
)
def samples(request: HttpRequest, event: str, asked: Annotated[Samples, Query()]) -> Any:
    """The newest first, each under the id that it is or would be sent with: for polling."""
    if event not in dict(OFFERED):
        raise not_found("event of this name")
    found = newest_of(caller_of(request).organisation_id, Type(event), asked.limit)
    return {"items": found, "next": None}


def _told(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.pk,
        "target_url": endpoint.address,
        "event": endpoint.types[0],
        "state": endpoint.state,
        "created_at": endpoint.created_at,
    }


def _new(endpoint: Endpoint) -> NewHookOut:
    return NewHookOut(**_told(endpoint), secret=secret_of(endpoint))
