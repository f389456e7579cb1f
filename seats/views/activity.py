"""The ledger, filtered, from the newest entry back."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from seats.forms.activity import ActivityFilter
from seats.models import LedgerEntry
from seats.reports.activity import activity_page


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def activity(request: OrgRequest) -> HttpResponse:
    form = ActivityFilter(request.GET, organisation=request.organisation)
    form.is_valid()
    if form.names_the_unknown:
        raise Http404
    found = form.narrow(LedgerEntry.objects.for_org(request.organisation))
    page = activity_page(found, request.GET)
    return answer(request, "seats/activity.html", {"page": page, "filters": form}, page)
