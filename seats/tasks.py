"""What the worker does by itself. It finds this module by its name."""

import logging
from typing import Protocol

from procrastinate.contrib.django import app

from orgs.models import Organisation
from seatdash import tenancy
from seats.services.closing import close_days
from seats.services.expiry import expire_due

log = logging.getLogger(__name__)


class NotThroughError(Exception):
    """The work was not done in these organisations; in the others it is."""


# A run that was missed or cut off is made good by the next: it books whatever is due by then. So
# one is enough to wait in the queue, and none holds a lock that a killed worker would leave behind.
@app.periodic(cron="* * * * *")
@app.task(queueing_lock="expire")
def expire(timestamp: int) -> None:
    """Book as expired whatever is past its end, each organisation on its own."""
    _in_each_organisation(expire_due)


# Looked for often, done once a day in each: midnight comes at another hour in every time zone.
@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="close_days")
def close_the_days(timestamp: int) -> None:
    """Close the days that are over, each organisation on its own."""
    _in_each_organisation(close_days)


class Work(Protocol):
    def __call__(self, *, organisation: Organisation) -> object: ...


def _in_each_organisation(work: Work) -> None:
    failed = [each.slug for each in _organisations() if not _is_done(work, each)]
    if failed:
        raise NotThroughError(", ".join(failed))


def _organisations() -> list[Organisation]:
    # Time passes in all of them, so all of them must be found first; each is then looked at alone.
    with tenancy.system():
        return list(Organisation.objects.order_by("pk"))


def _is_done(work: Work, organisation: Organisation) -> bool:
    try:
        work(organisation=organisation)
    except Exception:
        log.exception("The worker did not get through in %s", organisation.slug)
        return False
    return True
