"""Pools: the list, and one pool's page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seats.models import Pool
from seats.reports.pool_page import pool_page
from seats.reports.pools import pool_list
from seats.views.pages import may_change, show, words_asked


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def pools(request: OrgRequest) -> HttpResponse:
    report = pool_list(
        request.organisation,
        search=words_asked(request),
        product=request.GET.get("product", ""),
        state=request.GET.get("state", ""),
        page=request.GET.get("page"),
    )
    return show(request, "seats/pools.html", report, may_change=may_change(request))


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def pool(request: OrgRequest, pool_id: UUID) -> HttpResponse:
    pool = get_object_or_404(Pool.objects.for_org(request.organisation), pk=pool_id)
    report = pool_page(
        pool,
        search=words_asked(request),
        status=request.GET.get("status", "live"),
        page=request.GET.get("page"),
    )
    may = may_change(request) and not pool.archived_at
    return show(request, "seats/pool.html", report, may_change=may)
