"""Teams and people selected in a list: seats for many teams, a team for many people."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from orgs.models import Member
from seats.forms.allocations import AllocateForm, seen_by_pool
from seats.forms.lists import PeopleFilter, TeamFilter
from seats.forms.selected import JoinForm
from seats.reports import selected_teams as previews
from seats.reports import selected_words as words
from seats.reports.people import seen_people, seen_teams
from seats.reports.selected import Preview
from seats.services import giving_many
from seats.views.bulk import Bulk, answer_bulk, back_from, selected, selecting, sensible
from teams.models import Team, TeamMember
from teams.services import admit


@gate(Role.ADMIN)
@selecting
def allocate(request: OrgRequest) -> HttpResponse:
    rows = Team.objects.for_org(request.organisation)
    teams = selected(request, rows, _teams, "teams", most=giving_many.MOST_TEAMS)
    form = AllocateForm(request.POST or None, organisation=request.organisation)

    def preview() -> Preview:
        gift = form.gift()
        lines = giving_many.preview(actor=request.member, teams=teams, gift=gift)
        _note_seen(form, lines)
        return previews.giving(lines, gift, strict=request.organisation.strict_stock)

    def perform(ids: list[UUID]) -> str:
        chosen = [team for team in teams if team.pk in set(ids)]
        given = giving_many.give_many(
            actor=request.member, teams=chosen, gift=form.gift(), seen=form.seen_versions()
        )
        return words.given(len(given))

    bulk = Bulk(
        heading=_("Give seats to teams"),
        intro=words.teams_chosen(len(teams)),
        ids=[team.pk for team in teams],
        submit=words.give,
        preview=preview,
        perform=perform,
        back=back_from(request, "teams"),
        fields_template="seats/_allocate_fields.html",
        context={"first": _("Team"), "second": _("Pool")},
    )
    return answer_bulk(request, form, bulk)


@gate(Role.ADMIN, Role.MANAGER)
@selecting
def join(request: OrgRequest) -> HttpResponse:
    seen = seen_people(request.organisation, request.member)
    people = selected(request, seen, _people, "people")
    teams = Team.objects.for_org(request.organisation).open().visible_to(request.member)
    form = JoinForm(request.POST or None, teams=teams.by_name())

    def preview() -> Preview:
        team = form.cleaned_data["target"]
        inside = TeamMember.objects.filter(team=team, member__in=people)
        return previews.joining(people, team, set(inside.values_list("member_id", flat=True)))

    def perform(ids: list[UUID]) -> str:
        chosen = sorted({each.pk for each in people} & set(ids))
        team = admit(actor=request.member, team=form.cleaned_data["target"], members=chosen)
        return words.joined(len(chosen), team)

    bulk = Bulk(
        heading=_("Add people to a team"),
        intro=words.people_chosen(len(people)),
        ids=[each.pk for each in people],
        submit=words.add,
        preview=preview,
        perform=perform,
        back=back_from(request, "people"),
    )
    return answer_bulk(request, form, bulk)


def _note_seen(form: AllocateForm, lines: Sequence[giving_many.Line]) -> None:
    """Let the form say which pools its preview shows; what was sent stays in the cleaned data."""
    pools = {line.pool for line in lines if line.pool}
    form.data = dict(form.data.items()) | {"seen": seen_by_pool(pools)}


def _people(request: OrgRequest, query: QueryDict) -> QuerySet[Member]:
    teams = seen_teams(request.organisation, request.member)
    filters = sensible(PeopleFilter(query, viewer=request.member, teams=teams))
    return filters.narrow(seen_people(request.organisation, request.member))


def _teams(request: OrgRequest, query: QueryDict) -> QuerySet[Team]:
    teams = Team.objects.for_org(request.organisation)
    return sensible(TeamFilter(query, teams=teams)).narrow(teams)
