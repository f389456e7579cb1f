"""A refusal as the screen shows it: its words, and its numbers with their names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from orgs.errors import Refusal
from orgs.words import grouped

LABELS = {
    "asked": _("Asked for"),
    "needed": _("Needed"),
    "available": _("Available"),
    "capacity": _("Seats in the pool"),
    "cap": _("Cap of the team"),
    "stock": _("In stock"),
    "lacking": _("Lacking"),
    "used": _("In use"),
    "live_enrolments": _("Live enrolments"),
    "pools": _("Open pools"),
    "teams": _("Teams below"),
    "not_in_team": _("Not in the team"),
    "last_day": _("Last day"),
    "most": _("The most"),
    "total": _("Total"),
    "admins": _("Admins"),
}

# With the size of a shared pool beside what is available, a manager could reckon others' use.
NOT_FOR_MANAGERS = {"capacity"}


@dataclass(frozen=True)
class RefusalView:
    title: str
    detail: str
    numbers: list[tuple[str, str]]


def refusal_view(refusal: Refusal, role: str) -> RefusalView:
    """Return the refusal's words and labelled numbers, for a role's eyes."""
    hidden = NOT_FOR_MANAGERS if role == "manager" else set()
    numbers = [
        (str(label), _written(refusal.numbers[name]))
        for name, label in LABELS.items()
        if name in refusal.numbers and name not in hidden
    ]
    return RefusalView(str(refusal.title), refusal.detail, numbers)


def _written(figure: Any) -> str:
    if isinstance(figure, date):
        return date_format(figure)
    return grouped(figure) if isinstance(figure, int) else str(figure)
