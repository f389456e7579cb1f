"""Moments and periods as people and programs write them, in the active time zone."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

# A plus sign that was not encoded arrives as a space.
LOST_PLUS = re.compile(r"^(.*\d) (\d\d:?\d\d)$")
INSTANT = timedelta(microseconds=1)

NOW, CUSTOM = "now", "custom"
PERIODS = (
    (NOW, _("Up to now")),
    ("this-month", _("This month")),
    ("last-month", _("Last month")),
    ("this-quarter", _("This quarter")),
    ("last-quarter", _("Last quarter")),
    ("this-year", _("This year")),
    (CUSTOM, _("Other")),
)


class MomentField(forms.Field):
    """A moment in ISO 8601; without an offset it is meant in the active time zone.

    What a day alone means, each field says.
    """

    default_error_messages = {
        "malformed": _("This is no moment in ISO 8601, like 2026-11-23T09:00:00Z or 2026-11-23."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        text = (value or "").strip()
        if not text:
            return None
        try:
            return self._moment(LOST_PLUS.sub(r"\1+\2", text))
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(
                self.error_messages["malformed"], code="malformed"
            ) from error

    def of_day(self, day: date) -> datetime | None:
        """Return what a day alone means: its beginning."""
        return beginning(day)

    def _moment(self, text: str) -> datetime | None:
        day = parse_date(text)
        if day:
            return self.of_day(day)
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else timezone.make_aware(moment)
        return aware.astimezone(timezone.get_default_timezone())


class PastMomentField(MomentField):
    """A day alone means its end, or now (None) while it lasts. Nothing still to come."""

    default_error_messages = {
        "future": _("This moment is still to come. Nobody knows its figures yet."),
    }

    def of_day(self, day: date) -> datetime | None:
        if day == timezone.localdate():
            return None
        return beginning(day + timedelta(days=1)) - INSTANT

    def validate(self, value: Any) -> None:
        if value and value > timezone.now():
            raise forms.ValidationError(self.error_messages["future"], code="future")


class EndField(MomentField):
    """The end of a period, which has everything before it. A day alone is in the period.

    One that is still to come is now (None).
    """

    def of_day(self, day: date) -> datetime | None:
        return beginning(day + timedelta(days=1))

    def clean(self, value: Any) -> datetime | None:
        moment = super().clean(value)
        return moment if moment and moment <= timezone.now() else None


def beginning(day: date) -> datetime:
    """Return when a day begins in the active zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def period_of(name: str) -> tuple[datetime | None, datetime | None]:
    """Return where a period of PERIODS begins and ends; None for no beginning, and for now."""
    today = timezone.localdate()
    month = today.replace(day=1)
    quarter = month.replace(month=3 * ((today.month - 1) // 3) + 1)
    days: dict[str, tuple[date, date | None]] = {
        "this-month": (month, None),
        "last-month": (_months_before(month, 1), month),
        "this-quarter": (quarter, None),
        "last-quarter": (_months_before(quarter, 3), quarter),
        "this-year": (month.replace(month=1), None),
    }
    if name not in days:
        return None, None
    first, end = days[name]
    return beginning(first), beginning(end) if end else None


def _months_before(month: date, count: int) -> date:
    years, rest = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, rest + 1, 1)
