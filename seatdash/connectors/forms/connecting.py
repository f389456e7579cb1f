"""Connecting a learning system: which one it is, and what each needs to be called."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from seatdash.connectors.models import Connection
from seatdash.connectors.systems.moodle import STUDENT
from seats.forms.fields import card

Kind = Connection.Kind
QUIET = {"autocomplete": "off", "spellcheck": "false"}
HINTS = {
    Kind.THINKIFIC: _("By its admin API, with a key or an access token."),
    Kind.MOODLE: _("By its web services, with a token."),
    Kind.OPEN_EDX: _("By its bulk enrolment API, with a client of OAuth."),
    Kind.WEBHOOK_ONLY: _("For anything else: your own code listens to webhooks."),
}


class KindForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Learning system"),
        choices=[(kind.value, card(kind.label, HINTS[kind])) for kind in Kind],
        widget=forms.RadioSelect,
    )


class ConnectionForm(forms.Form):
    """What every connection has. `facts()` after validation, for `connect` and `reconnect`."""

    kind: Kind
    # Which of its fields are options of this kind alone.
    own: tuple[str, ...] = ()

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(QUIET))

    def __init__(self, data: Any = None, *, connection: Connection | None = None) -> None:
        super().__init__(data, initial=self._initial(connection))
        secret = self.fields.get("secret")
        if connection and secret:
            secret.required = secret.widget.is_required = False
            secret.help_text = _("Kept, and not shown again. Type a new one to replace it.")

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        facts = {name: value for name, value in data.items() if name not in self.own}
        return facts | {"options": {name: data[name] for name in self.own}}

    def _initial(self, connection: Connection | None) -> dict[str, Any]:
        if connection is None:
            return {"name": self.kind.label}
        names = set(self.base_fields) & {"name", "address", "account", "takes_external_ids"}
        options: dict[str, Any] = connection.options
        return {name: getattr(connection, name) for name in names} | options


class SecretField(forms.CharField):
    """A credential: never in a page again, and offered to no password manager."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "new-password", "spellcheck": "false"}
        super().__init__(max_length=2000, widget=forms.PasswordInput(attributes), **kwargs)


class AddressField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Address"),
            max_length=300,
            validators=[URLValidator(schemes=["https", "http"])],
            widget=forms.URLInput(QUIET),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).rstrip("/")


class ExternalIdsField(forms.BooleanField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Use the course ids of the products"),
            required=False,
            initial=True,
            help_text=_(
                "Where no course is chosen here, a product opens the one in the catalogue."
            ),
        )


class WebhookOnlyForm(ConnectionForm):
    kind = Kind.WEBHOOK_ONLY


class ThinkificForm(ConnectionForm):
    kind = Kind.THINKIFIC
    own = ("sign_in", "letters")

    account = forms.CharField(
        label=_("Subdomain"),
        max_length=200,
        help_text=_("What stands before .thinkific.com."),
        widget=forms.TextInput(QUIET),
    )
    sign_in = forms.ChoiceField(
        label=_("Signs in with"),
        choices=[("key", card(_("An API key"))), ("oauth", card(_("An access token of an app")))],
        initial="key",
        widget=forms.RadioSelect,
    )
    secret = SecretField(
        label=_("API key or access token"),
        help_text=_("At Thinkific under Settings, Code & analytics, API."),
    )
    letters = forms.BooleanField(
        label=_("Thinkific welcomes new people by e-mail"), required=False, initial=True
    )
    takes_external_ids = ExternalIdsField()


class MoodleForm(ConnectionForm):
    kind = Kind.MOODLE
    own = ("on_end", "role")

    address = AddressField(help_text=_("Of the site, as in https://learn.school.example."))
    secret = SecretField(
        label=_("Token"), help_text=_("Of a web service for an account of its own.")
    )
    on_end = forms.ChoiceField(
        label=_("When access ends"),
        choices=[
            ("suspend", card(_("Suspend"), _("What was done and graded is kept."))),
            ("unenrol", card(_("Unenrol"), _("Moodle removes what was done and graded."))),
        ],
        initial="suspend",
        widget=forms.RadioSelect,
    )
    role = forms.IntegerField(
        label=_("Role id of learners"),
        min_value=1,
        max_value=10**9,
        initial=STUDENT,
        help_text=_("5 is “student” unless somebody changed it."),
    )
    takes_external_ids = ExternalIdsField()


class OpenEdxForm(ConnectionForm):
    kind = Kind.OPEN_EDX
    own = ("letters",)

    address = AddressField(help_text=_("Of the LMS, as in https://courses.school.example."))
    account = forms.CharField(label=_("Client id"), max_length=200, widget=forms.TextInput(QUIET))
    secret = SecretField(label=_("Client secret"))
    letters = forms.BooleanField(label=_("Open edX tells learners by e-mail"), required=False)
    takes_external_ids = ExternalIdsField()


FORMS: dict[str, type[ConnectionForm]] = {
    each.kind: each for each in (ThinkificForm, MoodleForm, OpenEdxForm, WebhookOnlyForm)
}
