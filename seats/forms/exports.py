"""What to export: which table, which part of it, and of what moment or period."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.filters import MOST_CHOICES
from orgs.models import Organisation
from seats.exports.question import Asked, Export
from seats.exports.tables import EXPORTS, USAGE
from seats.forms.fields import card, needed
from seats.forms.moments import (
    CUSTOM,
    INSTANT,
    NOW,
    PERIODS,
    EndField,
    MomentField,
    PastMomentField,
    period_of,
)
from seats.models import Naming, Product
from teams.models import Team

UNKNOWN = _("There is none such here.")
BACKWARDS = _("The period ends before it begins.")
BY_NAME = {export.name: export for export in EXPORTS}


class ThingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row chosen by its id, or by the code that others know it by at the moment asked for.

    A code alone is not looked up before the whole form is clean: it may have been another's then.
    """

    def __init__(self, *, known_by: str, **kwargs: Any) -> None:
        self.known_by = known_by
        super().__init__(required=False, empty_label=_("All"), **kwargs)

    def to_python(self, value: Any) -> Any:
        return None if value in self.empty_values else str(value)

    def validate(self, value: Any) -> None:
        """Nothing can be said of it yet."""

    def find(self, value: str, moment: Any) -> Model | None:
        """Return what had this id, or this code at the moment (None for now)."""
        rows: QuerySet[Any] = self.queryset  # type: ignore[assignment]  # given by the form
        key = _uuid(value)
        if "\0" in value:  # which PostgreSQL takes in no text
            return None
        if key:
            return rows.filter(pk=key).first()
        if moment is None:
            return rows.filter(**{self.known_by: value}).first()
        return Naming.objects.known_as(value, rows, self.known_by, moment)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class ReportForm(forms.Form):
    """The question behind a file; sent by GET, so that it can be kept and linked to.

    The address of a file says which table, and its own moment or period: `of` that export.
    """

    file = forms.ChoiceField(label=_("What"), required=False, widget=forms.RadioSelect)
    period = forms.ChoiceField(label=_("When"), required=False, choices=PERIODS)
    as_of = PastMomentField(label=_("As of"))
    product = ThingField(queryset=Product.objects.none(), known_by="code", label=_("Product"))
    team = ThingField(queryset=Team.objects.none(), known_by="external_id", label=_("Team"))

    def __init__(
        self, data: Mapping[str, Any], *, organisation: Organisation, of: Export | None = None
    ) -> None:
        given = {name: data.get(name, "") for name in data}
        fixed = {"file": of.name, "period": CUSTOM} if of else {}
        super().__init__({"file": USAGE.name, "period": NOW} | given | fixed)
        self.fields |= {"from": MomentField(label=_("From")), "to": EndField(label=_("To"))}
        self.fields["file"].choices = [  # type: ignore[attr-defined]
            (export.name, card(export.label, export.hint)) for export in EXPORTS
        ]
        for field in self.fields.values():
            needed(field)
        self._offer("product", Product.objects.for_org(organisation).by_code())
        self._offer("team", Team.objects.for_org(organisation).by_name())

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, ThingField)
        field.queryset = rows
        if rows[MOST_CHOICES:].exists():
            field.widget = forms.TextInput()
            field.help_text = _("Its code, or its id.") if name == "product" else _("Its id.")

    @property
    def export(self) -> Export:
        """Return the table that is asked for; call after validation."""
        return BY_NAME.get(self.cleaned_data.get("file", ""), USAGE)

    def has_error_of(self, code: str) -> bool:
        return any(self.has_error(name, code) for name in self.errors)

    def asked(self) -> Asked:
        """Return what the export takes; call after validation."""
        data = self.cleaned_data
        begin, moment = self._period()
        product, team = data.get("product"), data.get("team")
        return Asked(
            product=product and product.pk, team=team and team.pk, begin=begin, moment=moment
        )

    def clean(self) -> dict[str, Any]:
        self._forget_what_does_not_matter()
        _begin, moment = self._period()
        for name in ("product", "team"):
            field, value = self.fields[name], self.cleaned_data.get(name)
            assert isinstance(field, ThingField)
            self.cleaned_data[name] = found = value and field.find(value, moment)
            if value and not found:
                self.add_error(name, forms.ValidationError(UNKNOWN, "unknown"))
        if self._ends_before_it_begins():
            self.add_error("to", forms.ValidationError(BACKWARDS, "malformed"))
        return self.cleaned_data

    def _forget_what_does_not_matter(self) -> None:
        """Let a moment that this table, or this period, does not ask for be whatever it is."""
        own = {"from", "to"} if self.export.of_period else {"as_of"}
        if self.cleaned_data.get("period") not in (CUSTOM, ""):
            own = set()
        for name in {"as_of", "from", "to"} - own:
            self.cleaned_data[name] = None
            self.errors.pop(name, None)

    def _period(self) -> tuple[datetime | None, datetime | None]:
        data = self.cleaned_data
        if data.get("period") in (CUSTOM, ""):
            begin, end = data.get("from"), data.get("to")
            return (begin, end) if self.export.of_period else (None, data.get("as_of"))
        begin, end = period_of(data.get("period", NOW))
        return (begin, end) if self.export.of_period else (None, end and end - INSTANT)

    def _ends_before_it_begins(self) -> bool:
        begin, end = self._period()
        return begin is not None and begin >= (end or timezone.now())
