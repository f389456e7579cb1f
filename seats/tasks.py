"""What the worker does by itself. It finds this module by its name."""

import logging

from procrastinate.contrib.django import app

from orgs.models import Organisation
from seatdash import tenancy
from seats.services.expiry import expire_due

log = logging.getLogger(__name__)


class ExpiryError(Exception):
    """Expiry did not get through in these organisations; in the others it is done."""


# A run that was missed or cut off is made good by the next: it books whatever is due by then. So
# one is enough to wait in the queue, and none holds a lock that a killed worker would leave behind.
@app.periodic(cron="* * * * *")
@app.task(queueing_lock="expire")
def expire(timestamp: int) -> None:
    """Book as expired whatever is past its end, each organisation on its own."""
    failed = [organisation.slug for organisation in _organisations() if not _expire(organisation)]
    if failed:
        raise ExpiryError(", ".join(failed))


def _organisations() -> list[Organisation]:
    # Time passes in all of them, so all of them must be found first; each is then looked at alone.
    with tenancy.system():
        return list(Organisation.objects.order_by("pk"))


def _expire(organisation: Organisation) -> bool:
    try:
        expire_due(organisation=organisation)
    except Exception:
        log.exception("Expiry failed in %s", organisation.slug)
        return False
    return True
