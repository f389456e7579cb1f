"""Messages as the shops send them, signed as they sign, cut down to the fields that their documents
promise; and a shop to send them to."""

import hmac
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from time import time
from typing import Any

from django.http import HttpResponse
from django.test import Client

from orgs.models import Member
from seatdash.orders.models import Order, ProductRule, Source
from seatdash.orders.services.receiving import store, work_on
from seatdash.orders.services.rules import map_customer, map_product
from seatdash.orders.services.sources import add_source, set_secret
from seats.models import Pool, Product
from teams.models import Team

SECRET = "whsec_test_of_seatdash"
_turns = count(1)


@dataclass(frozen=True)
class Message:
    body: bytes
    headers: dict[str, str]


def make_source(actor: Member, kind: str, *, makes_teams: bool = True) -> Source:
    """Add a shop that signs with SECRET."""
    source, _secret = add_source(actor=actor, kind=kind, name=f"{kind} shop {next(_turns)}")
    source.makes_teams = makes_teams
    source.save()
    return set_secret(actor=actor, source=source, secret=SECRET)


def make_rule(
    actor: Member, source: Source, external: str, product: Product | None = None, **facts: Any
) -> ProductRule:
    mode = facts.pop("mode", "own")
    return map_product(
        actor=actor, source=source, external=external, mode=mode, product=product, **facts
    )


def send(source: Source, message: Message) -> HttpResponse:
    """Deliver a message, as anybody on the internet could."""
    return Client().generic(  # type: ignore[return-value]  # its own subclass of it
        "POST",
        f"/hooks/{source.pk}/",
        message.body,
        content_type="application/json",
        headers=message.headers,
    )


def send_all(source: Source, messages: Sequence[Message]) -> None:
    for message in messages:
        response = send(source, message)
        assert response.status_code == 200, response.content


def signature(body: bytes, secret: str = SECRET) -> str:
    return b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


def stripe_signed(event: dict[str, Any], *, secret: str = SECRET, age: int = 0) -> Message:
    body = json.dumps(event).encode()
    moment = int(time()) - age
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
    return Message(body, {"Stripe-Signature": f"t={moment},v1={signed}"})


def stripe_session(items: str = "price_1:2", **facts: Any) -> dict[str, Any]:
    """A checkout that is through, as Stripe tells it: without what was bought in it."""
    session = {
        "id": "cs_test_a1",
        "object": "checkout.session",
        "payment_intent": "pi_1",
        "payment_status": "paid",
        "amount_total": 4000,
        "customer": "cus_9",
        "customer_details": {"email": "buyer@west.example", "name": "West School"},
        "metadata": {"seatdash_items": items} if items else {},
    }
    return event("checkout.session.completed", session | facts)


def stripe_refund(amount: int, *, whole: bool = False, intent: str = "pi_1") -> dict[str, Any]:
    """A charge of which so much was refunded so far."""
    charge = {
        "id": "ch_1",
        "object": "charge",
        "payment_intent": intent,
        "amount": 4000,
        "amount_refunded": amount,
        "refunded": whole,
    }
    return event("charge.refunded", charge)


def event(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    turn = next(_turns)
    return {"id": f"evt_{turn}", "object": "event", "type": kind, "data": {"object": thing}}


def shopify(topic: str, content: dict[str, Any], *, secret: str = SECRET) -> Message:
    body = json.dumps(content).encode()
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": f"hook-{next(_turns)}",
        "X-Shopify-Hmac-Sha256": signature(body, secret),
    }
    return Message(body, headers)


def shopify_order(quantity: int = 2) -> dict[str, Any]:
    return {
        "id": 450789469,
        "name": "#1001",
        "email": "buyer@west.example",
        "total_price": "40.00",
        "customer": {"id": 207119551, "first_name": "Pat", "last_name": "West"},
        "billing_address": {"company": "West School"},
        "line_items": [
            {"id": 11, "variant_id": 808, "product_id": 632, "sku": "ACC", "quantity": quantity}
        ],
        "refunds": [],
    }


def shopify_refund(units: int, refund: int = 1) -> dict[str, Any]:
    return {
        "id": refund,
        "order_id": 450789469,
        "refund_line_items": [{"id": 5, "line_item_id": 11, "quantity": units}],
    }


def woocommerce(content: dict[str, Any], *, topic: str = "order.updated") -> Message:
    body = json.dumps(content).encode()
    headers = {
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Delivery-ID": f"delivery-{next(_turns)}",
        "X-WC-Webhook-Signature": signature(body),
    }
    return Message(body, headers)


def woocommerce_order(
    status: str = "processing", *, second: int = 0, refunds: Sequence[str] = (), quantity: int = 2
) -> dict[str, Any]:
    return {
        "id": 727,
        "number": "727",
        "status": status,
        "date_modified_gmt": f"2026-11-25T10:00:{second:02}",
        "total": "40.00",
        "customer_id": 26,
        "billing": {"first_name": "Pat", "last_name": "West", "company": "West School"},
        "line_items": [
            {"id": 315, "product_id": 93, "variation_id": 0, "quantity": quantity, "name": "Course"}
        ],
        "refunds": [
            {"id": 700 + place, "total": f"-{total}"} for place, total in enumerate(refunds)
        ],
    }


def generic(content: dict[str, Any], *, token: bool = False) -> Message:
    body = json.dumps(content).encode()
    if token:
        return Message(body, {"X-Seatdash-Token": SECRET})
    signed = hmac.new(SECRET.encode(), body, sha256).hexdigest()
    return Message(body, {"X-Seatdash-Signature": f"sha256={signed}"})


def generic_order(quantity: int = 2, product: str = "course-1") -> dict[str, Any]:
    return {
        "event": "order.paid",
        "order": "A-1",
        "customer": {"id": "c-7", "company": "West School"},
        "items": [{"product": product, "quantity": quantity}],
    }


def generic_refund(units: int | None, refund: str = "r-1") -> dict[str, Any]:
    items = [{"product": "course-1", "quantity": units}] if units else []
    return {"event": "order.refunded", "order": "A-1", "refund": refund, "items": items}


def capacities() -> dict[str, int | None]:
    """What the pools hold, by the code of their product."""
    return {pool.product.code: pool.capacity for pool in Pool.objects.select_related("product")}


def make_order(actor: Member, team: Team) -> dict[str, Any]:
    """Have a shop with a mapping, and an order whose refund waits; answers what each is called."""
    source = make_source(actor, "stripe")
    rule = make_rule(actor, source, "price_1", Product.objects.get(code="ACC-101"))
    customer = map_customer(actor=actor, source=source, customer="cus_9", team=team)
    for content in (stripe_session(), stripe_refund(1)):
        body = json.dumps(content).encode()
        message = store(actor=actor, source=source, headers={}, body=body)
        work_on(message)
    return {
        "source_id": source.pk,
        "rule_id": rule.pk,
        "customer_id": customer.pk,
        "message_id": message.pk,
        "order_id": Order.objects.get(source=source).pk,
    }
