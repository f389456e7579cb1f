"""Everybody's enrolments; a manager's, those of their teams."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from seats.forms.enrolment_filter import EnrolmentFilter
from seats.models import Enrolment
from seats.reports.enrolment_list import enrolment_page, listing_by
from seats.views.pages import may_revoke

# What is not for everybody's eyes, or hands; a pool says whose seats it has.
HIDDEN = {
    Role.ADMIN: ("product",),
    Role.FINANCE: ("product", "actions"),
    Role.MANAGER: ("pool",),
}


@gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
@require_safe
def enrolments(request: OrgRequest) -> HttpResponse:
    filters = EnrolmentFilter(request.GET, viewer=request.member)
    found = filters.narrow(Enrolment.objects.for_org(request.organisation))
    page = enrolment_page(
        found, listing_by(filters.status_asked, *HIDDEN[request.role]), request.GET
    )
    context = {"page": page, "filters": filters, "may_revoke": may_revoke(request)}
    return answer(request, "seats/enrolments.html", context, page)
