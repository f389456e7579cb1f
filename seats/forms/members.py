"""Inviting somebody to sign in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter, SearchInput
from orgs.models import Member, Organisation
from orgs.querysets import MemberQuerySet
from seats.forms.fields import card, needed
from teams.models import Team

MANAGER = "manager"
WHAT = [
    (MANAGER, card(_("Manager"), _("Enrols people of one team and those below; asks for seats."))),
    ("finance", card(_("Finance"), _("Sees all usage, exports and the books; moves nothing."))),
    ("admin", card(_("Admin"), _("Does everything, settings and roles included."))),
]


class MembersFilter(ListFilter):
    q = forms.CharField(
        label=_("Name or e-mail"), required=False, max_length=200, widget=SearchInput()
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, name="members")

    def narrow(self, members: MemberQuerySet) -> MemberQuerySet:
        """Keep the members who are asked for."""
        asked = self.asked["q"]
        return members.search(asked) if asked else members


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text=_("A link is sent there, which lets them in once, within seven days."),
    )
    role = forms.ChoiceField(label=_("As"), choices=WHAT, widget=forms.RadioSelect, initial=MANAGER)
    team = needed(
        forms.ModelChoiceField(
            Team.objects.none(), label=_("Team to manage"), empty_label=_("Choose a team")
        )
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.for_org(organisation).open().by_name()
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        manages = cleaned.get("role") == MANAGER
        if manages and not cleaned.get("team") and "team" not in self.errors:
            self.add_error("team", _("Choose the team that they will manage."))
        if not manages:
            cleaned["team"] = None
        return cleaned

    def invitation(self) -> dict[str, Any]:
        """Return what the service is asked for."""
        role = self.cleaned_data["role"]
        return {
            "email": self.cleaned_data["email"],
            "role": Member.Role.NONE if role == MANAGER else Member.Role(role),
            "team": self.cleaned_data["team"],
        }
