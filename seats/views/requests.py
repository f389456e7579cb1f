"""Requests for more seats: asked by managers, answered by admins."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.words import grouped
from seats.forms.teams import AnswerForm, AskForm, DeclineForm
from seats.models import SeatRequest
from seats.reports.allocations import said_of
from seats.reports.requests import requests_seen_by
from seats.services import requests as service
from seats.views.pages import Action, act, came_from, page_of, show
from teams.access import visible_team


@gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
@require_safe
def requests(request: OrgRequest) -> HttpResponse:
    report = requests_seen_by(request.member)
    return show(request, "seats/requests.html", report, may_answer=request.role is Role.ADMIN)


@gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
@require_POST
def read_answers(request: OrgRequest) -> HttpResponse:
    """Note that whoever asked has read the answers: a browser says it by itself."""
    service.note_answers_seen(actor=request.member)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("requests", request.organisation.slug)


@gate(Role.ADMIN, Role.MANAGER)
def ask(request: OrgRequest, team_id: UUID) -> HttpResponse:
    team = visible_team(request, team_id)
    initial = {name: request.GET.get(name) for name in ("product", "seats")}
    form = AskForm(request.POST or None, team=team, initial=initial)

    def perform() -> str:
        asked = service.ask(actor=request.member, team=team, **form.cleaned_data)
        words = ngettext(
            "Asked for %(seats)s seat of %(product)s. The admins see it now.",
            "Asked for %(seats)s seats of %(product)s. The admins see it now.",
            asked.seats,
        )
        return words % {"seats": grouped(asked.seats), "product": asked.product.name}

    action = Action(
        heading=_("Ask for seats for %(team)s") % {"team": team},
        submit=_("Ask"),
        parent=page_of(request, team),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def approve(request: OrgRequest, request_id: UUID) -> HttpResponse:
    asked = _request(request, request_id)
    form = AnswerForm(request.POST or None)

    def perform() -> str:
        answer = form.cleaned_data["answer"]
        return said_of(service.approve(actor=request.member, request=asked, answer=answer))

    action = Action(
        heading=_("Approve the request of %(team)s") % {"team": asked.team},
        intro=_words(asked),
        submit=_("Approve and give seats"),
        parent=page_of(request, asked.team),
        success_url=came_from(request),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def decline(request: OrgRequest, request_id: UUID) -> HttpResponse:
    asked = _request(request, request_id)
    form = DeclineForm(request.POST or None)

    def perform() -> str:
        answer = form.cleaned_data["answer"]
        service.decline(actor=request.member, request=asked, answer=answer)
        return _("Declined the request of %(team)s.") % {"team": asked.team}

    action = Action(
        heading=_("Decline the request of %(team)s") % {"team": asked.team},
        intro=_words(asked),
        submit=_("Decline"),
        danger=True,
        parent=page_of(request, asked.team),
        success_url=came_from(request),
        perform=perform,
    )
    return act(request, form, action)


def _request(request: OrgRequest, request_id: UUID) -> SeatRequest:
    requests = SeatRequest.objects.for_org(request.organisation)
    related = requests.select_related("team", "product", "asked_by")
    return get_object_or_404(related, pk=request_id)


def _words(asked: SeatRequest) -> str:
    words = ngettext(
        "%(who)s asks for %(seats)s seat of %(product)s: “%(reason)s”",
        "%(who)s asks for %(seats)s seats of %(product)s: “%(reason)s”",
        asked.seats,
    )
    return words % {
        "who": asked.asked_by,
        "seats": grouped(asked.seats),
        "product": asked.product.name,
        "reason": asked.reason,
    }
