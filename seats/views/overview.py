"""The overview: the organisation's seats, and what needs attention."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seats.reports.overview import overview as overview_report
from seats.views import past
from seats.views.pages import may_change, show


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
@past.or_as_it_was(past.overview)
def overview(request: OrgRequest) -> HttpResponse:
    report = overview_report(request.organisation, all_of=request.GET.get("all", ""))
    return show(request, "seats/overview.html", report, may_change=may_change(request))
