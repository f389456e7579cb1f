"""Making a token, and looking for a call in the log."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter, SearchInput
from orgs.models import Organisation
from seatdash.api.models import HIGHEST_RATE, USUAL_RATE, Token
from seatdash.api.querysets import CallQuerySet
from seats.forms.fields import card

Scope = Token.Scope
SCOPES = [
    (Scope.READ, card(Scope.READ.label, _("Lists, usage, the ledger, and who has access."))),
    (
        Scope.PROVISION,
        card(Scope.PROVISION.label, _("Makes teams and products, gives seats and takes them.")),
    ),
    (Scope.ENROL, card(Scope.ENROL.label, _("Enrols people, and revokes enrolments."))),
    (Scope.EXPORT, card(Scope.EXPORT.label, _("Downloads reports."))),
]


class CheckCards(forms.CheckboxSelectMultiple):
    """Boxes to tick, drawn as the cards that one of is chosen of elsewhere."""

    template_name = "django/forms/widgets/radio.html"


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What it is for. The ledger says “Token” and this name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(label=_("It may"), choices=SCOPES, widget=CheckCards)
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty for a token without an end."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    per_minute = forms.IntegerField(
        label=_("Calls a minute"), min_value=1, max_value=HIGHEST_RATE, initial=USUAL_RATE
    )

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and not timezone.localdate() <= day < date.max:
            raise forms.ValidationError(_("Give a day that is still to come."))
        return day

    def token(self) -> dict[str, Any]:
        """Return what the service is asked for."""
        data = self.cleaned_data
        day = data["last_day"]
        end = day and timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        return {name: data[name] for name in ("name", "scopes", "per_minute")} | {"ends_at": end}


class CallFilter(ListFilter):
    """Which calls: by the words in them, the token, and how they ended."""

    q = forms.CharField(
        label=_("Address, key or body"), required=False, max_length=200, widget=SearchInput()
    )
    token = forms.ModelChoiceField(
        Token.objects.none(), label=_("Token"), required=False, empty_label=_("Any")
    )
    status = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[
            ("", _("Any")),
            ("2", _("Done (2xx)")),
            ("4", _("Not done (4xx)")),
            ("5", _("Broken (5xx)")),
        ],
    )
    key = forms.CharField(
        label=_("Idempotency key"), required=False, max_length=255, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, organisation: Organisation) -> None:
        super().__init__(data, name="calls")
        self.offer("token", Token.objects.for_org(organisation).newest_first())

    def narrow(self, calls: CallQuerySet) -> CallQuerySet:
        """Keep the calls asked for."""
        asked = {name: value for name, value in self.asked.items() if value}
        for name in ("token", "key"):
            if name in asked:
                calls = calls.filter(**{name: asked[name]})
        if "status" in asked:
            first = int(asked["status"]) * 100
            calls = calls.filter(status__gte=first, status__lt=first + 100)
        return calls.saying(asked["q"]) if "q" in asked else calls
