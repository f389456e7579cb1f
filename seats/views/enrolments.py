"""Ending an enrolment, and moving its end."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from seats.forms.enrolments import ExtendForm, RevokeForm
from seats.models import Enrolment
from seats.reports.enrolments import said_of_revoking
from seats.services import revocation
from seats.services.undoing import revocation_ticket
from seats.views.pages import Action, Said, act, may_revoke, page_of
from teams.access import visible_team


@gate(Role.ADMIN, Role.MANAGER)
def revoke(request: OrgRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = _enrolment(request, enrolment_id)
    may_revoke(request, or_refuse=True)
    form = RevokeForm(request.POST or None)

    def perform() -> Said:
        reason = form.cleaned_data["reason"]
        revoked = revocation.revoke_many(
            actor=request.member, enrolments=[enrolment], reason=reason
        )
        return Said(said_of_revoking(enrolment), undo=revocation_ticket() if revoked else "")

    action = Action(
        heading=_("Revoke the enrolment of %(member)s") % {"member": enrolment.member},
        intro=_("Access to %(product)s through this pool ends now, and the seat is free.")
        % {"product": enrolment.pool.product.name},
        submit=_("Revoke"),
        danger=True,
        parent=page_of(request, enrolment.team),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN, Role.MANAGER)
def extend(request: OrgRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = _enrolment(request, enrolment_id)
    if request.role is Role.MANAGER and not enrolment.pool.extendable:
        raise PermissionDenied
    form = ExtendForm(request.POST or None)

    def perform() -> str:
        revocation.extend(
            actor=request.member,
            enrolment=enrolment,
            expires_at=form.expires_at(),
            reason=form.cleaned_data["reason"],
        )
        words = _("The enrolment of %(member)s lasts through %(day)s now.")
        return words % {
            "member": enrolment.member,
            "day": date_format(form.cleaned_data["last_day"]),
        }

    action = Action(
        heading=_("Move the end for %(member)s") % {"member": enrolment.member},
        submit=_("Move end"),
        parent=page_of(request, enrolment.team),
        perform=perform,
    )
    return act(request, form, action)


def _enrolment(request: OrgRequest, enrolment_id: UUID) -> Enrolment:
    enrolments = Enrolment.objects.for_org(request.organisation)
    related = enrolments.select_related("member", "pool", "pool__product", "team")
    enrolment = get_object_or_404(related, pk=enrolment_id)
    visible_team(request, enrolment.team_id)
    return enrolment
