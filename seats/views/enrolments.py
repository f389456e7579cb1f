"""Enrolling people, ending an enrolment, moving its end."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from orgs.errors import Refusal
from seats.forms.enrolments import EnrolForm, ExtendForm, RevokeForm
from seats.models import Allocation, Enrolment
from seats.reports.enrolments import result_of, said_of_one, said_of_revoking
from seats.reports.refusals import refusal_view
from seats.services import revocation
from seats.services.joining import enrol_people
from seats.views.pages import INVALID, REFUSED, Action, act, done, may_revoke, page_of
from teams.access import visible_team


@gate(Role.ADMIN, Role.MANAGER)
def enrol(request: OrgRequest, allocation_id: UUID) -> HttpResponse:
    """Enrol one person or a pasted list; the answer to a list names each."""
    allocation = _allocation(request, allocation_id)
    form = EnrolForm(request.POST or None)
    if not form.is_valid():
        return _ask(request, allocation, form, INVALID if form.is_bound else 200)
    people = form.cleaned_data["people"]
    try:
        lines = enrol_people(
            actor=request.member,
            allocation=allocation,
            people=people,
            mode=form.cleaned_data["mode"],
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        return _ask(request, allocation, form, REFUSED, refusal)
    if len(lines) == 1:
        return done(request, said_of_one(people[0], lines[0]), page_of(request, allocation.team)[1])
    context = _context(request, allocation) | {"result": result_of(people, lines)}
    template = "seats/_enrolled.html" if request.htmx else "seats/action.html"
    return render(request, template, context | {"form_template": "seats/_enrolled.html"})


@gate(Role.ADMIN, Role.MANAGER)
def revoke(request: OrgRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = _enrolment(request, enrolment_id)
    may_revoke(request, or_refuse=True)
    form = RevokeForm(request.POST or None)

    def perform() -> str:
        reason = form.cleaned_data["reason"]
        revocation.revoke(actor=request.member, enrolment=enrolment, reason=reason)
        return said_of_revoking(enrolment)

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


def _allocation(request: OrgRequest, allocation_id: UUID) -> Allocation:
    allocations = Allocation.objects.for_org(request.organisation).current()
    related = allocations.select_related("pool", "product", "team")
    allocation = get_object_or_404(related, pk=allocation_id)
    visible_team(request, allocation.team_id)
    return allocation


def _enrolment(request: OrgRequest, enrolment_id: UUID) -> Enrolment:
    enrolments = Enrolment.objects.for_org(request.organisation)
    related = enrolments.select_related("member", "pool", "pool__product", "team")
    enrolment = get_object_or_404(related, pk=enrolment_id)
    visible_team(request, enrolment.team_id)
    return enrolment


def _ask(
    request: OrgRequest,
    allocation: Allocation,
    form: EnrolForm,
    status: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = _context(request, allocation) | {
        "form": form,
        "submit": _("Enrol"),
        "refusal": refusal and refusal_view(refusal, request.role),
        "form_template": "components/_form.html",
    }
    template = "components/_form.html" if request.htmx else "seats/action.html"
    return render(request, template, context, status=status)


def _context(request: OrgRequest, allocation: Allocation) -> dict[str, object]:
    parent = page_of(request, allocation.team)
    words = _("Enrol people of %(team)s in %(product)s")
    heading = words % {"team": allocation.team, "product": allocation.product.name}
    return {"heading": heading, "parent": parent, "cancel_url": parent[1]}
