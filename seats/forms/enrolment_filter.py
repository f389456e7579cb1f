"""What a list of enrolments is narrowed by."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from orgs.filters import Choose, ListFilter, SearchInput
from orgs.models import Member
from orgs.querysets import every_word, few
from seats.models import Allocation, Pool, Product
from seats.querysets import EnrolmentQuerySet
from teams.models import Team

STATUSES = [
    ("", _("Live")),
    ("soon-7", _("Ends within 7 days")),
    ("soon-14", _("Ends within 14 days")),
    ("soon-30", _("Ends within 30 days")),
    ("soon-90", _("Ends within 90 days")),
    ("ended", _("Ended")),
    ("expired", _("Expired")),
    ("revoked", _("Revoked")),
    ("left", _("Left")),
    ("all", _("Any")),
]


class EnrolmentFilter(ListFilter):
    """Managers choose among their own teams, and the products of these; on the page of a team,
    everybody among its own."""

    q = forms.CharField(label=_("Person"), required=False, max_length=200, widget=SearchInput())
    status = forms.ChoiceField(label=_("Status"), required=False, choices=STATUSES, widget=Choose)
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Product"),
        required=False,
        empty_label=_("Any"),
        widget=Choose,
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("Any"), widget=Choose
    )
    pool = forms.ModelChoiceField(
        Pool.objects.none(), label=_("Pool"), required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, data: Any, *, viewer: Member, of: Team | None = None, without: tuple[str, ...] = ()
    ) -> None:
        super().__init__(data, name="enrolments")
        self.viewer = viewer
        for name in without if viewer.role else (*without, "pool"):
            self.fields.pop(name, None)
        self.teams = Team.objects.for_org(viewer.organisation_id).visible_to(viewer)
        products = Product.objects.for_org(viewer.organisation_id)
        if of or not viewer.role:
            teams = [of] if of else self.teams
            theirs = Allocation.objects.filter(product=OuterRef("pk"), team__in=teams)
            products = products.filter(Exists(theirs))
        things = {
            "product": products.by_code(),
            "team": self.teams.by_name(),
            "pool": Pool.objects.for_org(viewer.organisation_id),
        }
        for name in set(things) & set(self.fields):
            # A team draws on a pool a product, and has not drawn on many.
            self.offer(name, things[name], are_few=name == "product" and of is not None)

    @property
    def status_asked(self) -> str:
        return str(self.asked.get("status", ""))

    def narrow(self, enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
        """Keep the enrolments asked for, of those that the viewer may see."""
        asked = self.asked
        found = enrolments.of_status(asked.get("status", ""))
        if not self.viewer.role:
            found = found.filter(team__in=self.teams)
        for name in ("team", "pool"):
            if asked.get(name):
                found = found.filter(**{name: asked[name]})
        if asked.get("product"):
            pools = few(Pool.objects.filter(product=asked["product"]))
            product = Q(pool__product=asked["product"])
            found = found.filter(product if pools is None else Q(pool__in=pools))
        if asked.get("q"):
            members = Member.objects.for_org(self.viewer.organisation_id)
            people = few(members.search(asked["q"]))
            words = every_word(asked["q"], "member__search")
            found = found.filter(words if people is None else Q(member__in=people))
        return found
