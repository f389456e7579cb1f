"""One connection: who should have what, what the learning system knows, and who is only there."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from seatdash.connectors.forms.choosing import AccessFilter, EnrolFoundForm, FoundFilter
from seatdash.connectors.models import CourseAccess, FoundThere
from seatdash.connectors.reports import access_page, found_page, names_of, standing
from seatdash.connectors.services import settling
from seatdash.connectors.services.wanting import courses_by_product
from seatdash.connectors.views.pages import connection_of, page_of, pressed
from seats.views.pages import Action, act, confirm

PROGRESS = "standing"


@gate(Role.ADMIN)
@require_safe
def system(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    connection = connection_of(request, connection_id)
    report = standing(connection)
    if request.htmx and request.htmx.target == PROGRESS:
        if not report.is_under_way:
            return HttpResponseClientRefresh()
        return render(request, "connectors/_standing.html", {"report": report})
    filters = AccessFilter(request.GET, name="accesses")
    page = access_page(filters.narrow(CourseAccess.objects.of(connection)), request.GET)
    context = {"report": report, "page": page, "filters": filters, "names": names_of(connection)}
    return answer(request, "connectors/system.html", context, page)


@gate(Role.ADMIN)
def retry(request: OrgRequest, access_id: UUID) -> HttpResponse:
    """Try again to tell one person's access."""
    accesses = CourseAccess.objects.for_org(request.organisation).select_related("connection")
    access = get_object_or_404(accesses, pk=access_id)

    def perform() -> str:
        settling.retry(actor=request.member, connection=access.connection, access=access.pk)
        return _("It is tried again now.")

    return pressed(request, page_of(request, access.connection)[1], perform)


@gate(Role.ADMIN)
@require_safe
def only_there(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    connection = connection_of(request, connection_id)
    filters = FoundFilter(request.GET, name="found")
    page = found_page(filters.narrow(FoundThere.objects.of(connection)), request.GET)
    context = {
        "report": standing(connection),
        "page": page,
        "filters": filters,
        "names": names_of(connection),
    }
    return answer(request, "connectors/only_there.html", context, page)


@gate(Role.ADMIN)
def enrol_found(request: OrgRequest, found_id: UUID) -> HttpResponse:
    """Give somebody who is only there a seat here."""
    found = _found(request, found_id)
    opened = courses_by_product(found.connection)
    products = [product for product, courses in opened.items() if found.course in courses]
    form = EnrolFoundForm(
        request.POST or None, organisation=request.organisation, products=products
    )

    def perform() -> str:
        settling.enrol_found(actor=request.member, found=found, **form.cleaned_data)
        return _("Enrolled %(who)s. The end is that of the pool.") % {"who": found}

    action = Action(
        heading=_("Enrol %(who)s") % {"who": found},
        intro=_("Through a team that has seats of a product which opens this course."),
        submit=_("Enrol"),
        parent=page_of(request, found.connection, "only-there"),
        perform=perform,
        template="components/_form.html" if form.is_possible else "connectors/_no_seats.html",
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def end_found(request: OrgRequest, found_id: UUID) -> HttpResponse:
    """End an access in the learning system that no seat here stands behind."""
    found = _found(request, found_id)

    def perform() -> str:
        settling.end_there(actor=request.member, found=found)
        return _("The access of %(who)s is being ended there.") % {"who": found}

    action = Action(
        heading=_("End the access of %(who)s") % {"who": found},
        intro=_("In %(system)s, for the course %(course)s. Nothing changes here.")
        % {"system": found.connection, "course": names_of(found.connection).course(found.course)},
        submit=_("End it there"),
        danger=True,
        parent=page_of(request, found.connection, "only-there"),
        perform=perform,
    )
    return confirm(request, action)


def _found(request: OrgRequest, found_id: UUID) -> FoundThere:
    rows = FoundThere.objects.for_org(request.organisation).select_related("connection")
    return get_object_or_404(rows, pk=found_id)
