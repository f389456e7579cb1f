"""Stock: seats bought and put in no pool yet."""

from django.utils.translation import gettext as _

from orgs.errors import spelled
from orgs.models import Member, Organisation
from seatdash.tenancy import atomically
from seats.errors import ChangedMeanwhile, NotEnoughSeats, NotEnoughStock
from seats.models import Product
from seats.services.ledger import Kind, Movement, book
from seats.services.locks import check_seats, lock_product


@atomically
def issue(
    *, actor: Member, product: Product, seats: int, reason: str = "", seen: int | None = None
) -> Product:
    """Put seats bought into stock. `seen` is the `seq` that the form showed, if any.

    Answers the product with its new stock. Raises InvalidSeats, ChangedMeanwhile or Archived.
    """
    check_seats(seats)
    locked = _as_seen(lock_product(product), seen)
    book(Movement(kind=Kind.ISSUED, product=locked, stock=seats), actor=actor, reason=reason)
    return locked


@atomically
def retire(
    *, actor: Member, product: Product, seats: int, reason: str = "", seen: int | None = None
) -> Product:
    """Take seats out of stock for good. Raises NotEnoughSeats and what `issue` raises."""
    check_seats(seats)
    locked = _as_seen(lock_product(product), seen)
    if seats > locked.stock:
        detail = _("%(stock)s are in stock. Take seats out of a pool first.")
        raise NotEnoughSeats(detail % spelled(stock=locked.stock), asked=seats, stock=locked.stock)
    book(Movement(kind=Kind.RETIRED, product=locked, stock=-seats), actor=actor, reason=reason)
    return locked


def cover_from_stock(*, actor: Member, product: Product, seats: int, reason: str) -> int:
    """Make sure that a locked product's stock holds `seats`; answers how many were issued for it.

    Raises NotEnoughStock where the organisation keeps a strict stock.
    """
    lacking = check_stock(product, seats)
    if lacking:
        book(Movement(kind=Kind.ISSUED, product=product, stock=lacking), actor=actor, reason=reason)
    return lacking


def check_stock(product: Product, seats: int) -> int:
    """Answer how many of `seats` stock lacks; raises NotEnoughStock where it may lack none."""
    lacking = max(0, seats - product.stock)
    if lacking and _is_strict(product):
        detail = _("%(stock)s are in stock, %(lacking)s too few. Buy seats first.")
        numbers = {"stock": product.stock, "lacking": lacking}
        raise NotEnoughStock(detail % spelled(**numbers), asked=seats, **numbers)
    return lacking


def _is_strict(product: Product) -> bool:
    # Asked anew: an actor may carry the organisation as it was when the page was made.
    strict = Organisation.objects.filter(pk=product.organisation_id, strict_stock=True)
    return strict.exists()


def _as_seen(product: Product, seen: int | None) -> Product:
    if seen is not None and product.seq != seen:
        detail = _("%(stock)s seats are in stock now. Check the number and send the form again.")
        raise ChangedMeanwhile(detail % spelled(stock=product.stock), stock=product.stock)
    return product
