"""WooCommerce (https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks).

Its messages are the whole order each time (topics order.created and order.updated). Of a refund
they say the amount only (`refunds[].total`), so a part of an order of several lines has to be
counted by an admin. Whether the order stands is what the latest of them says.
"""

from collections.abc import Mapping
from typing import Any

from seatdash.orders.shops.reading import Box, Customer, Line, Reading, Refund, person
from seatdash.orders.shops.signing import check_base64, fingerprint

KEPT = ("x-wc-webhook-topic", "x-wc-webhook-delivery-id", "x-wc-webhook-source")
TOPICS = {"order.created", "order.updated", "order.restored"}
PAID = {"processing", "completed", "refunded"}
# Of these the shop says that nothing is owed any more.
CANCELLED = {"cancelled", "failed", "refunded", "trash"}


def check(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check X-WC-Webhook-Signature, the base64 of the body's HMAC-SHA256."""
    check_base64(secret, headers.get("x-wc-webhook-signature", ""), body)


def id_of(headers: Mapping[str, str], message: Box) -> str:
    """Return the id of a delivery: the header is not signed, so what it says is bound to it."""
    told = repr(message.content).encode(errors="replace")
    return f"{headers.get('x-wc-webhook-delivery-id', '')[:100]} {fingerprint(told)}".strip()


def topic_of(headers: Mapping[str, str], message: Box) -> str:
    """Return the topic; the first message of all, which only knocks, has none."""
    return headers.get("x-wc-webhook-topic", "")[:100]


def read(topic: str, message: Box, fetched: Any) -> Reading | None:
    del fetched
    return _order(message) if topic in TOPICS and message.text("id") else None


def _order(order: Box) -> Reading:
    billing, customer_id = order.box("billing"), order.text("customer_id")
    status = order.needed("status")
    return Reading(
        order_id=order.needed("id"),
        number=order.text("number"),
        customer=Customer(
            # Whoever buys without an account is number 0, all of them.
            id="" if customer_id == "0" else customer_id,
            email=billing.text("email", 254),
            name=person(billing.text("first_name"), billing.text("last_name")),
            company=billing.text("company"),
        ),
        lines=tuple(_line(each) for each in order.boxes("line_items")),
        total=order.money("total"),
        is_paid=status in PAID,
        refunds=tuple(
            Refund(key=f"refund {each.needed('id')}", amount=each.money("total") or 0)
            for each in order.boxes("refunds")
        ),
        revision=order.text("date_modified_gmt", 40),
        is_cancelled=status in CANCELLED,
    )


def _line(line: Box) -> Line:
    variation = line.text("variation_id")
    names = ("" if variation == "0" else variation, line.text("product_id"), line.text("sku"))
    return Line(
        key=line.needed("id"),
        externals=tuple(each for each in names if each),
        quantity=line.number("quantity"),
        title=line.text("name", 300),
    )
