"""What somebody who is invited says of themselves."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from orgs.models import User

NEW_PASSWORD = {"autocomplete": "new-password"}


class WelcomeForm(forms.Form):
    """A name and a password, for a sign-in that is made by it."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(NEW_PASSWORD),
        help_text=_("At least eight characters; nothing that others would guess."),
    )
    again = forms.CharField(
        label=_("Password again"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(NEW_PASSWORD),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password")
        if password is None:
            return cleaned
        if "again" in cleaned and cleaned["again"] != password:
            self.add_error("again", _("The two are not the same."))
        try:
            user = User(email=self.email, name=cleaned.get("name", ""))
            password_validation.validate_password(password, user)
        except forms.ValidationError as error:
            self.add_error("password", error)
        return cleaned
