"""Connections: the list, a new one, and what is done with one as a whole."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seatdash.connectors.errors import NotConnected
from seatdash.connectors.forms.connecting import FORMS, KindForm
from seatdash.connectors.models import Connection
from seatdash.connectors.reports import standings
from seatdash.connectors.services import comparing, connecting, settling
from seatdash.connectors.views.pages import connection_of, list_of, page_of, pressed
from seats.views.pages import Action, act, confirm, go


@gate(Role.ADMIN)
@require_safe
def systems(request: OrgRequest) -> HttpResponse:
    context = {"standings": standings(request.organisation)}
    return render(request, "connectors/systems.html", context)


@gate(Role.ADMIN)
def connect(request: OrgRequest) -> HttpResponse:
    """Ask which system it is, then what is needed to call that one."""
    kind = request.GET.get("kind", "")
    if kind not in FORMS:
        context = {"form": KindForm(), "parent": list_of(request)}
        return render(request, "connectors/kinds.html", context)
    form = FORMS[kind](request.POST or None)
    made: list[Connection] = []

    def perform() -> str:
        facts = form.facts()
        made.append(connecting.connect(actor=request.member, kind=Connection.Kind(kind), **facts))
        return _("Connected %(name)s. Nothing is sent yet.") % {"name": made[0]}

    action = Action(
        heading=_("Connect %(system)s") % {"system": Connection.Kind(kind).label},
        submit=_("Connect"),
        parent=list_of(request),
        perform=perform,
    )
    answer = act(request, form, action)
    return go(request, page_of(request, made[0])[1]) if made else answer


@gate(Role.ADMIN)
def reconnect(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    connection = connection_of(request, connection_id)
    form = FORMS[connection.kind](request.POST or None, connection=connection)

    def perform() -> str:
        connecting.reconnect(actor=request.member, connection=connection, **form.facts())
        return _("The connection is changed.")

    action = Action(
        heading=_("Change %(name)s") % {"name": connection},
        submit=_("Save"),
        parent=page_of(request, connection),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def disconnect(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    connection = connection_of(request, connection_id)

    def perform() -> str:
        connecting.disconnect(actor=request.member, connection=connection)
        return _("Removed %(name)s.") % {"name": connection}

    action = Action(
        heading=_("Remove %(name)s") % {"name": connection},
        intro=_(
            "Its credentials, its courses and what it knew are forgotten. In the learning system"
            " nobody loses anything."
        ),
        submit=_("Remove"),
        danger=True,
        parent=page_of(request, connection),
        success_url=list_of(request)[1],
        perform=perform,
    )
    return confirm(request, action)


@gate(Role.ADMIN)
def test(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    """Call the learning system now, and say what it said."""
    connection = connection_of(request, connection_id)

    def perform() -> str:
        greeting = connecting.greet(actor=request.member, connection=connection)
        if greeting.lacking:
            missing = ", ".join(greeting.lacking)
            raise NotConnected(_("Its service lacks these functions: %s.") % missing)
        return connecting.words_of(greeting)

    return pressed(request, page_of(request, connection)[1], perform)


@gate(Role.ADMIN)
def switch(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    connection = connection_of(request, connection_id)

    def perform() -> str:
        if "off" in request.POST:
            connecting.switch_off(actor=request.member, connection=connection)
            return _("Switched off. What the learning system has stays as it is.")
        connecting.switch_on(actor=request.member, connection=connection)
        return _("Switched on. Whoever has a seat is being told now.")

    return pressed(request, page_of(request, connection)[1], perform)


@gate(Role.ADMIN)
def compare(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    connection = connection_of(request, connection_id)

    def perform() -> str:
        comparing.compare(actor=request.member, connection=connection)
        return _("The worker compares both sides now. You may leave this page.")

    return pressed(request, page_of(request, connection)[1], perform)


@gate(Role.ADMIN)
def retry(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    """Try everything again that failed or waits."""
    connection = connection_of(request, connection_id)

    def perform() -> str:
        settling.retry(actor=request.member, connection=connection)
        return _("It is tried again now.")

    return pressed(request, page_of(request, connection)[1], perform)
