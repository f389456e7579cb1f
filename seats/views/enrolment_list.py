"""Everybody's enrolments; a manager's, those of their teams."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from seats.forms.enrolment_filter import EnrolmentFilter
from seats.models import Enrolment
from seats.reports.enrolment_list import enrolment_page, listing_by
from seats.views.pages import may_revoke


@gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
@require_safe
def enrolments(request: OrgRequest) -> HttpResponse:
    filters = EnrolmentFilter(request.GET, viewer=request.member)
    found = filters.narrow(Enrolment.objects.for_org(request.organisation))
    hidden = ("actions",) if request.role is Role.FINANCE else ()
    page = enrolment_page(found, listing_by(filters.status_asked, *hidden), request.GET)
    context = {"page": page, "filters": filters, "may_revoke": may_revoke(request)}
    return answer(request, "seats/enrolments.html", context, page)
