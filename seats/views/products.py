"""Products: the catalogue, one product, and its stock."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.words import grouped
from seats.forms.products import ArchiveForm, ProductForm, StockForm
from seats.models import Product
from seats.reports.products import product_list, product_page
from seats.services import archive as archiving
from seats.services import stock
from seats.services.catalogue import create_product
from seats.views.pages import Action, act, go, may_change, page_of, show, words_asked


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def products(request: OrgRequest) -> HttpResponse:
    report = product_list(
        request.organisation,
        search=words_asked(request),
        state=request.GET.get("state", ""),
        page=request.GET.get("page"),
    )
    return show(request, "seats/products.html", report, may_change=may_change(request))


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def product(request: OrgRequest, product_id: UUID) -> HttpResponse:
    product = _product(request, product_id)
    report = product_page(product, page=request.GET.get("page"))
    may = may_change(request) and not product.archived_at
    return show(request, "seats/product.html", report, may_change=may)


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
    form = StockForm(request.POST or None, initial=_seen(product))

    def perform() -> str:
        data = form.cleaned_data
        held = stock.issue(actor=request.member, product=product, **data)
        return _say_stock(
            ngettext(
                "Issued %(n)s seat of %(product)s.",
                "Issued %(n)s seats of %(product)s.",
                data["seats"],
            ),
            data["seats"],
            held,
        )

    action = Action(
        heading=_("Issue seats of %(product)s") % {"product": product.name},
        intro=_("Seats that were bought. They go into stock, which holds %(stock)s now.")
        % {"stock": grouped(product.stock)},
        submit=_("Issue seats"),
        parent=page_of(request, product),
        seen=lambda: _seen(product),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def retire(request: OrgRequest, product_id: UUID) -> HttpResponse:
    product = _product(request, product_id)
    form = StockForm(request.POST or None, initial=_seen(product))

    def perform() -> str:
        data = form.cleaned_data
        held = stock.retire(actor=request.member, product=product, **data)
        return _say_stock(
            ngettext(
                "Retired %(n)s seat of %(product)s.",
                "Retired %(n)s seats of %(product)s.",
                data["seats"],
            ),
            data["seats"],
            held,
        )

    action = Action(
        heading=_("Retire seats of %(product)s") % {"product": product.name},
        intro=_("They leave the stock for good. It holds %(stock)s now.")
        % {"stock": grouped(product.stock)},
        submit=_("Retire seats"),
        danger=True,
        parent=page_of(request, product),
        seen=lambda: _seen(product),
        perform=perform,
    )
    return act(request, form, action)


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
        intro=_("Nothing more can be allocated of it. Its history stays."),
        submit=_("Archive"),
        danger=True,
        parent=page_of(request, product),
        perform=perform,
    )
    return act(request, form, action)


def _product(request: OrgRequest, product_id: UUID) -> Product:
    return get_object_or_404(Product.objects.for_org(request.organisation), pk=product_id)


def _seen(product: Product) -> dict[str, str]:
    now = Product.objects.values_list("seq", flat=True).get(pk=product.pk)
    return {"seen": str(now)}


def _say_stock(words: str, seats: int, product: Product) -> str:
    moved = words % {"n": grouped(seats), "product": product.name}
    in_stock = ngettext("%(n)s is in stock now.", "%(n)s are in stock now.", product.stock)
    return f"{moved} {in_stock % {'n': grouped(product.stock)}}"
