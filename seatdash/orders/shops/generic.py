"""Orders as simple JSON, for Zapier, Make, n8n and one's own programs; docs/orders.md shows it.

Signed by `X-Seatdash-Signature: sha256=<hex>`, the HMAC-SHA256 of the body; or, since those tools
cannot sign, by the secret itself as `X-Seatdash-Token` or `Authorization: Bearer`.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from seatdash.orders.errors import NotUnderstood, WrongSignature
from seatdash.orders.shops.reading import Box, Customer, Line, Reading, Refund
from seatdash.orders.shops.signing import fingerprint, hex_of, same

PAID, REFUNDED = "order.paid", "order.refunded"


def check(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check the signature, or the token where there is none; raises WrongSignature."""
    signature = headers.get("x-seatdash-signature")
    bearer = headers.get("authorization", "")
    token = headers.get("x-seatdash-token") or bearer.removeprefix("Bearer ")
    expected, given = (
        (secret, token.strip())
        if signature is None
        else (f"sha256={hex_of(secret, body)}", signature.strip())
    )
    if not same(expected, given):
        raise WrongSignature


def id_of(headers: Mapping[str, str], message: Box) -> str:
    del headers
    return fingerprint(repr(message.content).encode(errors="replace"))


def topic_of(headers: Mapping[str, str], message: Box) -> str:
    del headers
    return message.text("event", 100)


def read(topic: str, message: Box, fetched: Any) -> Reading | None:
    del fetched
    if topic == PAID:
        return _order(message)
    if topic == REFUNDED:
        return Reading(order_id=message.needed("order"), refunds=_refunds(message))
    words = _("Its event is neither %(paid)s nor %(refunded)s.")
    raise NotUnderstood(words % {"paid": PAID, "refunded": REFUNDED})


def _order(message: Box) -> Reading:
    customer = message.box("customer")
    lines = _lines(message)
    if not lines:
        raise NotUnderstood(_("It has no items."))
    return Reading(
        order_id=message.needed("order"),
        customer=Customer(
            id=customer.text("id"),
            email=customer.text("email", 254),
            name=customer.text("name"),
            company=customer.text("company"),
        ),
        lines=lines,
        is_paid=True,
    )


def _lines(message: Box) -> tuple[Line, ...]:
    """Read the items; those of one product are one line, so that a refund can name it."""
    units: dict[str, int] = {}
    titles: dict[str, str] = {}
    for item in message.boxes("items"):
        product = item.needed("product")
        quantity = item.number("quantity") if "quantity" in item.content else 1
        units[product] = units.get(product, 0) + quantity
        titles[product] = item.text("title", 300)
    return tuple(
        Line(key=product, externals=(product,), quantity=number, title=titles[product])
        for product, number in units.items()
    )


def _refunds(message: Box) -> tuple[Refund, ...]:
    key = f"refund {message.needed('refund')}"
    parts = tuple(
        Refund(key=key, line_key=line.key, units=line.quantity) for line in _lines(message)
    )
    return parts or (Refund(key=key),)
