"""What moving a product's stock did, in a sentence."""

from django.utils.translation import ngettext

from orgs.errors import spelled
from seats.models import Product


def said_of_issuing(product: Product, seats: int) -> str:
    words = ngettext(
        "Issued %(n)s seat of %(product)s.", "Issued %(n)s seats of %(product)s.", seats
    )
    return _said(words, seats, product)


def said_of_retiring(product: Product, seats: int) -> str:
    words = ngettext(
        "Retired %(n)s seat of %(product)s.", "Retired %(n)s seats of %(product)s.", seats
    )
    return _said(words, seats, product)


def _said(words: str, seats: int, product: Product) -> str:
    moved = words % spelled(n=seats, product=product.name)
    left = ngettext("%(n)s is in stock now.", "%(n)s are in stock now.", product.stock)
    return f"{moved} {left % spelled(n=product.stock)}"
