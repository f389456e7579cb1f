"""HTTP to addresses that other people gave us: none of them reaches into our own network.

Only https to public addresses is spoken, unless SEATDASH_ALLOW_PRIVATE_ADDRESSES allows others.
The name is resolved here, every address it has is checked, and the connection goes to one that was
checked, so that a name that changes in between (DNS rebinding) gains nothing; the certificate is
still checked against the name. No redirect is followed, no proxy of the environment is used, the
whole exchange ends within its seconds, and an answer is cut at so many bytes.

    with outgoing.client() as client:
        answer = client.post(url, json=…)     # httpx; raises AddressRefusedError or as httpx does

`AddressRefusedError` is an `httpx.RequestError`, so whoever expects a network to fail expects it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from seatdash.outgoing.addresses import AddressRefusedError, check_url, is_public
from seatdash.outgoing.bounds import was_cut
from seatdash.outgoing.transports import AsyncTransport, Transport

if TYPE_CHECKING:
    import ssl

__all__ = [
    "AddressRefusedError",
    "async_client",
    "check_url",
    "client",
    "is_public",
    "was_cut",
]

SECONDS = 15.0
MOST = 64 * 1024
CONNECT_SECONDS = 5.0
NO_ENCODING = {"Accept-Encoding": "identity", "User-Agent": "seatdash"}


def client(
    *, seconds: float = SECONDS, most: int = MOST, verify: ssl.SSLContext | bool = True
) -> httpx.Client:
    """Return a guarded client: `seconds` for a whole exchange, `most` bytes of an answer."""
    return httpx.Client(
        transport=Transport(seconds=seconds, most=most, verify=verify),
        timeout=_timeout(seconds),
        headers=NO_ENCODING,
        trust_env=False,
    )


def async_client(
    *,
    seconds: float = SECONDS,
    most: int = MOST,
    verify: ssl.SSLContext | bool = True,
    connections: int = 100,
) -> httpx.AsyncClient:
    """Return the same for asyncio, with so many connections at once."""
    return httpx.AsyncClient(
        transport=AsyncTransport(
            seconds=seconds, most=most, verify=verify, connections=connections
        ),
        timeout=_timeout(seconds),
        headers=NO_ENCODING,
        trust_env=False,
    )


def _timeout(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
