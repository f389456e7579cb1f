"""Adding a shop, and what an admin says of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from seatdash.orders.models import Source
from seats.forms.fields import card
from teams.models import Team

KINDS = [
    (Source.Kind.STRIPE, card("Stripe", _("Checkouts and payment links; refunds of charges."))),
    (Source.Kind.SHOPIFY, card("Shopify", _("Orders that are paid; refunds by line."))),
    (Source.Kind.WOOCOMMERCE, card("WooCommerce", _("Orders in processing or completed."))),
    (
        Source.Kind.GENERIC,
        card(_("Zapier, Make, n8n or your own program"), _("Simple JSON, signed or with a token.")),
    ),
]


class PlainField(forms.CharField):
    """Words that no browser fills in by itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["autocomplete"] = "off"


class NewShopForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Shop"), choices=KINDS, widget=forms.RadioSelect, initial=Source.Kind.STRIPE
    )
    name = PlainField(
        label=_("Name"), max_length=100, help_text=_("What you call it, such as Web shop.")
    )


class ShopForm(forms.Form):
    name = PlainField(label=_("Name"), max_length=100)
    makes_teams = forms.BooleanField(
        label=_("Make a team for a new customer"),
        required=False,
        help_text=_("Named after the company, or the person who bought."),
    )
    skips_unknown = forms.BooleanField(
        label=_("Leave out products that are not mapped"),
        required=False,
        help_text=_("For a shop that sells other things, too. Otherwise such orders wait for you."),
    )


class SecretForm(forms.Form):
    secret = PlainField(
        label=_("Signing secret"),
        min_length=8,
        max_length=500,
        help_text=_("Kept encrypted, and not shown again."),
    )


class KeyForm(forms.Form):
    key = PlainField(
        label=_("Restricted key"),
        max_length=500,
        required=False,
        help_text=_("Kept encrypted, and not shown again. Empty forgets the one that is kept."),
    )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key and not key.startswith(("rk_", "sk_")):
            raise forms.ValidationError(_("A restricted key begins with rk_."))
        if not (key.isascii() and key.isprintable()):
            raise forms.ValidationError(_("That is not a key."))
        return key


class MapCustomerForm(forms.Form):
    customer = PlainField(
        label=_("Customer"),
        max_length=254,
        help_text=_("The id, e-mail address or company, as the shop has it."),
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), empty_label=_("Choose a team")
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
