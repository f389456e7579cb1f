"""Pools: the list, and one pool's page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from seats.forms.enrolment_filter import EnrolmentFilter
from seats.forms.lists import DrawingFilter, PoolFilter
from seats.models import Allocation, Enrolment, Pool, Product
from seats.reports.enrolment_list import enrolment_page, listing_by
from seats.reports.pool_list import pool_list
from seats.reports.pool_page import pool_page
from seats.views import past
from seats.views.pages import may_change, may_revoke


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def pools(request: OrgRequest) -> HttpResponse:
    filters = PoolFilter(request.GET, products=Product.objects.for_org(request.organisation))
    page = pool_list(filters.narrow(Pool.objects.for_org(request.organisation)), request.GET)
    request.live_topics = [row.counter.topic for row in page]
    context = {"page": page, "filters": filters, "may_change": may_change(request)}
    return answer(request, "seats/pools.html", context, page)


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
@past.or_as_it_was(past.pool)
def pool(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = get_object_or_404(Pool.objects.for_org(request.organisation), pk=pool_id)
    filters = EnrolmentFilter(request.GET, viewer=request.member, without=("product", "pool"))
    found = filters.narrow(Enrolment.objects.filter(pool=pool))
    hidden = () if request.role is Role.ADMIN else ("actions",)
    listing = listing_by(filters.status_asked, "product", *hidden)
    page = enrolment_page(found, listing, request.GET)
    team_filters = DrawingFilter(request.GET)
    drawing = team_filters.narrow(Allocation.objects.current().filter(pool=pool))
    report = pool_page(pool, drawing, request.GET)
    request.live_topics = report.topics
    context = {
        "report": report,
        "page": page,
        "filters": filters,
        "alone": f"pool={pool.pk}",
        "team_filters": team_filters,
        "may_change": may_change(request) and not pool.archived_at,
        "may_revoke": may_revoke(request),
    }
    return answer(request, "seats/pool.html", context, page, report.teams)
