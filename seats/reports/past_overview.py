"""The overview as it was at a past moment."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from orgs.models import Organisation
from seats import clock
from seats.counters import Counter, still
from seats.models import ClosedDay
from seats.reports import past_sql
from seats.reports.charts import Chart
from seats.reports.product_figures import (
    ProductFigures,
    ProductLine,
    chart_of,
    most_in_need,
    product_line,
    whole,
)
from seats.services.closing import ONE_DAY

BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class PastOverview:
    """As `Overview`, without what asks to be done now."""

    counter: Counter
    chart: Chart
    products: list[ProductLine]
    count: int


def past_overview(organisation: Organisation, moment: datetime) -> PastOverview:
    """Report the organisation as it was at a past moment, from the ledger alone."""
    figures = product_figures_as_of(organisation, moment)
    lines = [product_line(each) for each in most_in_need(figures)]
    return PastOverview(
        counter=still(whole(organisation, figures)),
        chart=chart_of(organisation, figures, at=moment),
        products=[replace(line, counter=still(line.counter)) for line in lines],
        count=sum(each.counts for each in figures),
    )


def product_figures_as_of(organisation: Organisation, moment: datetime) -> list[ProductFigures]:
    """Return what each product had that was there by a past moment."""
    zone = ZoneInfo(organisation.time_zone)
    closed = ClosedDay.objects.of_organisation(organisation)
    day = closed.filter(day__lt=moment.astimezone(zone).date()).latest_day()
    since = clock.midnight(day + ONE_DAY, organisation.time_zone) if day else BEGINNING
    asked: dict[str, Any] = {"org": organisation.pk, "moment": moment, "day": day, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(past_sql.PRODUCTS, asked)
        return [ProductFigures(*row) for row in cursor.fetchall()]
