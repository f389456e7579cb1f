"""What the tests of webhooks do: make endpoints, work for a while, read what arrived."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min
from standardwebhooks import Webhook

from orgs.models import Member
from seatdash import tenancy
from seatdash.webhooks.events import OFFERED
from seatdash.webhooks.models import Delivery, Endpoint
from seatdash.webhooks.sending import deliver_what_is_due
from seatdash.webhooks.services.endpoints import add_endpoint, secret_of
from seats import clock
from seats.services.chaining import link_new_entries
from seats.services.followers import Telling
from tests.receiver import Received, Receiver

EVERY_TYPE = [name for name, _label in OFFERED]


def make_endpoint(
    actor: Member, receiver: Receiver, types: Sequence[str] = EVERY_TYPE, **fields: Any
) -> Endpoint:
    return add_endpoint(actor=actor, address=receiver.address, types=types, **fields)


def work() -> None:
    """Do what the worker does, until nothing is due: link, tell, deliver."""
    Telling().tell(link_new_entries())
    asyncio.run(deliver_what_is_due())


def work_until_all_is_delivered(endpoint: Endpoint, since: datetime) -> datetime:
    """Work on, with the clock put on to the next attempt each time; answers when all was done."""
    moment = since
    for _turn in range(10_000):
        with clock.telling(moment):
            work()
        due = next_attempt(endpoint)
        if due is None:
            return moment
        moment = max(due, moment) + timedelta(milliseconds=1)
    raise AssertionError("It does not come to an end.")


def next_attempt(endpoint: Endpoint) -> datetime | None:
    """Return when something waits to be sent to the endpoint, if anything does."""
    with tenancy.scope(endpoint.organisation_id):
        waiting = Delivery.objects.to(endpoint).waiting().order_by()
        at: datetime | None = waiting.aggregate(at=Min("next_at"))["at"]
        due = Endpoint.objects.values_list("due_at", flat=True).get(pk=endpoint.pk)
    return due if at else None


def verified(endpoint: Endpoint, received: Received) -> dict[str, Any]:
    """Check a message's signature as a receiver does, by the package, and return its content."""
    message: dict[str, Any] = Webhook(secret_of(endpoint)).verify(received.body, received.headers)
    return message


def types_of(receiver: Receiver) -> list[str]:
    return [json.loads(each.body)["type"] for each in receiver.received]


def states_of(endpoint: Endpoint) -> list[str]:
    with tenancy.scope(endpoint.organisation_id):
        return [
            *Delivery.objects.to(endpoint).order_by("turn", "id").values_list("state", flat=True)
        ]


def messages(receiver: Receiver) -> Iterator[dict[str, Any]]:
    for each in receiver.received:
        yield json.loads(each.body)
