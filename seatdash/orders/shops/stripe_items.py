"""What was bought in a session of Stripe Checkout, fetched with a restricted API key
(https://docs.stripe.com/api/checkout/sessions/line_items; the key needs to read Checkout Sessions).
"""

from typing import Any
from urllib.parse import quote

import httpx
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from seatdash import outgoing
from seatdash.orders.errors import NotUnderstood
from seatdash.orders.models import OrderMessage
from seatdash.orders.shops import parsed
from seatdash.orders.shops.reading import MOST_LINES
from seatdash.orders.shops.stripe import session_of
from seatdash.secrets import UnreadableSecretError, decrypt

API = "https://api.stripe.com"
PER_PAGE = 50
MOST_BYTES = 1024 * 1024
# What will not change by asking again.
FINAL = range(400, 500)
TOO_MANY = 429
KEY_LOST = gettext_noop(
    "The key of Stripe's API was kept under a SECRET_KEY that is gone. Give it again, or let the"
    " operator put the old SECRET_KEY into SECRET_KEY_FALLBACKS. Then run the order."
)


class StripeAwayError(OSError):
    """Stripe does not answer now; it is asked again later."""


def fetch(message: OrderMessage) -> list[Any] | dict[str, str]:
    """Return the line items, or {"problem": …} where Stripe refuses; raises StripeAwayError."""
    try:
        session = session_of(parsed(bytes(message.body)))
        key = decrypt(bytes(message.source.api_key or b""))
    except NotUnderstood as error:
        return {"problem": str(error)}
    except UnreadableSecretError:
        return {"problem": _(KEY_LOST)}
    with outgoing.client(most=MOST_BYTES) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        return _all_pages(
            client, f"{API}/v1/checkout/sessions/{quote(session, safe='')}/line_items"
        )


def _all_pages(client: httpx.Client, url: str) -> list[Any] | dict[str, str]:
    items: list[Any] = []
    while len(items) < MOST_LINES:
        after = {"starting_after": items[-1]["id"]} if items else {}
        answer = _ask(client, url, {"limit": str(PER_PAGE), **after})
        if "problem" in answer:
            return {"problem": str(answer["problem"])}
        found = [each for each in answer.get("data", []) if isinstance(each, dict) and "id" in each]
        items.extend(found)
        if not answer.get("has_more") or not found:
            break
    return items


def _ask(client: httpx.Client, url: str, params: dict[str, str]) -> dict[str, Any]:
    try:
        response = client.get(url, params=params)
        if response.status_code in FINAL and response.status_code != TOO_MANY:
            words = _("Stripe refused to say what was bought (HTTP %(status)s). Check the key.")
            return {"problem": words % {"status": response.status_code}}
        answer = response.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise StripeAwayError(str(error)) from error
    return answer if isinstance(answer, dict) else {}
