"""The list of teams."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from seats.reports.teams import team_rows
from teams.models import Team
from teams.querysets import TeamQuerySet

CURRENT = Q(allocations__ended_at__isnull=True)
TEAMS = Listing(
    id="teams",
    fragment="seats/_team_list.html",
    first="name",
    columns=(
        Column(name="name", label=_("Team"), by="search"),
        Column(name="parent", label=_("Part of")),
        Column(
            name="products",
            label=_("Products"),
            by=Count("allocations", filter=CURRENT),
            kind="number",
            descends=True,
            is_number=True,
        ),
        Column(
            name="used",
            label=_("Seats in use"),
            by=Coalesce(Sum("allocations__used", filter=CURRENT), Value(0)),
            kind="number",
            descends=True,
            is_number=True,
        ),
        Column(
            name="people",
            label=_("People"),
            by=Count("memberships"),
            kind="number",
            descends=True,
            is_number=True,
        ),
    ),
)


def team_page(teams: TeamQuerySet, query: QueryDict) -> ListPage[Any]:
    """Return the page of teams that the address asks for, each with what `team_rows` adds."""
    return list_page(teams, TEAMS.asked(query), _dressed)


def _dressed(ids: list[UUID]) -> dict[UUID, Any]:
    return team_rows(Team.objects.all()).in_bulk(ids)
