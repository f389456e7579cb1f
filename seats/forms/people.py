"""Forms about one person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Member
from seats.forms.fields import Choice, ReasonField

ROLES = [
    (Member.Role.NONE, Choice(_("Member"), _("Learns, or manages teams that they are appointed to."))),
    (Member.Role.FINANCE, Choice(_("Finance"), _("Sees all usage, exports and the books; moves nothing."))),
    (Member.Role.ADMIN, Choice(_("Admin"), _("Does everything, settings and roles included."))),
]


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Role in the organisation"), choices=ROLES, required=False, widget=forms.RadioSelect
    )

    def clean_role(self) -> Member.Role:
        return Member.Role(self.cleaned_data["role"])


class OffboardForm(forms.Form):
    reason = ReasonField()


class PeopleFilter(forms.Form):
    """Whom the list shows."""

    q = forms.CharField(required=False)
    state = forms.ChoiceField(required=False, choices=[("", ""), ("left", "")])

    @classmethod
    def asked(cls, data: Any) -> dict[str, str]:
        """Return the filters that make sense; what does not is as if it had not been asked."""
        form = cls(data)
        form.is_valid()
        return {name: form.cleaned_data.get(name, "") for name in cls.base_fields}
