"""What the worker does for webhooks by its queue: letters, and forgetting what is old."""

from uuid import UUID

from procrastinate.contrib.django import app

from orgs.mail import PAUSES, address_of, send
from orgs.models import Organisation
from seatdash import tenancy
from seatdash.letters import admin_to_write_to
from seatdash.webhooks.models import Endpoint
from seatdash.webhooks.services.forgetting import AT_ONCE, forget_old_deliveries


@app.task(retry=PAUSES)
def mail_off(organisation_id: str, endpoint_id: str, member_id: str) -> None:
    """Tell an admin that an endpoint was switched off, unless it is on again."""
    with tenancy.scope(UUID(organisation_id)):
        off = Endpoint.objects.off().select_related("organisation")
        endpoint = off.filter(pk=UUID(endpoint_id)).first()
        admin = admin_to_write_to(UUID(member_id))
    if endpoint and admin and admin.user:
        send(
            "webhook_off",
            to=admin.user.email,
            organisation=endpoint.organisation,
            reader=admin.user,
            endpoint=endpoint,
            link=address_of("webhook", endpoint.organisation.slug, endpoint.pk),
        )


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="forget_deliveries")
def forget_deliveries(timestamp: int) -> None:
    """Forget what was delivered a month ago."""
    # Time passes in all of them; each is then looked at alone.
    with tenancy.system():
        organisations = list(Organisation.objects.order_by("pk"))
    for organisation in organisations:
        forgotten = AT_ONCE
        while forgotten == AT_ONCE:
            with tenancy.scope(organisation.pk):
                forgotten = forget_old_deliveries(organisation=organisation)
