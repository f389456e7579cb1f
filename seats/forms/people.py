"""Forms about one person."""

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
