"""Which course of the learning system each product opens."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from seatdash.connectors.errors import NotConnected, NothingToCall
from seatdash.connectors.forms.choosing import CourseFilter, CoursesForm
from seatdash.connectors.models import Connection
from seatdash.connectors.reports import chosen_courses, course_page, standing
from seatdash.connectors.services import mapping
from seatdash.connectors.services.connecting import courses_of
from seatdash.connectors.systems.interface import Course
from seatdash.connectors.views.pages import connection_of, page_of
from seats.models import Product
from seats.views.pages import Action, act


@gate(Role.ADMIN)
@require_safe
def courses(request: OrgRequest, connection_id: UUID) -> HttpResponse:
    connection = connection_of(request, connection_id)
    filters = CourseFilter(request.GET, name="courses")
    products = Product.objects.for_org(request.organisation).open()
    page = course_page(connection, filters.narrow(products), request.GET)
    context = {"report": standing(connection), "page": page, "filters": filters}
    return answer(request, "connectors/courses.html", context, page)


@gate(Role.ADMIN)
def choose(request: OrgRequest, connection_id: UUID, product_id: UUID) -> HttpResponse:
    """Choose among the courses that the learning system has; where it is silent, type their ids."""
    connection = connection_of(request, connection_id)
    product = get_object_or_404(Product.objects.for_org(request.organisation), pk=product_id)
    listed, problem = _listed(connection)
    present = chosen_courses(connection, product)
    form = CoursesForm(request.POST or None, product=product, listed=listed, present=present)

    def perform() -> str:
        mapping.choose_courses(
            actor=request.member, connection=connection, product=product, courses=form.chosen()
        )
        return _("%(product)s opens what you chose.") % {"product": product.name}

    action = Action(
        heading=_("What %(product)s opens") % {"product": product.name},
        intro=problem,
        submit=_("Save"),
        parent=page_of(request, connection, "system-courses"),
        perform=perform,
    )
    return act(request, form, action)


def _listed(connection: Connection) -> tuple[list[Course] | None, str]:
    """Return the courses there are; or None, and why they could not be listed."""
    try:
        return courses_of(connection), ""
    except (NotConnected, NothingToCall) as refusal:
        return None, f"{refusal.title} {refusal.detail}".strip()
