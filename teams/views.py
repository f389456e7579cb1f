"""Where an invitation leads: the one page that lets somebody into an organisation from outside."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orgs.errors import Refusal
from orgs.models import Member, User
from orgs.navigation import start_of
from teams.forms import WelcomeForm
from teams.reports import Door, Invited, invited
from teams.services.invitations import accept, accept_as_new

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is worth; let in whoever accepts."""
    found = invited(token, request.user)
    if found.door is Door.NEW:
        return _new(request, found)
    if request.method == "POST" and found.door is Door.ACCEPT:
        assert found.claim
        try:
            member = accept(claim=found.claim, user=cast("User", request.user))
        except Refusal as refusal:
            return _page(request, found, status=409, refusal=refusal)
        return _welcome(request, found, member)
    return _page(request, found, status=found.door.status)


def _new(request: HttpRequest, found: Invited) -> HttpResponse:
    assert found.claim
    assert found.invitation
    form = WelcomeForm(request.POST or None, email=found.invitation.email)
    if not form.is_valid():
        return _page(request, found, status=422 if form.is_bound else 200, form=form)
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    try:
        member = accept_as_new(claim=found.claim, name=name, password=password)
    except Refusal as refusal:
        return _page(request, found, status=409, form=form, refusal=refusal)
    login(request, member.user, BACKEND)
    return _welcome(request, found, member)


def _welcome(request: HttpRequest, found: Invited, member: Member) -> HttpResponse:
    assert found.invitation
    member.organisation = found.invitation.organisation
    messages.success(request, _("Welcome to %(name)s.") % {"name": member.organisation})
    return redirect(start_of(member))


def _page(request: HttpRequest, found: Invited, *, status: int, **context: object) -> HttpResponse:
    return render(request, "teams/invitation.html", {"found": found, **context}, status=status)
