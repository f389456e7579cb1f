"""The list of products."""

from uuid import UUID

from django.db.models import Sum
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from seats.models import Product
from seats.querysets import ProductQuerySet
from seats.reports.products import ProductRow, product_rows

PRODUCTS = Listing(
    id="products",
    fragment="seats/_product_list.html",
    first="code",
    columns=(
        Column(
            name="name",
            label=_("Product"),
            by="search",
            beside=(Column(name="code", label=_("Code"), by="code_key"),),
        ),
        Column(name="issued", label=_("Issued"), is_number=True),
        Column(
            name="stock",
            label=_("In stock"),
            by="stock",
            kind="number",
            descends=True,
            is_number=True,
        ),
        Column(name="allocated", label=_("Allocated"), is_number=True),
        Column(name="pools", label=_("Pools"), is_number=True),
        Column(
            name="used",
            label=_("In use"),
            by=Sum("pools__used", default=0),
            kind="number",
            descends=True,
        ),
    ),
)


def product_list(products: ProductQuerySet, query: QueryDict) -> ListPage[ProductRow]:
    """Return the page of products that the address asks for."""
    return list_page(products, PRODUCTS.asked(query), _dressed)


def _dressed(ids: list[UUID]) -> dict[UUID, ProductRow]:
    return {row.product.pk: row for row in product_rows(Product.objects.filter(pk__in=ids))}
