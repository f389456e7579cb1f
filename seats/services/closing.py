"""Closing days: how things stood at the end of each, written down so that charts are quick."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from orgs.models import Organisation
from seatdash import tenancy
from seats import clock
from seats.models import ClosedDay, LedgerEntry
from seats.services import closing_sql
from seats.services.watching import keep_watch

# What began before midnight is booked by then, or its transaction takes longer than any does.
PATIENCE = timedelta(hours=1)
ONE_DAY = timedelta(days=1)


def close_days(*, organisation: Organisation) -> int:
    """Close the days of an organisation that are over and not closed yet; answers how many."""
    with tenancy.scope(organisation.pk):
        _forget_what_is_wrong(organisation)
        zone = ZoneInfo(organisation.time_zone)
        last = (clock.now() - PATIENCE).astimezone(zone).date() - ONE_DAY
        first = _first_open_day(organisation, zone)
        if first is None or first > last:
            return 0
        _close(organisation, first, last)
        keep_watch(organisation, last)
        return (last - first).days + 1


def _first_open_day(organisation: Organisation, zone: ZoneInfo) -> date | None:
    last = ClosedDay.objects.of_organisation(organisation).latest_day()
    if last:
        return last + ONE_DAY
    entries = LedgerEntry.objects.for_org(organisation).order_by("at")
    first = entries.values_list("at", flat=True).first()
    return first.astimezone(zone).date() if first else None


def _close(organisation: Organisation, first: date, last: date) -> None:
    params: dict[str, Any] = {
        "org": organisation.pk,
        "zone": organisation.time_zone,
        "first": first,
        "last": last,
        "since": clock.midnight(first, organisation.time_zone),
        "until": clock.midnight(last + ONE_DAY, organisation.time_zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(closing_sql.CLOSE, params)


def _forget_what_is_wrong(organisation: Organisation) -> None:
    """Drop days closed in another time zone; and all, where an entry came after its day's end."""
    closed = ClosedDay.objects.for_org(organisation)
    closed.exclude(time_zone=organisation.time_zone).delete()
    last = closed.of_organisation(organisation).latest_day()
    if last and not _leads_to_now(last, organisation):
        closed.delete()


def _leads_to_now(last: date, organisation: Organisation) -> bool:
    since = clock.midnight(last + ONE_DAY, organisation.time_zone)
    with connection.cursor() as cursor:
        params: dict[str, Any] = {"org": organisation.pk, "day": last, "since": since}
        cursor.execute(closing_sql.LEADS_TO_NOW, params)
        (leads,) = cursor.fetchone()
    return bool(leads)
