"""The catalogue."""

from typing import Any

from django.http import HttpRequest
from ninja.responses import Status

from seatdash.api.application import router
from seatdash.api.door import Scoped
from seatdash.api.finding import caller_of
from seatdash.api.schemas.lists import Listed, Page, page_of
from seatdash.api.schemas.things import ProductIn, ProductOut
from seats.errors import CodeTaken
from seats.models import Product
from seats.services.catalogue import create_product

products = router()
OURS = ("name", "kind", "external_id")


@products.get("", auth=Scoped("read"), response=Listed[ProductOut], summary="List products")
def list_products(request: HttpRequest, page: Page) -> Any:
    rows = Product.objects.for_org(caller_of(request).organisation_id)
    return page_of(rows, page, lambda shown: [ProductOut.of(each) for each in shown])


@products.post(
    "",
    auth=Scoped("provision"),
    response={201: ProductOut, 200: ProductOut},
    summary="Create a product",
)
def make_product(request: HttpRequest, product: ProductIn) -> Any:
    """201 for a new product; 200 where there is one of this code that is just the same."""
    caller = caller_of(request)
    try:
        made = create_product(actor=caller.actor, **product.model_dump())
    except CodeTaken:
        found = Product.objects.for_org(caller.organisation_id).with_code(product.code).get()
        if any(getattr(found, field) != getattr(product, field) for field in OURS):
            raise
        return Status(200, ProductOut.of(found))
    return Status(201, ProductOut.of(made))
