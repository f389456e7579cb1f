"""What the lists of people, teams, products, pools and enrolments are narrowed by."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter, SearchInput
from orgs.models import Member
from orgs.querysets import MemberQuerySet, every_word
from seats.models import Allocation, Product
from seats.querysets import AllocationQuerySet, PoolQuerySet, ProductQuerySet
from seats.reports.pools import STATES, of_kind
from teams.models import Team, TeamMember
from teams.querysets import TeamQuerySet


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
        has_left = asked.get("state") == "left"
        people = people.filter(offboarded_at__isnull=not has_left)
        if has_left:
            people = people.people()
        if asked["q"]:
            people = people.search(asked["q"])
        of_them = TeamMember.objects.filter(member=OuterRef("pk"))
        if asked["team"]:
            people = people.filter(Exists(of_them.filter(team=asked["team"])))
        if asked.get("role") == "manager":
            return people.filter(Exists(of_them.managers()))
        return people.filter(role=asked["role"]) if asked.get("role") else people


class TeamFilter(ListFilter):
    """Teams by what they are part of, and whether they draw on any pool."""

    q = forms.CharField(
        label=_("Name or external id"), required=False, max_length=200, widget=SearchInput()
    )
    seats = forms.ChoiceField(
        label=_("Seats"),
        required=False,
        choices=[("", _("Any")), ("with", _("With seats")), ("without", _("Without seats"))],
    )
    parent = forms.ModelChoiceField(
        Team.objects.none(), label=_("Part of"), required=False, empty_label=_("Any")
    )
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Open teams")), ("archived", _("Archived teams"))],
    )

    def __init__(self, data: Any, *, teams: TeamQuerySet) -> None:
        super().__init__(data, name="teams")
        below = Team.objects.filter(parent=OuterRef("pk"))
        self.offer("parent", teams.filter(Exists(below)).by_name())

    def narrow(self, teams: TeamQuerySet) -> TeamQuerySet:
        """Keep the teams that are asked for."""
        asked = self.asked
        teams = teams.filter(archived_at__isnull=asked["state"] != "archived")
        if asked["q"]:
            teams = teams.search(asked["q"])
        if asked["parent"]:
            teams = teams.filter(parent=asked["parent"])
        if asked["seats"]:
            drawing = Exists(Allocation.objects.current().filter(team=OuterRef("pk")))
            teams = teams.filter(drawing if asked["seats"] == "with" else ~drawing)
        return teams


class ProductFilter(ListFilter):
    q = forms.CharField(
        label=_("Code or name"), required=False, max_length=200, widget=SearchInput()
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("Any")), *Product.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Open")), ("archived", _("Archived"))],
    )

    def narrow(self, products: ProductQuerySet) -> ProductQuerySet:
        """Keep the products that are asked for."""
        asked = self.asked
        products = products.filter(archived_at__isnull=asked["state"] != "archived")
        if asked["q"]:
            products = products.search(asked["q"])
        return products.filter(kind=asked["kind"]) if asked["kind"] else products


class PoolFilter(ListFilter):
    """Pools by who draws on them, what is left in them, and of `products` by product."""

    q = forms.CharField(
        label=_("Pool or product"), required=False, max_length=200, widget=SearchInput()
    )
    product = forms.ModelChoiceField(
        Product.objects.none(), label=_("Product"), required=False, empty_label=_("All")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("Any")),
            ("dedicated", _("Dedicated")),
            ("shared", _("Shared")),
            ("template", _("Template")),
            ("unallocated", _("Unallocated")),
        ],
    )
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Open")),
            ("short", _("Short of seats")),
            ("over", _("Over-committed")),
            ("full", _("Full")),
            ("low", _("About to run out")),
            ("unlimited", _("No limit")),
            ("archived", _("Archived")),
        ],
    )

    def __init__(self, data: Any, *, products: ProductQuerySet | None = None) -> None:
        super().__init__(data, name="pools")
        if products is None:
            del self.fields["product"]
        else:
            self.offer("product", products.by_code())

    def narrow(self, pools: PoolQuerySet) -> PoolQuerySet:
        """Keep the pools that are asked for."""
        asked = self.asked
        pools = pools.filter(archived_at__isnull=asked["state"] != "archived")
        pools = pools.filter(STATES.get(asked["state"], Q()))
        if asked["q"]:
            pools = pools.search(asked["q"])
        if asked.get("product"):
            pools = pools.filter(product=asked["product"])
        return of_kind(pools, asked["kind"]) if asked["kind"] else pools


class DrawingFilter(ListFilter):
    """The teams that draw on a pool or a product, by their names."""

    q = forms.CharField(label=_("Team"), required=False, max_length=200, widget=SearchInput())

    def __init__(self, data: Any) -> None:
        super().__init__(data, name="teams", prefix="teams")

    def narrow(self, allocations: AllocationQuerySet) -> AllocationQuerySet:
        """Keep the allocations of the teams asked for."""
        return allocations.filter(every_word(str(self.asked["q"]), "team__search"))
