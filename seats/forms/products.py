"""Products and their stock."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation
from seats.forms.fields import ReasonField, SeatsField, SeenField, card
from seats.models import Product


class ProductForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        help_text=_("Short, and yours alone: the SKU, for example."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(
        label=_("Gives access to"),
        choices=[
            (Product.Kind.COURSE, card(_("A course"))),
            (Product.Kind.BUNDLE, card(_("A bundle of courses"))),
        ],
        initial=Product.Kind.COURSE,
        widget=forms.RadioSelect,
    )
    external_id = forms.CharField(
        label=_("Course id in the learning system"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        same = Product.objects.for_org(self.organisation).with_code(code).first()
        if same:
            raise forms.ValidationError(
                _("%(name)s has this code already."), params={"name": same.name}
            )
        return code


class StockForm(forms.Form):
    """Seats into stock, or out of it for good."""

    seats = SeatsField()
    reason = ReasonField(help_text=_("An order number, for example. Kept in the ledger."))
    seen = SeenField()


class ArchiveForm(forms.Form):
    reason = ReasonField()
