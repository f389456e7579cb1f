"""The ledger, filtered, from the newest entry back."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seats.forms.activity import ActivityFilter
from seats.models import LedgerEntry
from seats.reports.activity import Place, activity_report
from seats.views.pages import show


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def activity(request: OrgRequest) -> HttpResponse:
    form = ActivityFilter(request.GET, organisation=request.organisation)
    form.is_valid()
    if form.names_the_unknown:
        raise Http404
    report = activity_report(
        form.apply(LedgerEntry.objects.for_org(request.organisation)),
        before=Place.parse(request.GET.get("before")),
        after=Place.parse(request.GET.get("after")),
    )
    return show(request, "seats/activity.html", report, form=form)
