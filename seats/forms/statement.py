"""Which statement is asked for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter
from orgs.models import Organisation
from seats.forms.activity import DayField
from seats.models import Product
from seats.reports.periods import Period, of_months, today_of
from teams.models import Team


class StatementFilter(ListFilter):
    """A period of days, of one product and team or of all; this month where none is given."""

    q = None  # type: ignore[assignment]  # a statement is not searched
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    product = forms.ModelChoiceField(
        Product.objects.none(), label=_("Product"), required=False, empty_label=_("All")
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("All")
    )
    by = forms.ChoiceField(
        required=False, choices=[("teams", _("Teams"))], widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, organisation: Organisation) -> None:
        month = of_months(today_of(organisation).replace(day=1))
        days = {"first": month.first.isoformat(), "last": month.last.isoformat()}
        given = {name: value for name, value in data.items() if value}
        super().__init__(days | given if not {"first", "last"} & set(given) else given, name="of")
        self.month = month
        self.offer("product", Product.objects.for_org(organisation).by_code())
        self.offer("team", Team.objects.for_org(organisation).by_name())

    @property
    def names_the_unknown(self) -> bool:
        return bool({"product", "team"} & set(self.errors))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned

    @property
    def period(self) -> Period:
        """Return the period that is asked for; one day where only one is given."""
        asked = self.asked
        first: date | None = asked["first"] or asked["last"] or None
        last: date | None = asked["last"] or asked["first"] or None
        if first is None or last is None:
            return self.month
        return Period(first, last)
