"""What the worker does for webhooks by its queue: letters, and forgetting what is old."""

from uuid import UUID

from procrastinate.contrib.django import app

from orgs.mail import PAUSES, address_of, send_to
from orgs.models import Member, Organisation
from seatdash import tenancy
from seatdash.webhooks.models import Endpoint
from seatdash.webhooks.services.forgetting import AT_ONCE, forget_old_deliveries


@app.task(retry=PAUSES)
def mail_off(organisation_id: str, endpoint_id: str, member_id: str) -> None:
    """Tell an admin that an endpoint was switched off, unless it is on again."""
    with tenancy.scope(UUID(organisation_id)):
        off = Endpoint.objects.off().select_related("organisation")
        endpoint = off.filter(pk=UUID(endpoint_id)).first()
        admin = Member.objects.admins().select_related("user").filter(pk=UUID(member_id)).first()
    if endpoint:
        organisation = endpoint.organisation
        link = address_of("webhook", organisation.slug, endpoint.pk)
        send_to(admin, "webhook_off", organisation=organisation, endpoint=endpoint, link=link)


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
