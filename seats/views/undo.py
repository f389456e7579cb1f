"""The Undo button of a message."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from orgs.access import OrgRequest, Role, gate
from orgs.errors import Refusal
from seats.forms.undo import UndoForm
from seats.reports.undoing import said_of_undoing
from seats.services import undoing
from seats.views.pages import done, go, inside
from teams.access import visible_team


@gate(Role.ADMIN, Role.MANAGER)
@require_POST
def undo(request: OrgRequest) -> HttpResponse:
    """Undo what a message told of, and go back to the page that it stood on."""
    ticket, back = UndoForm(request.POST).told
    back = inside(request, back) or reverse("home")
    try:
        for team_id in undoing.teams_of(actor=request.member, ticket=ticket):
            visible_team(request, team_id)
        undone = undoing.undo(actor=request.member, ticket=ticket)
    except Refusal as refusal:
        messages.error(request, f"{refusal.title} {refusal.detail}")
        return go(request, back)
    return done(request, said_of_undoing(undone), back)
