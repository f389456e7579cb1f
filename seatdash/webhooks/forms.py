"""What is asked for of an endpoint, and what its deliveries are narrowed by."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter
from seatdash.outgoing import AddressRefusedError, check_url
from seatdash.webhooks.events import OFFERED, THRESHOLDS, Type
from seatdash.webhooks.models import Delivery, Endpoint
from seatdash.webhooks.querysets import DeliveryQuerySet
from seats.forms.fields import card, needed

MOST_THRESHOLDS = 5
HIGHEST_THRESHOLD = 200


class TypeCards(forms.CheckboxSelectMultiple):
    """Check boxes as cards, like the radio buttons."""

    template_name = "django/forms/widgets/radio.html"


class ThresholdsField(forms.CharField):
    """Percentages, with commas or spaces between them; cleaned to a list of whole numbers."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[int]:
        words = super().clean(value).replace(",", " ").replace("%", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 4 for word in words):  # noqa: PLR2004
            raise ValidationError(_("Write whole numbers, such as 80, 100."))
        numbers = sorted({int(word) for word in words})
        if len(numbers) > MOST_THRESHOLDS or any(
            not 1 <= number <= HIGHEST_THRESHOLD for number in numbers
        ):
            raise ValidationError(_("Write up to five numbers from 1 to 200."))
        return numbers


class EndpointForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        max_length=1000,
        widget=forms.URLInput(
            {
                "autocomplete": "off",
                "placeholder": "https://example.org/hook",
            }
        ),
        help_text=_("Where events are posted to, by https."),
    )
    types = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(name, card(name, words)) for name, words in OFFERED],
        widget=TypeCards,
    )
    thresholds = needed(
        ThresholdsField(
            label=_("Thresholds of pool.threshold, in per cent"),
            initial=list(THRESHOLDS),
            widget=forms.TextInput({"autocomplete": "off"}),
            help_text=_("Sent when so many of the seats of a pool come to be in use."),
        )
    )

    @classmethod
    def of(cls, endpoint: Endpoint, data: Any = None) -> "EndpointForm":
        """Return the form as the endpoint is, with what was sent, if anything."""
        return cls(
            data,
            initial={
                "address": endpoint.address,
                "types": endpoint.types,
                "thresholds": endpoint.thresholds,
            },
        )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        try:
            check_url(address)
        except AddressRefusedError as refused:
            raise ValidationError(str(refused)) from None
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asks = Type.POOL_THRESHOLD in cleaned.get("types", [])
        if asks and not cleaned.get("thresholds") and "thresholds" not in self.errors:
            self.add_error("thresholds", _("Say at which thresholds."))
        return cleaned


class GoOnForm(forms.Form):
    how = forms.ChoiceField(
        label=_("What happened meanwhile"),
        choices=[
            ("all", card(_("Send it"), _("Goes on where it stopped, in order."))),
            ("skip", card(_("Skip it"), _("Sends only what happens from now on."))),
        ],
        widget=forms.RadioSelect,
        initial="all",
    )

    @property
    def skip(self) -> bool:
        return bool(self.cleaned_data["how"] == "skip")


class DeliveryFilter(ListFilter):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Delivery.State.choices]
    )
    type = forms.ChoiceField(
        label=_("Event"), required=False, choices=[("", _("All")), *((t, t) for t in Type.values)]
    )
    q = None  # type: ignore[assignment]  # there are no words to search by

    def __init__(self, data: Any) -> None:
        super().__init__(data, name="deliveries")

    def narrow(self, deliveries: DeliveryQuerySet) -> DeliveryQuerySet:
        """Keep the deliveries that are asked for."""
        return deliveries.filter(**{name: value for name, value in self.asked.items() if value})
