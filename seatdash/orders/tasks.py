"""What the worker does for orders. It finds this module by its name."""

import logging
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from orgs.mail import PAUSES
from orgs.models import Organisation
from seatdash import tenancy
from seatdash.orders.models import Order, OrderMessage
from seatdash.orders.services.fetching import keep_fetched
from seatdash.orders.services.receiving import take_up, work_on
from seatdash.orders.shops.stripe_items import fetch

KEPT_DAYS = 90

log = logging.getLogger(__name__)


# A process may die between storing a message and doing what it asks for; and a shop that was
# paused goes on.
@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take_up_orders")
def take_up_orders(timestamp: int) -> None:
    """Do what was received and not done, in each organisation that has such."""
    # What is left over must be found in all of them first.
    with tenancy.system():
        waiting = OrderMessage.objects.left_over().values_list("organisation_id", flat=True)
        due = Order.objects.due().values_list("organisation_id", flat=True)
        organisations = sorted({*waiting, *due})
    for organisation_id in organisations:
        _take_up(organisation_id)


def _take_up(organisation_id: UUID) -> None:
    try:
        take_up(organisation_id)
    except Exception:
        log.exception("Orders of %s were not taken up", organisation_id)


@app.task(retry=PAUSES)
def fetch_items(organisation_id: str, message_id: str) -> None:
    """Fetch what a message of Stripe does not hold, and go on with it."""
    organisation = UUID(organisation_id)
    with tenancy.scope(organisation):
        messages = OrderMessage.objects.left_over().select_related("source__member")
        message = messages.filter(pk=UUID(message_id), fetched__isnull=True).first()
    if message is None:
        return
    fetched = fetch(message)
    keep_fetched(actor=message.source.member, message_id=message.pk, fetched=fetched)
    work_on(message)


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="forget_order_messages")
def forget_order_messages(timestamp: int) -> None:
    """Forget what old messages said; that they came is kept."""
    moment = timezone.now() - timedelta(days=KEPT_DAYS)
    # Time passes in all organisations, so all of them must be found first.
    with tenancy.system():
        organisations = list(Organisation.objects.order_by("pk"))
    for organisation in organisations:
        with tenancy.scope(organisation.pk):
            OrderMessage.objects.received_before(moment).forget()
