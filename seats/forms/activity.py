"""Which part of the ledger is asked for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from orgs.filters import ListFilter, SearchInput
from orgs.models import Member, Organisation
from orgs.querysets import few
from seats.models import LedgerEntry, Pool, Product
from seats.querysets import LedgerQuerySet
from seats.services.discretion import told_since
from seats.statements import SIGNS, Direction
from seats.statements import moved as moved_entries
from teams.models import Team

# A day far from here is a slip of the keyboard, and some of them are past what clocks can reckon.
FIRST, LAST = date(1990, 1, 1), date(2999, 12, 31)
DAYS = [MinValueValidator(FIRST), MaxValueValidator(LAST)]


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=False, validators=DAYS, widget=widget, **kwargs)


@dataclass(frozen=True)
class Kinds:
    """Kinds of entries, in words."""

    kinds: tuple[LedgerEntry.Kind, ...]

    def __str__(self) -> str:
        return ", ".join(str(kind.label) for kind in self.kinds)


class KindsField(forms.CharField):
    """Several kinds of entries, as an address lists them: `revoked,left`."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        named = (super().to_python(value) or "").split(",")
        kinds = tuple(kind for kind in LedgerEntry.Kind if kind.value in named)
        return Kinds(kinds) if kinds else None


@dataclass(frozen=True)
class Moved:
    """The seats that came to a holder or went from it, as a statement counts them."""

    direction: Direction
    holder: str

    def __str__(self) -> str:
        words = {
            "in": pgettext("moved", "in"),
            "out": pgettext("moved", "out"),
            "all": _("in and out"),
        }
        return str(words[self.direction])


class MovedField(forms.CharField):
    """A direction and a holder, as an address gives them: `in:shared`, `out:` and a team's id."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        asked, _sign, holder = (super().to_python(value) or "").partition(":")
        return next((Moved(each, holder) for each in SIGNS if each == asked and holder), None)


class ActivityFilter(ListFilter):
    """What the ledger is filtered by; whatever is left empty does not matter."""

    q = forms.CharField(label=_("Person"), required=False, max_length=254, widget=SearchInput())
    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("Anything")), *LedgerEntry.Kind.choices]
    )
    product = forms.ModelChoiceField(
        Product.objects.none(), label=_("Product"), required=False, empty_label=_("Any")
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("Any")
    )
    pool = forms.ModelChoiceField(
        Pool.objects.none(), label=_("Pool"), required=False, widget=forms.HiddenInput
    )
    actor = forms.ModelChoiceField(
        Member.objects.none(), label=_("By"), required=False, widget=forms.HiddenInput
    )
    entry = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kinds = KindsField(label=_("What"), required=False)
    moved = MovedField(label=_("Seats moved"), required=False)
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def __init__(self, data: Any, *, organisation: Organisation) -> None:
        super().__init__(data, name="entries")
        self.organisation = organisation
        self.offer("product", Product.objects.for_org(organisation).by_code())
        self.offer("team", Team.objects.for_org(organisation).by_name())
        self.offer("pool", Pool.objects.for_org(organisation))
        self.offer("actor", Member.objects.for_org(organisation))

    @property
    def names_the_unknown(self) -> bool:
        """Say whether a thing was asked for that the organisation does not have."""
        return bool({"product", "team", "pool", "actor"} & set(self.errors))

    def narrow(self, entries: LedgerQuerySet) -> LedgerQuerySet:
        """Keep the entries asked for."""
        asked = {name: value for name, value in self.asked.items() if value}
        for name in ("product", "team", "pool", "actor", "kind"):
            if name in asked:
                entries = entries.filter(**{name: asked[name]})
        if "entry" in asked:
            entries = entries.filter(pk=asked["entry"])
        if asked.keys() & {"q", "actor"}:
            # What is not told is not found by it either.
            entries = entries.since(told_since(self.organisation))
        if "kinds" in asked:
            entries = entries.filter(kind__in=asked["kinds"].kinds)
        if "moved" in asked:
            entries = entries.filter(pk__in=self._moved(asked["moved"], asked))
        if "q" in asked:
            people = Member.objects.for_org(self.organisation).search(asked["q"])
            ids = few(people)
            found = people if ids is None else ids
            entries = entries.filter(Q(member__in=found) | Q(actor__in=found))
        if "first" in asked:
            entries = entries.filter(at__gte=_beginning(asked["first"]))
        if "last" in asked:
            entries = entries.filter(at__lt=_beginning(asked["last"] + timedelta(days=1)))
        return entries

    def _moved(self, moved: Moved, asked: dict[str, Any]) -> list[UUID]:
        first, last = asked.get("first", FIRST), asked.get("last", LAST)
        return moved_entries(
            self.organisation,
            since=_beginning(first),
            until=_beginning(last + timedelta(days=1)),
            product=asked["product"].pk if "product" in asked else None,
            holder=moved.holder,
            direction=moved.direction,
        )


def _beginning(day: date) -> datetime:
    """Return when a day begins in the active zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
