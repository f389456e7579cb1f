"""Moving seats from one team to another: the form, the preview of what it does, then the deed."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from orgs.errors import Refusal
from seats.forms.allocations import TransferForm
from seats.reports.allocations import said_of_transfer
from seats.reports.previews import transfer_preview
from seats.reports.refusals import refusal_view
from seats.services import transfer as service
from seats.services.undoing import transfer_ticket
from seats.views.pages import INVALID, REFUSED, Said, done, page_of
from teams.access import visible_team
from teams.models import Team


@gate(Role.ADMIN)
def transfer(request: OrgRequest, team_id: UUID) -> HttpResponse:
    team = visible_team(request, team_id)
    form = TransferForm(request.POST or None, team=team, initial=request.GET.dict())
    if not form.is_valid():
        return _ask(request, team, form, status=INVALID if form.is_bound else 200)
    try:
        plan = service.preview(actor=request.member, **form.movement())
    except Refusal as refusal:
        return _ask(request, team, form, refusal=refusal, status=REFUSED)
    if not form.cleaned_data["confirmed"]:
        return _ask(request, team, form, plan=plan)
    return _move(request, team, form, plan)


def _move(
    request: OrgRequest, team: Team, form: TransferForm, plan: service.Transfer
) -> HttpResponse:
    try:
        moved = service.transfer(
            actor=request.member,
            **form.movement(),
            reason=form.cleaned_data["reason"],
            seen=form.seen(),
        )
    except Refusal as refusal:
        return _ask(request, team, form, plan=plan, refusal=refusal, status=REFUSED)
    said = Said(said_of_transfer(moved), undo=transfer_ticket(moved))
    return done(request, said, page_of(request, team)[1])


def _ask(
    request: OrgRequest,
    team: Team,
    form: TransferForm,
    *,
    plan: service.Transfer | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    parent = page_of(request, team)
    context = {
        "form": form,
        "heading": _("Transfer seats from %(team)s") % {"team": team},
        "plan": plan,
        "preview": plan and transfer_preview(plan),
        "refusal": refusal and refusal_view(refusal, request.role),
        "parent": parent,
        "cancel_url": parent[1],
        "form_template": "seats/_transfer.html",
    }
    template = "seats/_transfer.html" if request.htmx else "seats/action.html"
    return render(request, template, context, status=status)
