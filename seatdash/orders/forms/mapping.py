"""What a product of a shop stands for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation
from seatdash.orders.forms.shops import PlainField
from seatdash.orders.models import OrderLine, ProductRule
from seats.forms.allocations import PoolChoiceField, pools_of, products_of
from seats.forms.fields import SeatsField, card, needed
from seats.models import MOST_SEATS, Pool, Product

# The stylesheet knows the parts of a form by these.
OWN, SHARED, TEMPLATE, NOTHING = "dedicated", "shared", "template", "nothing"
MODES = [
    (OWN, card(_("Its own seats"), _("Added to the pool that the team draws on, or a new one."))),
    (SHARED, card(_("A shared pool"), _("The team draws on it; what was bought is added to it."))),
    (TEMPLATE, card(_("A template"), _("A new pool with the template's seats and terms."))),
    (NOTHING, card(_("No seats"), _("For things that have nothing to do with seats."))),
]
MODE_OF = {
    OWN: ProductRule.Mode.OWN,
    SHARED: ProductRule.Mode.SHARED,
    TEMPLATE: ProductRule.Mode.TEMPLATE,
    NOTHING: ProductRule.Mode.NOTHING,
}
NAME_OF = {mode: name for name, mode in MODE_OF.items()}


class MapProductForm(forms.Form):
    external = PlainField(
        label=_("Their product"),
        max_length=200,
        help_text=_("The id of the product, price or variant, or the SKU, as the shop has it."),
    )
    mode = forms.ChoiceField(
        label=_("Stands for"), choices=MODES, initial=OWN, widget=forms.RadioSelect
    )
    product = needed(
        forms.ModelChoiceField(
            Product.objects.none(), label=_("Product"), empty_label=_("Choose a product")
        )
    )
    seats = needed(SeatsField(label=_("Seats for each unit"), initial=1))
    shared_pool = needed(PoolChoiceField(Pool.objects.none(), label=_("Pool")))
    shared_seats = needed(
        forms.IntegerField(
            label=_("Seats for each unit"),
            min_value=0,
            max_value=MOST_SEATS,
            initial=0,
            help_text=_("Added to the pool. None only makes it available to the team."),
        )
    )
    template_pool = needed(PoolChoiceField(Pool.objects.none(), label=_("Template")))

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products_of(organisation)  # type: ignore[attr-defined]
        for name in ("shared_pool", "template_pool"):
            self.fields[name].queryset = pools_of(organisation)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        names = {OWN: ("product", "seats"), SHARED: ("shared_pool",), TEMPLATE: ("template_pool",)}
        for name in names.get(cleaned.get("mode", ""), ()):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed."))
        return cleaned

    def rule(self) -> dict[str, Any]:
        """Return what the service is asked for."""
        data = self.cleaned_data
        mode = data["mode"]
        seats = {OWN: data.get("seats"), SHARED: data.get("shared_seats")}
        return {
            "external": data["external"],
            "mode": MODE_OF[mode],
            "product": data["product"] if mode == OWN else None,
            "pool": data[f"{mode}_pool"] if mode in (SHARED, TEMPLATE) else None,
            "seats": seats.get(mode) or 0,
        }


def initial_of(rule: ProductRule) -> dict[str, Any]:
    """Return what the form shows of a rule."""
    mode = NAME_OF[ProductRule.Mode(rule.mode)]
    return {
        "external": rule.external,
        "mode": mode,
        "product": rule.product_id,
        "seats": rule.seats or 1,
        "shared_pool": rule.pool_id,
        "shared_seats": rule.seats if mode == SHARED else 0,
        "template_pool": rule.pool_id,
    }


class RefundForm(forms.Form):
    """For how many units of each line money was refunded."""

    def __init__(self, *args: Any, lines: list[tuple[OrderLine, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line, _standing in lines]
        for place, (line, standing) in enumerate(lines):
            self.fields[f"line_{place}"] = forms.IntegerField(
                label=str(line),
                min_value=0,
                max_value=standing,
                initial=0,
                help_text=_("Of %(n)s that stand. 0 takes none.") % {"n": standing},
            )

    def units(self) -> dict[str, int]:
        """Return how many units of each line, by its key."""
        cleaned = self.cleaned_data
        return {line.key: cleaned[f"line_{place}"] for place, line in enumerate(self.lines)}


class IgnoreForm(forms.Form):
    word = PlainField(
        label=_("Why"), max_length=500, help_text=_("Kept with the order, for whoever asks later.")
    )
