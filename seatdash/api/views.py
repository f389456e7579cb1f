"""The settings of the API: tokens, and the log of calls."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from seatdash.api.forms import CallFilter, TokenForm
from seatdash.api.models import Call, Token
from seatdash.api.reports import call_page, laid_out, tokens_of
from seatdash.api.services.tokens import make_token, revoke_token
from seats.views.pages import INVALID, Action, confirm


@gate(Role.ADMIN)
@require_safe
def tokens(request: OrgRequest) -> HttpResponse:
    return render(request, "api/tokens.html", {"tokens": tokens_of(request.organisation)})


@gate(Role.ADMIN)
def new_token(request: OrgRequest) -> HttpResponse:
    """Make a token; the answer shows it, this once."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        made = make_token(actor=request.member, **form.token())
        return _show(request, "api/_token_made.html", {"made": made})
    context = {"form": form, "submit": _("Make the token")}
    status = INVALID if form.is_bound else 200
    return _show(request, "components/_form.html", context, status=status)


def _show(
    request: OrgRequest, fragment: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    parent = parent_of(request)
    page = {
        "heading": _("New token"),
        "parent": parent,
        "cancel_url": parent[1],
        "form_template": fragment,
    }
    template = fragment if request.htmx else "seats/action.html"
    return render(request, template, page | context, status=status)


@gate(Role.ADMIN)
def revoke(request: OrgRequest, token_id: UUID) -> HttpResponse:
    token = get_object_or_404(Token.objects.for_org(request.organisation), pk=token_id)

    def perform() -> str:
        revoke_token(actor=request.member, token=token)
        return _("Revoked %(token)s. Its calls are refused from now on.") % {"token": token}

    action = Action(
        heading=_("Revoke %(token)s") % {"token": token},
        intro=_("Whatever uses it can no longer call, at once and for good. What it did stays."),
        submit=_("Revoke"),
        danger=True,
        parent=parent_of(request),
        perform=perform,
    )
    return confirm(request, action)


@gate(Role.ADMIN)
@require_safe
def calls(request: OrgRequest) -> HttpResponse:
    filters = CallFilter(request.GET, organisation=request.organisation)
    page = call_page(filters.narrow(Call.objects.for_org(request.organisation)), request.GET)
    return answer(request, "api/calls.html", {"page": page, "filters": filters}, page)


@gate(Role.ADMIN)
@require_safe
def call(request: OrgRequest, call_id: UUID) -> HttpResponse:
    known = Call.objects.for_org(request.organisation).select_related("token")
    found = get_object_or_404(known, pk=call_id)
    parts = {"sent": laid_out(found.body), "answered": laid_out(found.answer)}
    return render(request, "api/call.html", {"call": found, **parts})


def parent_of(request: OrgRequest) -> tuple[str, str]:
    """Return the label and the address of the page of tokens."""
    return _("Tokens"), reverse("tokens", args=[request.organisation.slug])
