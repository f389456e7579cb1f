"""Which addresses may be spoken to."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

# Below, other things than web servers listen.
FIRST_FREE_PORT = 1024
WEB_PORTS = {80, 443}
# IPv6 addresses that carry one of IPv4 in their last 32 bits (RFC 6052).
NAT64 = IPv6Network("64:ff9b::/96")
# IETF protocol assignments (RFC 6890), of which not every version of Python knows all.
ASSIGNED = IPv4Network("192.0.0.0/24")
LAST_32_BITS = 0xFFFFFFFF

Address = IPv4Address | IPv6Address


class AddressRefusedError(httpx.RequestError):
    """Nothing is sent to this address; the message says why, in words for the screen."""


def check_url(url: str) -> None:
    """Raise AddressRefusedError where nothing may be sent to `url`; looks its name up."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise AddressRefusedError(_("This is not an address of the web.")) from None
    check_spelling(parsed)
    check_all(resolve(parsed.host, parsed.port or 443), parsed.host)


def check_spelling(url: httpx.URL) -> None:
    """Raise AddressRefusedError for what can be seen without looking the name up."""
    schemes = {"https", "http"} if settings.ALLOW_PRIVATE_ADDRESSES else {"https"}
    if url.scheme not in schemes or not url.host:
        raise AddressRefusedError(_("The address must begin with https:// and name a server."))
    if url.userinfo:
        raise AddressRefusedError(_("The address must hold no user name and no password."))
    port = url.port
    if port is not None and port < FIRST_FREE_PORT and port not in WEB_PORTS:
        raise AddressRefusedError(_("No web server listens on this port."))
    literal = _literal(url.host)
    if literal:
        check_all([literal], url.host)


def resolve(host: str, port: int) -> list[Address]:
    """Look a name up; raises AddressRefusedError where there is no such name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _unknown(host) from None
    return _addresses(found)


def is_public(address: Address) -> bool:
    """Say whether the whole internet could reach this address: none of ours, none reserved."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = IPv4Address(int(address) & LAST_32_BITS)
        if inner:
            return is_public(inner)
    if address in ASSIGNED:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def check_all(addresses: Iterable[Address], host: str) -> None:
    if settings.ALLOW_PRIVATE_ADDRESSES:
        return
    if not all(is_public(each) for each in addresses):
        words = _("%(host)s is in a private network. Only public addresses may be used.")
        raise AddressRefusedError(words % {"host": host})


def _addresses(found: Iterable[tuple[Any, ...]]) -> list[Address]:
    # The scope of a link-local address stands behind a percent sign.
    return list(dict.fromkeys(ip_address(str(row[4][0]).partition("%")[0]) for row in found))


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _unknown(host: str) -> AddressRefusedError:
    return AddressRefusedError(_("There is no server with the name %(host)s.") % {"host": host})
