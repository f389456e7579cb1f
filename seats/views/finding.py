"""The command palette: what there is to go to and to do, and the keys."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seats.navigation import palette
from seats.views.pages import words_asked

LONGEST = 100


@gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
@require_safe
def find(request: OrgRequest) -> HttpResponse:
    asked = words_asked(request)[:LONGEST]
    groups = palette(request, asked)
    lines = sum(len(group.offers) for group in groups)
    context = {"asked": asked, "groups": groups, "lines": lines}
    template = "seats/_found.html" if request.htmx else "seats/find.html"
    return render(request, template, context)


@gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
@require_safe
def keys(request: OrgRequest) -> HttpResponse:
    """Show the keys: what the pages in the sidebar and the palette are reached by."""
    return render(request, "seats/_keys.html" if request.htmx else "seats/keys.html")
