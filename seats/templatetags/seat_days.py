"""Days as people count them."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def last_day(end: datetime) -> date:
    """Return the last day with access, in the active zone.

    An end is the first moment without access, so a midnight belongs to the day before.
    """
    return timezone.localtime(end - timedelta(microseconds=1)).date()
