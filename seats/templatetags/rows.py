"""What stands in each row of a long list, drawn in one step a thing.

A template's include, `url` and `date` take several times as long, and a page has hundreds of them.
"""

from collections.abc import Hashable
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django import template
from django.template.loader import get_template
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seats.reports.enrolment_list import EnrolmentRow
from seats.templatetags.seat_days import last_day

REMEMBERED = 4096

register = template.Library()


@register.simple_tag
def drawn(template: str, **about: Hashable) -> str:
    """Draw a fragment that follows from what it is about, the language and the time zone alone.

    It is remembered by these, as figures and names are: whatever changes is another fragment.
    Nothing of the page around it may be looked at in there, nor the time.
    """
    told = get_language(), timezone.get_current_timezone_name()
    return _drawn(template, tuple(about.items()), told)


@lru_cache(maxsize=REMEMBERED)
def _drawn(
    template: str, about: tuple[tuple[str, Hashable], ...], _told: tuple[str | None, str]
) -> str:
    return get_template(template).render(dict(about))


@register.simple_tag
def enrolment_row(
    row: EnrolmentRow, shows: frozenset[str], org: str, role: str, may_revoke: object
) -> str:
    """Draw a row of a list of enrolments.

    Whoever has a list open asks for it anew with every change, and most of its rows are as before.
    """
    told = get_language(), timezone.get_current_timezone_name()
    # Time alone makes an enrolment another: past its end, it is not live any more.
    return _enrolment_row(row, row.status, shows, org, role, bool(may_revoke), told)


@lru_cache(maxsize=REMEMBERED)
def _enrolment_row(
    row: EnrolmentRow,
    _status: str,
    shows: frozenset[str],
    org: str,
    role: str,
    may_revoke: bool,  # noqa: FBT001  # a key, not a switch
    _told: tuple[str | None, str],
) -> str:
    context = {"row": row, "shows": shows, "org": org, "role": role, "may_revoke": may_revoke}
    return get_template("seats/_enrolment_row.html").render(context)


@register.simple_tag
def select_row(row_id: UUID, name: object) -> SafeString:
    """Draw the first cell of a row that can be selected.

    It is sent with the form "selection" (components/_selection.html), wherever that stands.
    """
    return format_html(
        '<td class="select"><input type="checkbox" name="selected" value="{}" form="selection"'
        ' aria-label="{}"></td>',
        row_id,
        _("Select %(name)s") % {"name": name},
    )


@register.simple_tag
def address(page: str, slug: str, *ids: UUID) -> SafeString:
    """Return the address of a page of an organisation, as `url` does."""
    parts = _parts(page, slug, len(ids), get_script_prefix())
    said = [part + str(row_id) for part, row_id in zip(parts, ids, strict=False)]
    return mark_safe("".join(said) + parts[-1])  # noqa: S308  # a reversed address, and UUIDs


@lru_cache(maxsize=REMEMBERED)
def _parts(page: str, slug: str, ids: int, _prefix: str) -> list[str]:
    """Return what stands before, between and after the ids in an address."""
    gap = UUID(int=0)
    return reverse(page, args=[slug, *[gap] * ids]).split(str(gap))


@register.simple_tag
def day(moment: datetime) -> SafeString:
    """Draw the day of a moment, in the active zone."""
    return _day(moment, timezone.localtime(moment).date())


@register.simple_tag
def until(ended_at: datetime | None, expires_at: datetime | None) -> SafeString:
    """Draw the day on which an enrolment ended, or else its last."""
    if ended_at:
        return day(ended_at)
    if expires_at:
        return _day(expires_at, last_day(expires_at))
    return format_html('<span class="soft">{}</span>', _("no end"))


def _day(moment: datetime, said: date) -> SafeString:
    at = timezone.localtime(moment).isoformat()
    return format_html('<time datetime="{}">{}</time>', at, _said(said, get_language()))


@lru_cache(maxsize=REMEMBERED)
def _said(day: date, _language: str | None) -> str:
    return date_format(day)
