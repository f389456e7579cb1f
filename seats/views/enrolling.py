"""Enrolling one person, or a list after a look at what becomes of each of its lines."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from orgs.errors import Refusal
from seats.forms.enrolments import EnrolForm, Step
from seats.models import Allocation
from seats.reports.enrol_preview import enrol_preview
from seats.reports.enrolments import before_enrolling, result_of, said_of_one
from seats.reports.refusals import refusal_view
from seats.services.joining import enrol_people
from seats.views.pages import INVALID, REFUSED, done, page_of
from teams.access import visible_team

LOOKS = (Step.LOOK, Step.LOOK_OUT)


@gate(Role.ADMIN, Role.MANAGER)
def enrol(request: OrgRequest, allocation_id: UUID) -> HttpResponse:
    """Enrol one person at once, a list once it was looked at; the answer names each."""
    allocation = _allocation(request, allocation_id)
    initial = {"people": request.GET.get("people", "")}
    form = EnrolForm(request.POST or None, request.FILES or None, initial=initial)
    if not form.is_valid():
        return _ask(request, allocation, form, status=INVALID if form.is_bound else 200)
    if form.asked is Step.EDIT:
        return _ask(request, allocation, form.again())
    try:
        answer = _look if form.asked in LOOKS else _enrol
        return answer(request, allocation, form)
    except Refusal as refusal:
        return _refused(request, allocation, form, refusal)


def _enrol(request: OrgRequest, allocation: Allocation, form: EnrolForm) -> HttpResponse:
    people = form.people_listed
    lines = enrol_people(
        actor=request.member,
        allocation=allocation,
        people=people,
        mode=form.how,
        reason=form.cleaned_data["reason"],
    )
    if len(lines) == 1:
        return done(request, said_of_one(people[0], lines[0]), page_of(request, allocation.team)[1])
    return _show(request, allocation, "seats/_enrolled.html", result=result_of(people, lines))


def _refused(
    request: OrgRequest, allocation: Allocation, form: EnrolForm, refusal: Refusal
) -> HttpResponse:
    """Show the list again as it was sent; after a preview, what would become of it now."""
    try:
        if form.asked:
            return _look(request, allocation, form, refusal)
    except Refusal:
        pass  # the preview itself is refused for the same reason
    return _ask(request, allocation, form, status=REFUSED, refusal=refusal)


def _look(
    request: OrgRequest, allocation: Allocation, form: EnrolForm, refusal: Refusal | None = None
) -> HttpResponse:
    preview = enrol_preview(
        viewer=request.member,
        allocation=allocation,
        listed=form.listed,
        only_out=form.asked is Step.LOOK_OUT,
    )
    return _show(
        request,
        allocation,
        "seats/_enrol_preview.html",
        status=REFUSED if refusal else 200,
        form=form,
        preview=preview,
        refusal=refusal and refusal_view(refusal, request.role),
    )


def _ask(
    request: OrgRequest,
    allocation: Allocation,
    form: EnrolForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    return _show(
        request,
        allocation,
        "components/_form.html",
        status=status,
        form=form,
        fields_template="seats/_enrol_fields.html",
        submit=_("Enrol"),
        intro=before_enrolling(allocation),
        refusal=refusal and refusal_view(refusal, request.role),
    )


def _show(
    request: OrgRequest, allocation: Allocation, fragment: str, *, status: int = 200, **more: object
) -> HttpResponse:
    parent = page_of(request, allocation.team)
    words = _("Enrol people of %(team)s in %(product)s")
    context = {
        "heading": words % {"team": allocation.team, "product": allocation.product.name},
        "allocation": allocation,
        "parent": parent,
        "cancel_url": parent[1],
        "form_template": fragment,
        **more,
    }
    template = fragment if request.htmx else "seats/action.html"
    return render(request, template, context, status=status)


def _allocation(request: OrgRequest, allocation_id: UUID) -> Allocation:
    allocations = Allocation.objects.for_org(request.organisation).current()
    related = allocations.select_related("pool", "product", "team")
    allocation = get_object_or_404(related, pk=allocation_id)
    visible_team(request, allocation.team_id)
    return allocation
