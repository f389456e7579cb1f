"""What a product costs, and where a team's seats are charged to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from seats.forms.activity import DayField
from seats.forms.fields import card
from seats.models import Price


class PriceForm(forms.Form):
    amount = forms.DecimalField(
        label=_("Price"),
        min_value=0,
        max_digits=12,
        decimal_places=4,
        required=False,
        help_text=_("Leave it empty to charge nothing from then on."),
        widget=forms.NumberInput({"step": "any", "autocomplete": "off"}),
    )
    basis = forms.ChoiceField(
        label=_("For each"),
        choices=[
            (
                Price.Basis.ENROLMENTS,
                card(_("Enrolment"), _("When it is made, however long it lasts.")),
            ),
            (
                Price.Basis.SEAT_DAYS,
                card(_("Seat in use, by the day"), _("For as long as it is used.")),
            ),
            (
                Price.Basis.SEATS,
                card(_("Seat given"), _("When a team gets it; given back, it is a credit.")),
            ),
        ],
        initial=Price.Basis.ENROLMENTS,
        widget=forms.RadioSelect,
    )
    since = DayField(
        label=_("From"),
        help_text=_("Today is from now on. What was charged before stays as it was."),
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if currency:
            self.fields["amount"].label = _("Price in %(currency)s") % {"currency": currency}


class CostCentreForm(forms.Form):
    cost_centre = forms.CharField(
        label=_("Cost centre"),
        max_length=100,
        required=False,
        help_text=_("Stands on statements beside the team."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
