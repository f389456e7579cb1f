"""Shopify (https://shopify.dev/docs/api/webhooks, topics orders/paid and refunds/create).

A refund names lines and how many of each; one of money alone takes no seats.
"""

from collections.abc import Mapping
from typing import Any

from seatdash.orders.shops.reading import Box, Customer, Line, Reading, Refund, person
from seatdash.orders.shops.signing import check_base64, fingerprint

KEPT = ("x-shopify-topic", "x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-shop-domain")


def check(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check X-Shopify-Hmac-Sha256
    (https://shopify.dev/docs/apps/build/webhooks/subscribe/https#step-2-validate-the-origin).
    """
    check_base64(secret, headers.get("x-shopify-hmac-sha256", ""), body)


def id_of(headers: Mapping[str, str], message: Box) -> str:
    """Return the id of a delivery: the header is not signed, so what it says is bound to it."""
    told = repr(message.content).encode(errors="replace")
    return f"{headers.get('x-shopify-webhook-id', '')[:100]} {fingerprint(told)}".strip()


def topic_of(headers: Mapping[str, str], message: Box) -> str:
    """Return the topic. The header is not signed, so the body has to look like it."""
    topic = headers.get("x-shopify-topic", "")[:100]
    is_refund = bool(message.text("order_id"))
    return topic if is_refund == topic.startswith("refunds/") else ""


def read(topic: str, message: Box, fetched: Any) -> Reading | None:
    del fetched
    if topic == "orders/paid":
        return _order(message)
    if topic == "refunds/create":
        return Reading(order_id=message.needed("order_id"), refunds=_refunds([message]))
    return None


def _order(order: Box) -> Reading:
    customer, billing = order.box("customer"), order.box("billing_address")
    first, last = customer.text("first_name"), customer.text("last_name")
    return Reading(
        order_id=order.needed("id"),
        number=order.text("name"),
        customer=Customer(
            id=customer.text("id"),
            email=order.text("email", 254) or customer.text("email", 254),
            name=person(first, last) or billing.text("name"),
            company=billing.text("company") or customer.box("default_address").text("company"),
        ),
        lines=tuple(_line(each) for each in order.boxes("line_items")),
        total=order.money("total_price"),
        # The topic says that it is paid; a later look at the order may say that it was refunded.
        is_paid=True,
        refunds=_refunds(order.boxes("refunds")),
    )


def _line(line: Box) -> Line:
    names = (line.text("variant_id"), line.text("product_id"), line.text("sku"))
    return Line(
        key=line.needed("id"),
        externals=tuple(each for each in names if each),
        quantity=line.number("quantity"),
        title=line.text("name", 300) or line.text("title", 300),
    )


def _refunds(refunds: list[Box]) -> tuple[Refund, ...]:
    units: dict[tuple[str, str], int] = {}
    for refund in refunds:
        for item in refund.boxes("refund_line_items"):
            key = (refund.needed("id"), item.needed("line_item_id"))
            units[key] = units.get(key, 0) + item.number("quantity")
    return tuple(
        Refund(key=f"refund {refund}", line_key=line, units=number)
        for (refund, line), number in units.items()
    )
