"""Giving a team seats, and moving them between teams."""

import re
from collections.abc import Iterable
from typing import Any, TypedDict
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation
from seats.forms.fields import ReasonField, SeatsField, SeenField, TermsFields, card, needed
from seats.models import Allocation, Pool, Product
from seats.services.giving import Gift
from teams.models import Team

VERSION = re.compile(r"[0-9]{1,10}")
DEDICATED, SHARED, TEMPLATE = "dedicated", "shared", "template"
MODES = [
    (
        DEDICATED,
        card(_("Its own seats"), _("Added to the pool that it draws on, or in a new one.")),
    ),
    (SHARED, card(_("A shared pool"), _("It draws on the same seats as other teams."))),
    (TEMPLATE, card(_("A template"), _("A new pool with the template's seats and terms."))),
]


class PoolChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Pool) -> str:
        return f"{obj.product.code} · {obj.name}"


class AllocateForm(TermsFields):
    """Seats for a team in one of three ways; each way asks for its own fields only."""

    mode = needed(
        forms.ChoiceField(
            label=_("How"), choices=MODES, initial=DEDICATED, widget=forms.RadioSelect
        )
    )
    product = needed(forms.ModelChoiceField(Product.objects.none(), label=_("Product")))
    seats = needed(SeatsField())
    unlimited = forms.BooleanField(label=_("Unlimited"), required=False)
    shared_pool = needed(PoolChoiceField(Pool.objects.none(), label=_("Pool")))
    cap = SeatsField(
        label=_("Cap"), required=False, help_text=_("The most seats that this team may use of it.")
    )
    template_pool = needed(PoolChoiceField(Pool.objects.none(), label=_("Template")))
    reason = ReasonField()
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20000)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products_of(organisation)  # type: ignore[attr-defined]
        for name in ("shared_pool", "template_pool"):
            self.fields[name].queryset = pools_of(organisation)  # type: ignore[attr-defined]

    def clean_mode(self) -> str:
        mode: str = self.cleaned_data["mode"] or self.fields["mode"].initial
        return mode

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        mode = cleaned.get("mode")
        if mode == DEDICATED:
            self._check_own_seats(cleaned)
        elif mode in (SHARED, TEMPLATE) and not cleaned.get(f"{mode}_pool"):
            self._missing(f"{mode}_pool", _("Choose a pool."))
        return cleaned

    def gift(self) -> Gift:
        data = self.cleaned_data
        mode = data["mode"]
        is_own = mode == DEDICATED
        return Gift(
            mode=mode,
            product=data["product"] if is_own else None,
            seats=data["seats"] if is_own else None,
            terms=self.terms() if is_own else None,
            pool=None if is_own else data[f"{mode}_pool"],
            cap=data["cap"] if mode == SHARED else None,
            reason=data["reason"],
            seen=self._seen_version() if is_own else None,
        )

    def _seen_version(self) -> int | None:
        # The version of the team's pool of the product as the form showed it, 0 for none; a form
        # that says nothing of what it showed is taken at its word.
        versions = self.seen_versions()
        product = str(self.cleaned_data["product"].pk)
        return None if versions is None else versions.get(product, 0)

    def seen_versions(self) -> dict[str, int] | None:
        """Return the versions that the form showed, by the id that each stands beside."""
        if not self.cleaned_data["seen"]:
            return None
        pairs = (pair.partition(":") for pair in self.cleaned_data["seen"].split(","))
        read = {name: version for name, _colon, version in pairs}
        return {name: int(text) for name, text in read.items() if VERSION.fullmatch(text)}

    def _check_own_seats(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("product"):
            self._missing("product", _("Choose a product."))
        if not cleaned.get("seats") and not cleaned.get("unlimited"):
            self._missing("seats", _("Say how many seats."))
        if cleaned.get("seats") and cleaned.get("unlimited"):
            self._missing("unlimited", _("Give a number of seats or choose unlimited, not both."))


def seen_by_product(team: Team) -> str:
    """Return what AllocateForm's `seen` holds: product and version of each pool of the team."""
    current = Allocation.objects.current().of_team(team).order_by("product_id")
    return _seen(current.values_list("product_id", "pool__version"))


def seen_by_pool(pools: Iterable[Pool]) -> str:
    """Return what `seen` holds where many teams get seats: each pool shown, and its version."""
    return _seen((pool.pk, pool.version) for pool in pools)


def _seen(pairs: Iterable[tuple[UUID, int]]) -> str:
    return ",".join(["seen", *(f"{name}:{version}" for name, version in pairs)])


class CapForm(forms.Form):
    cap = SeatsField(
        label=_("Cap"),
        required=False,
        help_text=_("The most seats that the team may use of the pool. Empty for no cap."),
    )
    reason = ReasonField()
    seen = SeenField()


class TakeOffForm(forms.Form):
    reason = ReasonField()


class Movement(TypedDict):
    """What `preview` and `transfer` are both asked."""

    product: Product
    source: Team
    target: Team
    seats: int


class TransferForm(forms.Form):
    """Seats from this team to another; first shown as a preview, then confirmed."""

    product = forms.ModelChoiceField(Product.objects.none(), label=_("Product"))
    target = forms.ModelChoiceField(Team.objects.none(), label=_("To team"))
    seats = SeatsField()
    reason = ReasonField()
    seen_giving = SeenField()
    seen_taking = SeenField()
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        held = Allocation.objects.current().of_team(team).values("product")
        teams = Team.objects.for_org(team.organisation_id).open().exclude(pk=team.pk).by_name()
        self.fields["product"].queryset = (  # type: ignore[attr-defined]
            Product.objects.for_org(team.organisation_id).filter(pk__in=held).by_code()
        )
        self.fields["target"].queryset = teams  # type: ignore[attr-defined]

    def movement(self) -> Movement:
        data = self.cleaned_data
        return Movement(
            product=data["product"], source=self.team, target=data["target"], seats=data["seats"]
        )

    def seen(self) -> tuple[int, int] | None:
        giving, taking = self.cleaned_data["seen_giving"], self.cleaned_data["seen_taking"]
        return None if giving is None or taking is None else (giving, taking)


def products_of(organisation: Organisation) -> QuerySet[Product]:
    return Product.objects.for_org(organisation).open().by_code()


def pools_of(organisation: Organisation) -> QuerySet[Pool]:
    pools = Pool.objects.for_org(organisation).open().select_related("product")
    return pools.order_by("product__code", "name")
