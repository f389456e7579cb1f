"""Pools: making them, and what an admin may do to one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation
from seats.forms.fields import ReasonField, SeatsField, SeenField, TermsFields, card
from seats.models import Pool, Product
from teams.models import Team

STOCK, RETIRED = "stock", "retired"


class TeamField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """An open team of the organisation; the one above it is said where there is one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Team.objects.none(), label=_("Team"), empty_label=_("Choose a team"), **kwargs
        )

    def offer(self, organisation: Organisation) -> None:
        teams = Team.objects.for_org(organisation).open().by_name()
        self.queryset = teams.select_related("parent")

    def label_from_instance(self, obj: Team) -> str:
        return f"{obj.name} ({obj.parent})" if obj.parent else obj.name


class NewPoolForm(TermsFields):
    """A pool that no team draws on yet."""

    use_required_attribute = False  # seats may be left out by ticking unlimited

    product = forms.ModelChoiceField(
        Product.objects.none(), label=_("Product"), empty_label=_("Choose a product")
    )
    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    seats = SeatsField(error_messages={"required": _("Say how many seats, or tick unlimited.")})
    unlimited = forms.BooleanField(label=_("Unlimited"), required=False)
    reason = ReasonField()

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        products = Product.objects.for_org(organisation).open().by_code()
        self.fields["product"].queryset = products  # type: ignore[attr-defined]
        self.fields["seats"].required = not self.data.get("unlimited")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("seats") and cleaned.get("unlimited"):
            self._missing("seats", _("Leave this empty, or do not tick unlimited."))
        self._check_name(cleaned)
        return cleaned

    def _check_name(self, cleaned: dict[str, Any]) -> None:
        product, name = cleaned.get("product"), cleaned.get("name")
        if product and name and product.pools.open().filter(name__iexact=name).exists():
            self._missing("name", _("This product has a pool of this name already."))


class IncrementForm(forms.Form):
    seats = SeatsField(label=_("Seats to add"))
    reason = ReasonField(help_text=_("An order number, for example. Kept in the ledger."))
    seen = SeenField()


class TakeAwayForm(forms.Form):
    seats = SeatsField(label=_("Seats to take away"))
    to = forms.ChoiceField(
        label=_("What becomes of them"),
        choices=[
            (STOCK, card(_("Back to stock"), _("They can be allocated again."))),
            (RETIRED, card(_("Retire them"), _("They are gone for good."))),
        ],
        initial=STOCK,
        required=False,
        widget=forms.RadioSelect,
    )
    reason = ReasonField()
    seen = SeenField()


class ShareForm(forms.Form):
    team = TeamField()
    cap = SeatsField(
        label=_("Cap"),
        required=False,
        help_text=_("The most seats that this team may use. Empty for no cap."),
    )
    reason = ReasonField()
    seen = SeenField()

    def __init__(self, *args: Any, pool: Pool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].offer(pool.organisation)  # type: ignore[attr-defined]


class CloneForm(forms.Form):
    team = TeamField()
    reason = ReasonField()
    seen = SeenField()

    def __init__(self, *args: Any, pool: Pool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].offer(pool.organisation)  # type: ignore[attr-defined]


class TermsForm(TermsFields):
    reason = ReasonField()
    seen = SeenField()


class ArchivePoolForm(forms.Form):
    reason = ReasonField()
    seen = SeenField()
