"""Days as people count them."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seats import clock

register = template.Library()


@register.filter
def is_soon(end: datetime) -> bool:
    """Say whether access ends within two weeks."""
    return end <= clock.now() + timedelta(days=14)


@register.filter
def days_left(end: datetime) -> str:
    """Say in how many days access ends, as people count them."""
    days = (last_day(end) - timezone.localdate(clock.now())).days
    if days <= 0:
        return _("today")
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}


@register.filter
def last_day(end: datetime) -> date:
    """Return the last day with access, in the active zone.

    An end is the first moment without access, so a midnight belongs to the day before.
    """
    return timezone.localtime(end - timedelta(microseconds=1)).date()
