"""Forms about organisations, and the operator's about users."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from orgs.currencies import CODES
from orgs.models import MOST_MONTHS, Member, Organisation, User
from orgs.services import has_other_admin

# Names that stand for no place, or twice for one.
TECHNICAL = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def time_zones() -> list[tuple[str, str]]:
    """Return the zones one may choose: UTC, then the places by name."""
    zones = sorted(zone for zone in available_timezones() if "/" in zone)
    places = [zone for zone in zones if not zone.startswith(TECHNICAL)]
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class SettingsForm(forms.Form):
    """What an organisation decides for itself."""

    name = forms.CharField(label=_("Name"), max_length=200)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("Times are shown in it, and the last day of a pool ends in it."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        required=False,
        choices=[("", _("None: nothing is charged on")), *((code, code) for code in CODES)],
        help_text=_("Of the prices of products. It stays once there is a price."),
    )
    strict_stock = forms.BooleanField(
        label=_("Strict stock"),
        required=False,
        help_text=_("Refuse to allocate more seats than are in stock."),
    )
    managers_may_revoke = forms.BooleanField(
        label=_("Managers may revoke"),
        required=False,
        help_text=_("Managers may revoke enrolments and take people out of their teams."),
    )

    @classmethod
    def of(cls, organisation: Organisation, data: Any = None) -> "SettingsForm":
        """Return the form as the organisation has it, with what was sent, if anything."""
        initial = {name: getattr(organisation, name) for name in cls.base_fields}
        return cls(data, initial=initial)


class PrivacyForm(forms.Form):
    """What is told of older activity."""

    activity_months = forms.IntegerField(
        label=_("Months of activity to keep"),
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        help_text=_("1 to 120; empty is for ever."),
    )


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, initial="UTC")

    class Meta:
        model = Organisation
        fields = ("name", "slug", "time_zone")


class NewOrganisationForm(OrganisationForm):
    """An organisation is never without an admin, so it is made with its first."""

    admin = forms.EmailField(
        label=_("First admin"), help_text=_("The e-mail address of a user who is there already.")
    )

    def clean_admin(self) -> User:
        user = User.objects.filter(email=self.cleaned_data["admin"].lower()).first()
        if user is None:
            raise forms.ValidationError(_("There is no user with this address. Make one first."))
        return user


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Member
        fields = ("organisation", "email", "name", "user", "role")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_admin = self.initial.get("role") == Member.Role.ADMIN
        signs_in = cleaned.get("user") or not self.initial.get("user")
        stays = cleaned.get("role") == Member.Role.ADMIN and signs_in
        if is_admin and not stays and not has_other_admin(self.instance):
            self.add_error("role", _("Make someone else an admin first."))
        return cleaned


class NewUserForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A user as the operator makes one: by e-mail, with a first password."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        return _lower(self.cleaned_data["email"], self.instance)


class UserForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_staff", "is_superuser")

    def clean_email(self) -> str:
        return _lower(self.cleaned_data["email"], self.instance)


def _lower(email: str, user: User) -> str:
    """Return the address in lower case, as signing in compares it, if nobody else has it."""
    lowered = email.lower()
    if User.objects.filter(email=lowered).exclude(pk=user.pk).exists():
        raise forms.ValidationError(_("There is a user with this address already."))
    return lowered
