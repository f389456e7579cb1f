"""Teams, and one team's usage page: what is available to it, what it uses, who holds it."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from orgs.models import Member
from orgs.words import grouped
from seats.forms.enrolment_filter import EnrolmentFilter
from seats.forms.lists import TeamFilter
from seats.forms.teams import NO_SEATS, AddPeopleForm, LeaveForm, TeamForm
from seats.models import Enrolment
from seats.reports import ending_previews as previews
from seats.reports.allocations import said_of
from seats.reports.enrolment_list import enrolment_page, listing_by
from seats.reports.team_list import team_page
from seats.reports.teams import team_report
from seats.services import archive as archiving
from seats.services import leaving
from seats.services.founding import found_team
from seats.views import past
from seats.views.pages import Action, act, go, may_change, may_revoke, page_of
from teams.access import visible_team
from teams.models import Team
from teams.services import add_people as add_to_team

# The page has more to show than who holds its seats; the list of all is a click away.
MOST_HOLDERS = 20


@gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
@require_safe
def teams(request: OrgRequest) -> HttpResponse:
    seen = Team.objects.for_org(request.organisation).visible_to(request.member)
    filters = TeamFilter(request.GET, teams=seen)
    page = team_page(filters.narrow(seen), request.GET)
    return answer(request, "seats/teams.html", {"page": page, "filters": filters}, page)


@gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
@require_safe
@past.or_as_it_was(past.team)
def team(request: OrgRequest, team_id: UUID) -> HttpResponse:
    seen = visible_team(request, team_id)
    without = ("team", "pool")
    filters = EnrolmentFilter(request.GET, viewer=request.member, of=seen, without=without)
    enrolments = filters.narrow(Enrolment.objects.filter(team=seen))
    listing = replace(listing_by(filters.status_asked, "team"), most=MOST_HOLDERS)
    page = enrolment_page(enrolments, listing, request.GET)
    report = team_report(seen)
    request.live_topics = report.topics
    context = {
        "report": report,
        "page": page,
        "filters": filters,
        "alone": f"team={seen.pk}",
        "may_change": may_change(request) and not seen.archived_at,
        "may_enrol": request.role != Role.FINANCE and not seen.archived_at,
        "may_revoke": may_revoke(request),
    }
    return answer(request, "seats/team.html", context, page)


@gate(Role.ADMIN)
def new_team(request: OrgRequest) -> HttpResponse:
    initial = {"parent": request.GET.get("parent")}
    form = TeamForm(request.POST or None, organisation=request.organisation, initial=initial)
    founded: list[Team] = []

    def perform() -> str:
        data = form.cleaned_data
        gift = None if data["mode"] == NO_SEATS else form.gift()
        named = {name: data[name] for name in ("name", "external_id", "parent")}
        made, allocated = found_team(actor=request.member, gift=gift, **named)
        founded.append(made)
        said = _("Made the team %(team)s.") % {"team": made}
        return f"{said} {said_of(allocated)}" if allocated else said

    action = Action(
        heading=_("New team"),
        submit=_("Make team"),
        parent=(_("Teams"), reverse("teams", args=[request.organisation.slug])),
        context={"fields_template": "seats/_team_fields.html"},
        perform=perform,
    )
    answer = act(request, form, action)
    return go(request, page_of(request, founded[0])[1]) if founded else answer


@gate(Role.ADMIN, Role.MANAGER)
def add_people(request: OrgRequest, team_id: UUID) -> HttpResponse:
    team = visible_team(request, team_id)
    form = AddPeopleForm(request.POST or None, role=request.role)

    def perform() -> str:
        people, role = form.cleaned_data["people"], form.cleaned_data["role"]
        added = len(add_to_team(actor=request.member, team=team, people=people, role=role))
        words = ngettext("%(n)s person is in %(team)s.", "%(n)s people are in %(team)s.", added)
        return words % {"n": grouped(added), "team": team}

    action = Action(
        heading=_("Add people to %(team)s") % {"team": team},
        intro=_("They use no seat until you enrol them."),
        submit=_("Add people"),
        parent=page_of(request, team),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN, Role.MANAGER)
def leave(request: OrgRequest, team_id: UUID, member_id: UUID) -> HttpResponse:
    team = visible_team(request, team_id)
    may_revoke(request, or_refuse=True)
    members = Member.objects.for_org(request.organisation).filter(team_memberships__team=team)
    member = get_object_or_404(members, pk=member_id)
    form = LeaveForm(request.POST or None)

    def perform() -> str:
        reason = form.cleaned_data["reason"]
        left = leaving.leave(actor=request.member, member=member, team=team, reason=reason)
        words = ngettext(
            "%(member)s left %(team)s; %(n)s enrolment ended.",
            "%(member)s left %(team)s; %(n)s enrolments ended.",
            left.revoked,
        )
        return words % {"member": member, "team": team, "n": left.revoked}

    action = Action(
        heading=_("Take %(member)s out of %(team)s") % {"member": member, "team": team},
        submit=_("Take out"),
        danger=True,
        parent=page_of(request, team),
        perform=perform,
        preview=lambda: previews.leaving(member, team),
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def archive(request: OrgRequest, team_id: UUID) -> HttpResponse:
    team = visible_team(request, team_id)
    form = LeaveForm(request.POST or None)

    def perform() -> str:
        reason = form.cleaned_data["reason"]
        archiving.archive_team(actor=request.member, team=team, reason=reason)
        return _("Archived %(team)s.") % {"team": team}

    action = Action(
        heading=_("Archive %(team)s") % {"team": team},
        submit=_("Archive"),
        danger=True,
        parent=page_of(request, team),
        perform=perform,
        preview=lambda: previews.archiving_team(team),
    )
    return act(request, form, action)
