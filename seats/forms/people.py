"""Forms about one person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Member
from seats.forms.fields import ReasonField, card

# The form says "member" where the member has no role, so that no answer is not an answer.
MEMBER = "member"
ROLES = [
    (MEMBER, card(_("Member"), _("Learns, or manages the teams they are appointed to."))),
    ("finance", card(_("Finance"), _("Sees all usage, exports and the books; moves nothing."))),
    ("admin", card(_("Admin"), _("Does everything, settings and roles included."))),
]


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Role in the organisation"), choices=ROLES, widget=forms.RadioSelect
    )

    def clean_role(self) -> Member.Role:
        role = self.cleaned_data["role"]
        return Member.Role.NONE if role == MEMBER else Member.Role(role)


class OffboardForm(forms.Form):
    reason = ReasonField()


class EraseForm(forms.Form):
    """Erasing cannot be undone, so the address is typed."""

    typed = forms.CharField(
        label=_("Type the person's e-mail address"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, data: Any, *, member: Member) -> None:
        super().__init__(data)
        self.member = member
        self.fields["typed"].help_text = member.email

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed.lower() != self.member.email.lower():
            raise forms.ValidationError(_("That is not the address of this person."))
        return typed
