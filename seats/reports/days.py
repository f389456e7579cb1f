"""Use against capacity, day by day: what charts are drawn from.

Days that are over are read as the worker closed them. Those that it has not closed yet are reckoned
back from the figures of now by what the ledger moved since, so the answer is the same without it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import TruncDate

from orgs.models import Organisation
from seats import clock
from seats.models import ClosedDay, LedgerEntry, Pool, Product
from seats.querysets import ClosedDayQuerySet, LedgerQuerySet
from seats.services.closing import ONE_DAY

DAYS = 90
# A picture of fewer would say nothing.
FEWEST = 14


@dataclass(frozen=True, slots=True)
class Day:
    """How things stood at the end of a day, or now.

    `unlimited` is used of pools without a limit, beside `used` and `capacity` of the others. Of a
    pool that has no limit itself capacity is None, and `used` is all.
    """

    day: date
    used: int
    capacity: int | None
    unlimited: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.used or self.capacity or self.unlimited)


# What moved on a day: used, capacity, used without a limit.
Moves = tuple[int, int, int]


def organisation_days(
    organisation: Organisation,
    *,
    used: int,
    capacity: int,
    unlimited: int,
    at: datetime | None = None,
) -> list[Day]:
    """Return the days of a whole organisation, given its figures of now, or of the moment `at`."""
    now = Day(_today(organisation, at), used, capacity, unlimited)
    first = now.day - (DAYS - 1) * ONE_DAY
    closed = ClosedDay.objects.of_organisation(organisation).filter(
        day__range=(first, now.day - ONE_DAY)
    )
    rows = closed.order_by("day").values_list("day", "used", "capacity", "unlimited")
    known = [Day(*row) for row in rows]
    # There is a row for every day since the first on which something moved.
    before = (known[0].day - first).days if known else 0
    known[:0] = [Day(first + number * ONE_DAY, 0, 0) for number in range(before)]
    entries = LedgerEntry.objects.for_org(organisation)
    return _up_to(now, known, organisation, entries.until(at) if at else entries)


def product_days(product: Product) -> list[Day]:
    """Return the days of one product's pools together."""
    organisation = product.organisation
    limited = Q(capacity__isnull=False)
    figures = Pool.objects.filter(product=product).aggregate(
        # In this order: from here on, each name means the sum.
        unlimited=Sum("used", filter=~limited, default=0),
        used=Sum("used", filter=limited, default=0),
        capacity=Sum("capacity", default=0),
    )
    closed = ClosedDay.objects.of_product(organisation, product)
    entries = LedgerEntry.objects.for_org(organisation).filter(product=product)
    return _days(organisation, Day(_today(organisation), **figures), closed, entries)


def pool_days(pool: Pool) -> list[Day]:
    """Return the days of one pool."""
    organisation = pool.organisation
    closed = ClosedDay.objects.of_pool(organisation, pool)
    # Its entries are numbered, and found by that.
    last = closed.order_by("-day").values_list("seq", flat=True).first()
    entries = LedgerEntry.objects.filter(pool=pool, seq__gt=last or 0)
    now = Day(_today(organisation), pool.used, pool.capacity)
    return _days(organisation, now, closed, entries)


def pool_days_until(pool: Pool, moment: datetime, *, used: int, capacity: int | None) -> list[Day]:
    """Return the days of one pool up to a past moment, given its figures of then."""
    organisation = pool.organisation
    then = Day(_today(organisation, moment), used, capacity)
    closed = ClosedDay.objects.of_pool(organisation, pool).filter(day__lt=then.day)
    last = closed.order_by("-day").values_list("seq", flat=True).first()
    entries = LedgerEntry.objects.filter(pool=pool, seq__gt=last or 0).until(moment)
    return _days(organisation, then, closed, entries)


def _today(organisation: Organisation, at: datetime | None = None) -> date:
    return (at or clock.now()).astimezone(ZoneInfo(organisation.time_zone)).date()


def _days(
    organisation: Organisation, now: Day, closed: ClosedDayQuerySet, entries: LedgerQuerySet
) -> list[Day]:
    first = now.day - (DAYS - 1) * ONE_DAY
    return _up_to(now, _closed_days(organisation, closed, first, now), organisation, entries)


def _up_to(
    now: Day, known: list[Day], organisation: Organisation, entries: LedgerQuerySet
) -> list[Day]:
    first = now.day - (DAYS - 1) * ONE_DAY
    since = max(first, known[-1].day + ONE_DAY) if known else first
    days = [*known, *reversed([*_back_from(now, since, organisation, entries)])]
    begun = next((place for place, day in enumerate(days) if not day.is_empty), len(days) - 1)
    return days[min(begun, len(days) - FEWEST) :]


def _closed_days(
    organisation: Organisation, closed: ClosedDayQuerySet, first: date, now: Day
) -> list[Day]:
    """Return the closed days from the first on, those without a row of their own filled in."""
    through = ClosedDay.objects.of_organisation(organisation).latest_day()
    if through is None or through < first:
        return []
    before = closed.filter(day__lt=first).order_by("-day").values("day")[:1]
    rows = closed.filter(Q(day__gte=first) | Q(day=before)).order_by("day")
    found = {row[0]: Day(*row) for row in rows.values_list("day", "used", "capacity", "unlimited")}
    limit = None if now.capacity is None else 0
    last = next((day for on, day in found.items() if on < first), Day(first, 0, limit))
    days = []
    for number in range((min(through, now.day - ONE_DAY) - first).days + 1):
        day = first + number * ONE_DAY
        last = found.get(day, last)
        days.append(Day(day, last.used, last.capacity, last.unlimited))
    return days


def _back_from(
    now: Day, since: date, organisation: Organisation, entries: LedgerQuerySet
) -> Iterator[Day]:
    """Give today, and the days before it that are not closed, each by what moved after it."""
    yield now
    if since >= now.day:
        return
    moved = _moves(
        entries.filter(at__gte=clock.midnight(since + ONE_DAY, organisation.time_zone)),
        organisation,
    )
    day = now
    while day.day > since:
        day = _day_before(day, moved.get(day.day, (0, 0, 0)))
        yield day


def _moves(entries: LedgerQuerySet, organisation: Organisation) -> Mapping[date, Moves]:
    limited = Q(capacity_after__isnull=False)
    by_day = entries.order_by().values(
        on=TruncDate("at", tzinfo=ZoneInfo(organisation.time_zone)),
    )
    sums = by_day.annotate(
        used=Sum("used_moved", filter=limited, default=0),
        capacity=Sum("capacity_moved"),
        unlimited=Sum("used_moved", filter=~limited, default=0),
    )
    rows = sums.values_list("on", "used", "capacity", "unlimited")
    return {on: (used, capacity, unlimited) for on, used, capacity, unlimited in rows}


def _day_before(day: Day, moves: Moves) -> Day:
    used, capacity, unlimited = moves
    if day.capacity is None:
        return Day(day.day - ONE_DAY, day.used - unlimited, None)
    return Day(
        day.day - ONE_DAY, day.used - used, day.capacity - capacity, day.unlimited - unlimited
    )
