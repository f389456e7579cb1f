"""Overview, pool and team as they were: the same addresses with `?as_of=`.

Nothing can be done on such a page, and no number of it is live.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from orgs.access import OrgRequest
from orgs.answers import answer
from seats.forms.past import AsOfForm, HoldersFilter
from seats.models import Pool
from seats.reports.past_holders import HOLDERS, Held, holders_page
from seats.reports.past_overview import past_overview
from seats.reports.past_pool import past_pool
from seats.reports.past_team import past_team_report
from teams.access import visible_team

MALFORMED, TO_COME = 400, 422

View = Callable[..., HttpResponse]


def or_as_it_was(past: View) -> Callable[[View], View]:
    """Let the view of the `past`, given the moment too, answer where the address asks for one."""

    def with_past(view: View) -> View:
        @wraps(view)
        def chosen(request: OrgRequest, **kwargs: Any) -> HttpResponse:
            form = AsOfForm(request.GET)
            if not form.is_valid():
                status = TO_COME if form.has_error("as_of", "future") else MALFORMED
                return render(request, "seats/as_of.html", {"form": form}, status=status)
            moment = form.cleaned_data["as_of"]
            return past(request, moment, **kwargs) if moment else view(request, **kwargs)

        return chosen

    return with_past


def overview(request: OrgRequest, moment: datetime) -> HttpResponse:
    context = {"report": past_overview(request.organisation, moment), **_then(moment)}
    return render(request, "seats/past_overview.html", context)


def pool(request: OrgRequest, moment: datetime, pool_id: UUID) -> HttpResponse:
    pools = Pool.objects.for_org(request.organisation).select_related("product")
    found = get_object_or_404(pools, pk=pool_id)
    held = Held(organisation=request.organisation, pools=[found.pk], moment=moment)
    context = {"report": past_pool(found, moment), **_then(moment)}
    return _with_holders(request, "seats/past_pool.html", context, held, "product")


def team(request: OrgRequest, moment: datetime, team_id: UUID) -> HttpResponse:
    seen = visible_team(request, team_id)
    report = past_team_report(seen, moment)
    held = Held(
        organisation=request.organisation, pools=report.pools, moment=moment, team_id=seen.pk
    )
    context = {"report": report, **_then(moment)}
    return _with_holders(request, "seats/past_team.html", context, held, "team")


def _then(moment: datetime) -> dict[str, Any]:
    local = timezone.localtime(moment)
    then = urlencode({"as_of": local.isoformat()})
    return {"moment": local, "as_of": AsOfForm.at(moment), "then": then}


def _with_holders(
    request: OrgRequest, template: str, context: Mapping[str, Any], held: Held, *without: str
) -> HttpResponse:
    filters = HoldersFilter(request.GET)
    listing = HOLDERS.without(*without)
    page = holders_page(held, filters.narrow(held.enrolments()), listing, request.GET)
    return answer(request, template, {**context, "page": page, "filters": filters}, page)
