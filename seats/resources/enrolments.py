"""Enrolments: a row for each person and product, through a team."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.widgets import Widget

from orgs.errors import Refusal
from seats.models import Allocation, Enrolment, Pool, Product
from seats.reports.enrol_preview import check_last_day
from seats.resources.columns import Column, short
from seats.resources.crowd import Crowd, Known, Line
from seats.resources.directory import Directory, TeamName
from seats.resources.people import PeopleSheet
from seats.resources.sheet import Sheet, Tell
from seats.services.enrolment import enrol, room_in
from seats.services.locks import lock_pools
from teams.models import Team
from teams.services import admit


class ProductName(Widget):  # type: ignore[misc]  # the library has no types
    """A product, by its code or its name; the sheet gives it the catalogue."""

    products: dict[str, list[Product]]

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> Product:
        found = self.products.get(value.lower(), [])
        if not found:
            raise ValueError(_("there is no product “%(name)s”.") % {"name": short(value)})
        if len(found) > 1:
            words = _("there are %(n)s products “%(name)s”; give its code.")
            raise ValueError(words % {"n": len(found), "name": short(value)})
        return found[0]


class Seats:
    """Who may draw on what, what is left of it, and who holds a seat, as the rows go by."""

    def __init__(self, organisation_id: UUID) -> None:
        current = Allocation.objects.for_org(organisation_id).current()
        pools: dict[UUID, Pool] = {}
        self.allocations: dict[tuple[UUID, UUID], Allocation] = {}
        for allocation in current.select_related("pool", "pool__product", "team"):
            # One pool is one object, whichever team draws on it.
            allocation.pool = pools.setdefault(allocation.pool_id, allocation.pool)
            self.allocations[allocation.team_id, allocation.product_id] = allocation
        self._let_go(organisation_id)
        self.holders: dict[tuple[str, UUID], int] = {}

    def _let_go(self, organisation_id: UUID) -> None:
        # What is past its end and reusable is let go of when somebody asks for a seat.
        due = Enrolment.objects.for_org(organisation_id).due().filter(reusable=True)
        counts = dict(due.values_list("allocation").annotate(n=Count("pk")).order_by())
        for allocation in self.allocations.values():
            freed = counts.get(allocation.pk, 0)
            allocation.used -= freed
            allocation.pool.used -= freed

    def look(self, found: Mapping[UUID, str]) -> None:
        """Look up which seats these members hold."""
        live = Enrolment.objects.live().filter(member__in=list(found))
        for member_id, pool_id in live.values_list("member_id", "pool_id"):
            self.holders[found[member_id], pool_id] = 0

    def take(self, allocation: Allocation) -> None:
        """Take one seat; the caller has looked whether there is one."""
        allocation.used += 1
        allocation.pool.used += 1


class EnrolmentSheet(Sheet):
    email, name = PeopleSheet.fields["email"], PeopleSheet.fields["name"]
    team = Column(
        "team",
        label=gettext_lazy("Team"),
        words=PeopleSheet.fields["team"].words,
        widget=TeamName(),
        hint=gettext_lazy("Name or external id. Its seats are used; who is not in it joins it."),
        examples=["classroom-a", "classroom-a"],
        needed=True,
    )
    product = Column(
        "product",
        label=gettext_lazy("Product"),
        words=["product", "code", "product_code", "course", "sku", "produkt", "kurs"],
        widget=ProductName(),
        hint=gettext_lazy("Its code, or its name."),
        examples=["ACC-101", "ACC-101"],
        needed=True,
    )

    class Meta(Sheet.Meta):
        model = Enrolment
        fields = ("email", "name", "team", "product")
        import_id_fields = ("email", "team", "product")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        organisation = self.actor.organisation_id
        self.crowd, self.seats = Crowd(self.actor), Seats(organisation)
        self.fields["team"].widget.directory = Directory(organisation)
        self.fields["product"].widget.products = _catalogue(organisation)
        self.entering: dict[str, Known] = {}
        self.planned: dict[UUID, list[str]] = defaultdict(list)

    def look(self, rows: Sequence[Mapping[str, str]]) -> None:
        self.seats.look(self.crowd.look(row["email"] for row in rows))

    def find(self, cleaned: dict[str, Any]) -> tuple[Line, bool]:
        key, team, product = cleaned["email"].lower(), cleaned["team"], cleaned["product"]
        allocation = self.seats.allocations.get((team.pk, product.pk))
        if allocation is None:
            raise self.wrong(_("%(team)s has no seats of %(product)s."), team=team, product=product)
        self.allocation = allocation
        self.holds = self.seats.holders.get((key, allocation.pool_id))
        if self.holds:
            self.told.append(_("As in row %(row)s.") % {"row": self.holds})
        return Line(), True

    def skip_row(self, instance: Line, *_args: Any, **_kwargs: Any) -> bool:
        return self.holds is not None

    def plan(self, instance: Line, *, is_new: bool) -> None:
        key, team = instance.email.lower(), instance.team
        self._find_seat()
        known = self.crowd.known.get(key)
        if known is None:
            self.told.append(_("A new member."))
            known = self.crowd.known[key] = Known(instance.email, instance.name)
        elif (key, team.pk) not in self.crowd.roles:
            self.told.append(_("Joins %(team)s.") % {"team": team})
        self.crowd.roles[key, team.pk] = "learner"
        self.seats.holders[key, self.allocation.pool_id] = self.number
        self.entering[key] = known
        self.planned[self.allocation.pk].append(key)

    def _find_seat(self) -> None:
        pool = self.allocation.pool
        try:
            check_last_day(pool)
        except Refusal as refusal:
            raise self.wrong("%(title)s", title=refusal.title) from refusal
        room = room_in(pool, self.allocation)
        if room is not None and room <= 0:
            words = _("No seat is left for it in %(pool)s.")
            raise self.wrong(words, pool=pool)
        self.seats.take(self.allocation)

    def write(self, *, reason: str, tell: Tell) -> None:
        # Members, then teams, then pools, as every service: nobody waits for it in a circle.
        self.crowd.enter(self.entering)
        asked = {each.pk: each for each in self.seats.allocations.values() if self.planned[each.pk]}
        joining: dict[UUID, set[str]] = defaultdict(set)
        for pk, allocation in asked.items():
            joining[allocation.team_id].update(self.planned[pk])
        for team in Team.objects.filter(pk__in=list(joining)).order_by("pk"):
            admit(actor=self.actor, team=team, members=self.crowd.ids(sorted(joining[team.pk])))
        pools = [allocation.pool_id for allocation in asked.values()]
        lock_pools(self.actor.organisation_id, pools)
        done = 0
        for pk, keys in list(self.planned.items()):
            if keys:
                members = self.crowd.ids(keys)
                enrol(actor=self.actor, allocation=asked[pk], members=members, reason=reason)
                done += len(keys)
                tell(done)


def _catalogue(organisation_id: UUID) -> dict[str, list[Product]]:
    """Return the open products by their code, and by their name where it is no code."""
    products = list(Product.objects.for_org(organisation_id).open())
    found = {product.code.lower(): [product] for product in products}
    for product in products:
        named = found.setdefault(product.name.lower(), [])
        if product not in named and named[:1] != [product]:
            named.append(product)
    return found
