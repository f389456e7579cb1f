"""The shops: how each signs, and what its messages say.

A shop has `check`, which raises WrongSignature; `id_of` and `topic_of`, the vendor's own names for
a message; and `read`, which gives what a message says of an order, or None where it is not needed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from seatdash.orders.errors import NotUnderstood
from seatdash.orders.shops import generic, shopify, stripe, woocommerce
from seatdash.orders.shops.reading import Box, Reading

Headers = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Shop:
    """One kind of shop. `headers` are those of a message that are kept, in lower case.

    `own_secret`: the shop makes the secret, and an admin pastes it here.
    """

    check: Callable[[str, Headers, bytes], None]
    id_of: Callable[[Headers, Box], str]
    topic_of: Callable[[Headers, Box], str]
    read: Callable[[str, Box, Any], Reading | None]
    headers: tuple[str, ...]
    own_secret: bool


SHOPS = {
    "stripe": Shop(
        check=stripe.check,
        id_of=stripe.id_of,
        topic_of=stripe.topic_of,
        read=stripe.read,
        headers=(),
        own_secret=True,
    ),
    "shopify": Shop(
        check=shopify.check,
        id_of=shopify.id_of,
        topic_of=shopify.topic_of,
        read=shopify.read,
        headers=shopify.KEPT,
        own_secret=True,
    ),
    "woocommerce": Shop(
        check=woocommerce.check,
        id_of=woocommerce.id_of,
        topic_of=woocommerce.topic_of,
        read=woocommerce.read,
        headers=woocommerce.KEPT,
        own_secret=False,
    ),
    "generic": Shop(
        check=generic.check,
        id_of=generic.id_of,
        topic_of=generic.topic_of,
        read=generic.read,
        headers=(),
        own_secret=False,
    ),
}


def parsed(body: bytes) -> Box:
    """Return the object that a body holds; raises NotUnderstood."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(_("It is no JSON.")) from error
    if not isinstance(content, dict):
        raise NotUnderstood(_("It is no JSON object."))
    return Box(content)
