"""The statement of a period: what finance signs, and follows to the entries."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seats.forms.statement import StatementFilter
from seats.reports.statement import statement_page
from seats.reports.statement_files import files_of
from seats.views.pages import show


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def statement(request: OrgRequest) -> HttpResponse:
    form = StatementFilter(request.GET, organisation=request.organisation)
    form.is_valid()
    if form.names_the_unknown:
        raise Http404
    asked = form.asked
    report = statement_page(
        request.organisation,
        form.period,
        product=asked["product"] or None,
        team=asked["team"] or None,
        by_teams=asked["by"] == "teams",
    )
    files = files_of(request.organisation, report)
    return show(request, "seats/statement.html", report, filters=form, files=files)
