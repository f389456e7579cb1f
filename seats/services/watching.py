"""What to keep an eye on: pools that may run out, and teams that take none of their seats.

Going through the ledger of thirty days is the worker's, once a day. What it finds is held against
the figures of now by whoever reads it, so that nothing stale is told.
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from orgs.models import Organisation
from seats import clock
from seats.models import Watch
from seats.services import watching_sql

# The rate of use is that of so many days.
RECENT = timedelta(days=30)
# Whatever would run out in twice that time, for it may be used faster today.
HORIZONS = 2
# Seats that nobody has taken for so long are unused.
UNUSED = timedelta(days=60)


def keep_watch(organisation: Organisation, last: date) -> None:
    """Note anew what to watch, given the last day that is over."""
    until = last + timedelta(days=1)
    params: dict[str, Any] = {
        "org": organisation.pk,
        "until": clock.midnight(until, organisation.time_zone),
        "recently": clock.midnight(until - RECENT, organisation.time_zone),
        "horizons": HORIZONS,
        "long_ago": until - UNUSED,
        "since": clock.midnight(until - UNUSED, organisation.time_zone),
    }
    Watch.objects.for_org(organisation).delete()
    with connection.cursor() as cursor:
        cursor.execute(watching_sql.RUNNING_OUT, params)
        cursor.execute(watching_sql.UNUSED, params)
