"""What the lists of people, teams, products, pools and enrolments are narrowed by."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter, SearchInput
from orgs.models import Member
from orgs.querysets import MemberQuerySet
from teams.models import Team, TeamMember


class PeopleFilter(ListFilter):
    """Admins choose by role and whether people are still there; managers see their own teams'."""

    q = forms.CharField(
        label=_("Name or e-mail"), required=False, max_length=200, widget=SearchInput()
    )
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[
            ("", _("Any")),
            ("admin", _("Admin")),
            ("finance", _("Finance")),
            ("manager", _("Manager")),
        ],
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("Any")
    )
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Current people")), ("left", _("Those who left"))],
    )

    def __init__(self, data: Any, *, viewer: Member, teams: QuerySet[Team]) -> None:
        super().__init__(data, name="people")
        if not viewer.role:
            del self.fields["role"], self.fields["state"]
        self.offer("team", teams.order_by("search", "id"))

    def narrow(self, people: MemberQuerySet) -> MemberQuerySet:
        """Keep the people who are asked for."""
        asked = self.asked
        people = people.filter(offboarded_at__isnull=asked.get("state") != "left")
        if asked["q"]:
            people = people.search(asked["q"])
        of_them = TeamMember.objects.filter(member=OuterRef("pk"))
        if asked["team"]:
            people = people.filter(Exists(of_them.filter(team=asked["team"])))
        if asked.get("role") == "manager":
            return people.filter(Exists(of_them.managers()))
        return people.filter(role=asked["role"]) if asked.get("role") else people
