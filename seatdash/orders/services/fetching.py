"""What a message of Stripe does not hold is fetched by the worker, with a restricted key."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from orgs.models import Member
from seatdash.orders.models import OrderMessage
from seatdash.tenancy import atomically

TASK = "seatdash.orders.tasks.fetch_items"


def ask_for_items(message: OrderMessage) -> bool:
    """Have the items fetched; answers whether there is anything to wait for."""
    if message.fetched is not None or message.source.api_key is None:
        return False
    job = app.configure_task(TASK, queueing_lock=f"fetch {message.pk}")
    # It may be in the queue already.
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(organisation_id=str(message.organisation_id), message_id=str(message.pk))
    return True


@atomically
def keep_fetched(*, actor: Member, message_id: UUID, fetched: Any) -> None:
    """Keep what was fetched, or {"problem": …} where it could not be."""
    messages = OrderMessage.objects.for_org(actor.organisation_id)
    messages.filter(pk=message_id, outcome=OrderMessage.Outcome.WAITS).update(fetched=fetched)
