"""One request to a receiver, and what came back."""

import time

import httpx
from django.utils.translation import gettext as _

from seatdash import outgoing
from seatdash.webhooks.models import LONGEST_ANSWER
from seatdash.webhooks.services.recording import Sent
from seatdash.webhooks.services.rounds import Message
from seatdash.webhooks.signing import signed
from seats import clock

# Somebody waits for the answer to a test.
SECONDS_FOR_TEST = 8.0


async def post(client: httpx.AsyncClient, address: str, keys: list[str], message: Message) -> Sent:
    """Send a message, and answer what came back; a network that fails is an answer too."""
    begin = time.monotonic()
    if not keys:
        return _unsigned(message)
    headers = signed(message.message_id, message.body, keys)
    try:
        answer = await client.post(address, content=message.body.encode(), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        return _failed(message, begin, error)
    return _answered(message, begin, answer)


def post_now(address: str, keys: list[str], message: Message) -> Sent:
    """Do the same while somebody waits."""
    begin = time.monotonic()
    if not keys:
        return _unsigned(message)
    headers = signed(message.message_id, message.body, keys)
    try:
        with outgoing.client(seconds=SECONDS_FOR_TEST) as client:
            answer = client.post(address, content=message.body.encode(), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        return _failed(message, begin, error)
    return _answered(message, begin, answer)


def _unsigned(message: Message) -> Sent:
    words = _("Nothing was sent: the secret was kept under a SECRET_KEY that is gone. Replace it.")
    return Sent(message.delivery_id, clock.now(), 0, problem=words)


def _failed(message: Message, begin: float, error: Exception) -> Sent:
    words = str(error).strip() or type(error).__name__
    return Sent(message.delivery_id, clock.now(), _since(begin), problem=words)


def _answered(message: Message, begin: float, answer: httpx.Response) -> Sent:
    return Sent(
        message.delivery_id,
        clock.now(),
        _since(begin),
        status=answer.status_code,
        answer=answer.content[:LONGEST_ANSWER].decode(errors="replace"),
        retry_after=answer.headers.get("retry-after", ""),
    )


def _since(begin: float) -> int:
    return round((time.monotonic() - begin) * 1000)
