"""The list of people."""

from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.models import Member
from orgs.querysets import MemberQuerySet
from seats.models import Enrolment
from teams.models import Team, TeamMember

PEOPLE = Listing(
    id="people",
    fragment="seats/_people_list.html",
    first="name",
    columns=(
        Column(name="name", label=_("Person"), by="search"),
        Column(name="email", label=_("E-mail"), by="email_key"),
        Column(name="role", label=_("Role")),
        Column(name="teams", label=_("Teams"), is_number=True),
        Column(name="live", label=_("Live enrolments"), is_number=True),
        Column(name="joined", label=_("Joined"), by="created_at", kind="moment", descends=True),
    ),
)


def people_page(people: MemberQuerySet, teams: QuerySet[Team], query: QueryDict) -> ListPage[Any]:
    """Return a page of people, each with `teams`, `managed` and `live`, within `teams`."""
    return list_page(people, PEOPLE.asked(query), lambda ids: _dressed(ids, teams))


def _dressed(ids: list[UUID], teams: QuerySet[Team]) -> dict[UUID, Any]:
    inside = {"member": OuterRef("pk"), "team__in": teams}
    in_teams = TeamMember.objects.filter(**inside)
    live = Enrolment.objects.live().filter(**inside)
    managed = in_teams.filter(role=TeamMember.Role.MANAGER)
    counts = {"teams": _count(in_teams), "managed": _count(managed), "live": _count(live)}
    return Member.objects.annotate(**counts).in_bulk(ids)


def _count(rows: QuerySet[TeamMember] | QuerySet[Enrolment]) -> Coalesce:
    counted = rows.order_by().values("member").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
