"""What the pages of connections share: where they are, and how a button answers."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.access import OrgRequest
from orgs.errors import Refusal
from seatdash.connectors.models import Connection


def list_of(request: OrgRequest) -> tuple[str, str]:
    """Return the label and the address of the list of connections."""
    return _("Learning systems"), reverse("learning-systems", args=[request.organisation.slug])


def page_of(
    request: OrgRequest, connection: Connection, name: str = "learning-system"
) -> tuple[str, str]:
    """Return the label and the address of a connection's page, or of another page of it."""
    return str(connection), reverse(name, args=[request.organisation.slug, connection.pk])


def connection_of(request: OrgRequest, connection_id: UUID) -> Connection:
    connections = Connection.objects.for_org(request.organisation)
    return get_object_or_404(connections, pk=connection_id)


def pressed(request: OrgRequest, url: str, perform: Callable[[], str]) -> HttpResponse:
    """Answer a button: do it, say what happened or why not, and go back to the page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        messages.success(request, perform())
    except Refusal as refusal:
        messages.error(request, f"{refusal.title} {refusal.detail}".strip())
    return redirect(url)
