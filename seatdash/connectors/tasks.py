"""What the worker does for learning systems. It finds this module by its name."""

from uuid import UUID

from procrastinate.contrib.django import app

from orgs.mail import PAUSES, address_of, send_to
from orgs.models import Member
from seatdash import tenancy
from seatdash.connectors.models import Connection
from seatdash.connectors.services.following import catch_up
from seatdash.connectors.services.queueing import QUEUE, work_soon
from seatdash.connectors.services.trouble import tell_admins_of_failing
from seatdash.connectors.services.working import has_work, work


@app.task(queue=QUEUE)
def work_on_connection(organisation: str, connection: str) -> None:
    """Take a turn at a connection; where more is left, the next turn is after others had theirs."""
    if work(UUID(organisation), UUID(connection)):
        work_soon(UUID(organisation), UUID(connection))


# What waits for its next attempt, and whatever a killed worker left behind, is found here.
@app.periodic(cron="* * * * *")
@app.task(queueing_lock="wake_connections")
def wake_connections(timestamp: int) -> None:
    """Put every connection at which something is to be done into the queue."""
    tell_admins_of_failing()
    # Whose time has come may be anybody's; each is then looked at alone.
    with tenancy.system():
        working = list(Connection.objects.working().values_list("organisation_id", "pk"))
    for organisation, pk in working:
        catch_up(organisation, pk)
        with tenancy.scope(organisation):
            free = Connection.objects.free().filter(pk=pk).first()
            if free and has_work(free):
                work_soon(organisation, pk)


@app.task(retry=PAUSES)
def mail_failing(organisation_id: str, connection_id: str, member_id: str) -> None:
    """Tell an admin that a connection has failed for a day, unless it works again."""
    with tenancy.scope(UUID(organisation_id)):
        failing = Connection.objects.failing_long().select_related("organisation")
        connection = failing.filter(pk=UUID(connection_id)).first()
        admin = Member.objects.admins().select_related("user").filter(pk=UUID(member_id)).first()
    if connection:
        organisation = connection.organisation
        link = address_of("learning-system", organisation.slug, connection.pk)
        send_to(
            admin, "system_failing", organisation=organisation, connection=connection, link=link
        )
