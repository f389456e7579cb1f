"""Periods of whole days, in an organisation's time zone: a month, a quarter, or any other."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Organisation
from seats import clock

ONE_DAY = timedelta(days=1)
MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both of them in it."""

    first: date
    last: date

    @property
    def months(self) -> int:
        """How many whole months it is, 0 where it is none."""
        after = self.last + ONE_DAY
        if self.first.day != 1 or after.day != 1:
            return 0
        return 12 * (after.year - self.first.year) + after.month - self.first.month

    @property
    def before(self) -> "Period":
        """The period of the same length that it follows."""
        if self.months:
            return of_months(add_months(self.first, -self.months), self.months)
        return Period(self.first - (self.last - self.first) - ONE_DAY, self.first - ONE_DAY)

    @property
    def after(self) -> "Period":
        """The period of the same length that follows it."""
        if self.months:
            return of_months(add_months(self.first, self.months), self.months)
        return Period(self.last + ONE_DAY, self.last + ONE_DAY + (self.last - self.first))

    @property
    def title(self) -> str:
        if self.months == 1:
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        if self.first == self.last:
            return date_format(self.first, "DATE_FORMAT")
        days = {
            "first": date_format(self.first, "DATE_FORMAT"),
            "last": date_format(self.last, "DATE_FORMAT"),
        }
        return _("%(first)s to %(last)s") % days

    def within(self, organisation: Organisation) -> tuple[datetime, datetime]:
        """Return when it begins, and when it ends or what it has come to so far."""
        zone = organisation.time_zone
        end = min(clock.midnight(self.last + ONE_DAY, zone), clock.now())
        begin = clock.midnight(self.first, zone)
        return begin, max(end, begin + timedelta(microseconds=1))


def of_months(first: date, months: int = 1) -> Period:
    """Return the period of some months from the one that begins on `first`."""
    return Period(first, add_months(first, months) - ONE_DAY)


def add_months(first: date, months: int) -> date:
    """Return the first of the month so many months later."""
    years, month = divmod(12 * first.year + first.month - 1 + months, 12)
    return date(years, month + 1, 1)


def today_of(organisation: Organisation) -> date:
    return clock.now().astimezone(ZoneInfo(organisation.time_zone)).date()


def presets(today: date) -> list[tuple[str, Period]]:
    """Return the periods that are asked for most, by what they are called."""
    month = today.replace(day=1)
    quarter = add_months(month, -((month.month - 1) % MONTHS_OF_A_QUARTER))
    periods = (
        (gettext_lazy("This month"), of_months(month)),
        (gettext_lazy("Last month"), of_months(month).before),
        (gettext_lazy("This quarter"), of_months(quarter, MONTHS_OF_A_QUARTER)),
        (gettext_lazy("Last quarter"), of_months(quarter, MONTHS_OF_A_QUARTER).before),
    )
    return [(str(name), period) for name, period in periods]
