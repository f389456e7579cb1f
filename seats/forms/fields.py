"""The fields that several forms share: seats, a reason, terms, what the form has seen."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seats.models import MOST_SEATS, Pool
from seats.services.terms import Terms

MOST_DAYS = 36500


@dataclass(frozen=True)
class Card:
    """The label of a radio card, with a hint below it; both translated when they are drawn."""

    label: str | Promise
    hint: str | Promise

    def __str__(self) -> str:
        return str(self.label)


def card(label: str | Promise, hint: str | Promise = "") -> Any:
    """Return a label for `choices`, whose type knows no labels but strings."""
    return Card(label, hint)


F = TypeVar("F", bound=forms.Field)


def needed(field: F) -> F:
    """Mark a field that its part of the form needs, though the form as a whole does not.

    It is not drawn as optional; `clean` asks for it when its part is chosen.
    """
    field.required = field.widget.is_required = False
    field.needed = True  # type: ignore[attr-defined]  # read by django/forms/field.html
    return field


class SeatsField(forms.IntegerField):
    """A number of seats, from 1."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Seats"))
        super().__init__(min_value=1, max_value=MOST_SEATS, **kwargs)
        self.widget.attrs["autocomplete"] = "off"


class ReasonField(forms.CharField):
    """Why; it goes into the ledger."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Reason"))
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("Kept in the ledger."))
        super().__init__(max_length=500, **kwargs)
        self.widget.attrs["autocomplete"] = "off"


class SeenField(forms.IntegerField):
    """The version that the form shows, so that it cannot undo what somebody did meanwhile."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, min_value=0, **kwargs)


class TermsFields(forms.Form):
    """The terms of a pool; `terms()` after validation."""

    terms_kind = needed(
        forms.ChoiceField(
            label=_("An enrolment lasts"),
            choices=Pool.Terms.choices,
            initial=Pool.Terms.NEVER,
            widget=forms.RadioSelect,
        )
    )
    terms_days = needed(forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_DAYS))
    terms_date = needed(
        forms.DateField(
            label=_("Last day"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
    )
    # Not a checkbox: one that is not sent would read as "no".
    reusable = needed(
        forms.TypedChoiceField(
            label=_("When an enrolment expires"),
            choices=[("yes", _("Its seat is free again")), ("no", _("Its seat stays used"))],
            initial="yes",
            coerce=lambda value: value == "yes",
            empty_value=True,  # type: ignore[arg-type]  # what it is coerced to, not a string
            widget=forms.RadioSelect,
        )
    )
    extendable = forms.BooleanField(label=_("Managers may extend enrolments"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("terms_kind")
        if kind == Pool.Terms.DAYS and not cleaned.get("terms_days"):
            self._missing("terms_days", _("Say how many days."))
        if kind == Pool.Terms.DATE:
            self._check_date(cleaned.get("terms_date"))
        return cleaned

    def terms(self) -> Terms:
        data = self.cleaned_data
        kind = data["terms_kind"]
        return Terms(
            terms_days=data["terms_days"] if kind == Pool.Terms.DAYS else None,
            terms_date=data["terms_date"] if kind == Pool.Terms.DATE else None,
            reusable=data["reusable"],
            extendable=data["extendable"],
        )

    def _check_date(self, last_day: date | None) -> None:
        if last_day is None:
            self._missing("terms_date", _("Say which day is the last."))
        elif last_day < timezone.localdate():
            self.add_error("terms_date", _("This day has passed."))

    def _missing(self, field: str, message: Any) -> None:
        if field not in self.errors:
            self.add_error(field, message)


def initial_terms(pool: Pool) -> dict[str, Any]:
    """Return what TermsFields start with for a pool."""
    names = ("terms_kind", "terms_days", "terms_date", "reusable", "extendable")
    terms = {name: getattr(pool, name) for name in names}
    return terms | {"reusable": "yes" if pool.reusable else "no"}
