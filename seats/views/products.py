"""Products: the catalogue, one product, and its stock."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from seats.forms.lists import DrawingFilter, PoolFilter, ProductFilter
from seats.forms.products import ArchiveForm, ProductForm, StockForm
from seats.models import Allocation, Pool, Product
from seats.reports.ending_previews import archiving_product
from seats.reports.pool_previews import moving_stock
from seats.reports.prices import prices_of
from seats.reports.product_list import product_list
from seats.reports.products import product_page
from seats.reports.stock_words import said_of_issuing, said_of_retiring
from seats.services import archive as archiving
from seats.services import stock
from seats.services.catalogue import create_product
from seats.views.changes import move_seats
from seats.views.pages import Action, act, go, may_change, page_of


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def products(request: OrgRequest) -> HttpResponse:
    filters = ProductFilter(request.GET, name="products")
    page = product_list(filters.narrow(Product.objects.for_org(request.organisation)), request.GET)
    request.live_topics = [row.counter.topic for row in page]
    context = {"page": page, "filters": filters, "may_change": may_change(request)}
    return answer(request, "seats/products.html", context, page)


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def product(request: OrgRequest, product_id: UUID) -> HttpResponse:
    product = _product(request, product_id)
    # What is archived has archived pools only.
    query = request.GET or QueryDict("state=archived" if product.archived_at else "")
    filters = PoolFilter(query)
    pools = Pool.objects.for_org(request.organisation).filter(product=product)
    team_filters = DrawingFilter(request.GET)
    drawing = team_filters.narrow(Allocation.objects.current().filter(product=product))
    report = product_page(product, filters.narrow(pools), drawing, query)
    request.live_topics = report.topics
    context = {
        "report": report,
        "page": report.pools,
        "filters": filters,
        "team_filters": team_filters,
        "prices": prices_of(product),
        "may_change": may_change(request) and not product.archived_at,
    }
    return answer(request, "seats/product.html", context, report.pools, report.teams)


@gate(Role.ADMIN)
def new_product(request: OrgRequest) -> HttpResponse:
    form = ProductForm(request.POST or None, organisation=request.organisation)
    made: list[Product] = []

    def perform() -> str:
        made.append(create_product(actor=request.member, **form.cleaned_data))
        return _("Made %(product)s. It has no seats yet.") % {"product": made[0].name}

    action = Action(
        heading=_("New product"),
        intro=_("What a seat gives access to: a course, or a bundle of courses."),
        submit=_("Make product"),
        parent=(_("Products"), reverse("products", args=[request.organisation.slug])),
        perform=perform,
    )
    answer = act(request, form, action)
    return go(request, page_of(request, made[0])[1]) if made else answer


@gate(Role.ADMIN)
def issue(request: OrgRequest, product_id: UUID) -> HttpResponse:
    product = _product(request, product_id)
    return move_seats(
        request,
        product,
        StockForm,
        heading=_("Issue seats of %(name)s"),
        intro=_("Seats that were bought. They go into stock."),
        submit=_("Issue seats"),
        move=lambda **sent: said_of_issuing(stock.issue(product=product, **sent), sent["seats"]),
        preview=partial(moving_stock, product),
    )


@gate(Role.ADMIN)
def retire(request: OrgRequest, product_id: UUID) -> HttpResponse:
    product = _product(request, product_id)
    return move_seats(
        request,
        product,
        StockForm,
        heading=_("Retire seats of %(name)s"),
        intro=_("They leave the stock for good."),
        submit=_("Retire seats"),
        danger=True,
        move=lambda **sent: said_of_retiring(stock.retire(product=product, **sent), sent["seats"]),
        preview=lambda seats: moving_stock(product, -seats),
    )


@gate(Role.ADMIN)
def archive(request: OrgRequest, product_id: UUID) -> HttpResponse:
    product = _product(request, product_id)
    form = ArchiveForm(request.POST or None)

    def perform() -> str:
        reason = form.cleaned_data["reason"]
        archiving.archive_product(actor=request.member, product=product, reason=reason)
        return _("Archived %(product)s.") % {"product": product.name}

    action = Action(
        heading=_("Archive %(product)s") % {"product": product.name},
        submit=_("Archive"),
        danger=True,
        parent=page_of(request, product),
        perform=perform,
        preview=lambda: archiving_product(product),
    )
    return act(request, form, action)


def _product(request: OrgRequest, product_id: UUID) -> Product:
    return get_object_or_404(Product.objects.for_org(request.organisation), pk=product_id)
