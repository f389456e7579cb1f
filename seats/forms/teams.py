"""Making a team, with or without its first seats."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.access import Role
from orgs.models import Organisation
from seats.forms.allocations import MODES, AllocateForm
from seats.forms.fields import ReasonField, SeatsField, card, needed
from seats.forms.people_lists import PeopleField
from seats.models import Product
from teams.models import Team, TeamMember

NO_SEATS = "none"


class TeamForm(AllocateForm):
    """A new team, and its first seats where `mode` says how it gets them."""

    mode = needed(
        forms.ChoiceField(
            label=_("Seats"),
            choices=[(NO_SEATS, card(_("None yet"), _("Give it seats later."))), *MODES],
            initial=NO_SEATS,
            widget=forms.RadioSelect,
        )
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    parent = forms.ModelChoiceField(
        Team.objects.none(), label=_("Part of"), required=False, empty_label=_("No other team")
    )
    external_id = forms.CharField(
        label=_("External id"),
        max_length=200,
        required=False,
        help_text=_("What your CRM or shop calls it."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, organisation=organisation, **kwargs)
        self.organisation = organisation
        teams = Team.objects.for_org(organisation).open().by_name()
        self.fields["parent"].queryset = teams  # type: ignore[attr-defined]

    def clean_external_id(self) -> str:
        external_id: str = self.cleaned_data["external_id"]
        taken = Team.objects.for_org(self.organisation).filter(external_id=external_id).first()
        if external_id and taken:
            raise forms.ValidationError(_("%(team)s has this id."), params={"team": taken})
        return external_id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        same = Team.objects.for_org(self.organisation).open().filter(parent=cleaned.get("parent"))
        if same.filter(name__iexact=cleaned.get("name", "")).exists():
            self.add_error("name", _("There is a team of this name already."))
        return cleaned


class AddPeopleForm(forms.Form):
    people = PeopleField()
    role = needed(
        forms.ChoiceField(
            label=_("As"), choices=TeamMember.Role.choices, initial=TeamMember.Role.LEARNER
        )
    )

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role is not Role.ADMIN:
            del self.fields["role"]  # managers do not make managers

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return cleaned | {"role": cleaned.get("role") or TeamMember.Role.LEARNER}


class LeaveForm(forms.Form):
    reason = ReasonField()


class AskForm(forms.Form):
    """A manager's request for more seats."""

    product = forms.ModelChoiceField(Product.objects.none(), label=_("Product"))
    seats = SeatsField()
    reason = ReasonField(required=True, help_text=_("The admins read this."))

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = Product.objects.for_org(team.organisation_id).open()
        self.fields["product"].queryset = products.by_code()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("A word to them"), max_length=500, required=False)


class DeclineForm(AnswerForm):
    answer = forms.CharField(label=_("Why not"), max_length=500)
