"""Stripe Checkout (https://docs.stripe.com/webhooks, https://docs.stripe.com/api/events).

`checkout.session.completed` does not hold what was bought (https://docs.stripe.com/api/checkout/
sessions/object: `line_items` is there only where it is asked for). So it is read, in this order,
from `line_items` if they are there after all; from the session's metadata `seatdash_items`, which
whoever makes the session or the payment link fills in; or fetched with a restricted API key.

An order is known by its payment intent, since that is what the charge of a refund names.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from seatdash.orders.errors import NotUnderstood, WrongSignature
from seatdash.orders.shops.reading import Box, Customer, Line, Reading, Refund
from seatdash.orders.shops.signing import fingerprint, hex_of, same

TOLERANCE = timedelta(minutes=5)
COMPLETED = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
REFUNDED = "charge.refunded"
PAID = {"paid", "no_payment_required"}
ITEM = re.compile(r"([^\s,:]{1,200})(?::([0-9]{1,9}))?")


def check(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check `Stripe-Signature` (https://docs.stripe.com/webhooks#verify-manually)."""
    parts = [part.partition("=") for part in headers.get("stripe-signature", "").split(",")]
    moment = next((value for name, _sign, value in parts if name.strip() == "t"), "")
    given = [value.strip() for name, _sign, value in parts if name.strip() == "v1"]
    if not re.fullmatch(r"[0-9]{1,12}", moment, re.ASCII):
        raise WrongSignature
    age = timezone.now().timestamp() - int(moment)
    expected = hex_of(secret, moment.encode() + b"." + body)
    is_signed = [same(expected, each) for each in given]
    if abs(age) > TOLERANCE.total_seconds() or not any(is_signed):
        raise WrongSignature


def id_of(headers: Mapping[str, str], event: Box) -> str:
    del headers
    return event.text("id") or fingerprint(repr(event.content).encode(errors="replace"))


def topic_of(headers: Mapping[str, str], event: Box) -> str:
    del headers
    return event.text("type", 100)


def read(topic: str, event: Box, fetched: Any) -> Reading | None:
    """Return what an event says; `fetched` are the line items that were asked for."""
    thing = event.box("data").box("object")
    if topic in COMPLETED:
        return _session(thing, fetched)
    return _charge(thing) if topic == REFUNDED else None


def session_of(event: Box) -> str:
    """Return the id of the session that an event is about."""
    return event.box("data").box("object").needed("id")


def _session(session: Box, fetched: Any) -> Reading:
    lines = _lines(session, fetched)
    details = session.box("customer_details")
    return Reading(
        order_id=session.text("payment_intent") or session.needed("id"),
        number=session.text("client_reference_id"),
        customer=Customer(
            id=session.text("customer"),
            email=details.text("email", 254) or session.text("customer_email", 254),
            name=details.text("individual_name") or details.text("name"),
            company=details.text("business_name"),
        ),
        lines=lines,
        needs_lines=lines is None,
        total=session.cents("amount_total"),
        is_paid=session.text("payment_status") in PAID,
    )


def _lines(session: Box, fetched: Any) -> tuple[Line, ...] | None:
    items = session.box("line_items").boxes("data")
    if isinstance(fetched, list):
        items = Box({"data": fetched}, "line_items.").boxes("data")
    if items:
        return tuple(_item(each) for each in items)
    written = session.box("metadata").text("seatdash_items", 500)
    return _from_metadata(written) if written else None


def _item(item: Box) -> Line:
    price = item.box("price")
    names = (price.text("id"), price.text("product") or price.box("product").text("id"))
    return Line(
        key=item.needed("id"),
        externals=tuple(each for each in names if each),
        quantity=item.number("quantity"),
        title=item.text("description", 300),
    )


def _from_metadata(written: str) -> tuple[Line, ...]:
    """Read `price_1:3, price_2`: ids with the number of units, one if none is said."""
    lines = []
    for place, part in enumerate(written.split(",")):
        found = ITEM.fullmatch(part.strip())
        if found is None:
            raise NotUnderstood(_("seatdash_items is not written as price:units."))
        external, units = found.groups()
        key = f"{place}:{external}"
        lines.append(Line(key=key, externals=(external,), quantity=int(units or 1)))
    return tuple(lines)


def _charge(charge: Box) -> Reading | None:
    """Read a charge, whose `amount_refunded` is all that was refunded of it so far."""
    if not charge.text("payment_intent"):
        return None
    key = f"charge {charge.needed('id')}"
    is_whole = charge.content.get("refunded") is True
    amount = None if is_whole else charge.cents("amount_refunded")
    return Reading(
        order_id=charge.needed("payment_intent"), refunds=(Refund(key=key, amount=amount),)
    )
