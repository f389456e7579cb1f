"""Erasing a person from the organisation, for good."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from orgs.models import Member
from seats.forms.people import EraseForm
from seats.reports.erasing import erasing
from seats.services.erasing import erase as forget
from seats.views.pages import Action, act, done, page_of


@gate(Role.ADMIN)
def erase(request: OrgRequest, member_id: UUID) -> HttpResponse:
    members = Member.objects.for_org(request.organisation).select_related("user")
    member = get_object_or_404(members, pk=member_id)
    parent = page_of(request, member)
    if member.erased_at:
        return done(request, _("This person was erased already."), parent[1])
    form = EraseForm(request.POST or None, member=member)

    def perform() -> str:
        forget(actor=request.member, member=member)
        return _("The person was erased. What they did stays counted, without a name.")

    action = Action(
        heading=_("Erase %(member)s") % {"member": member},
        submit=_("Erase for good"),
        danger=True,
        parent=parent,
        template="seats/_erase.html",
        context={"report": erasing(member)},
        perform=perform,
    )
    return act(request, form, action)
