"""Where the pages are served, and how the processes that serve them know of one another."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

from seatdash.terminal import CannotGoOn, say

ROOT = Path(__file__).resolve().parent.parent
OFF = {"", "0", "no", "off", "false"}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
DEFAULT_PORT = 8000
LAST_PORT = 65535
PARENT = "SEATDASH_PARENT"
GATE = "SEATDASH_GATE"
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class CannotServe(CannotGoOn):
    pass


@dataclass(frozen=True)
class Address:
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    @property
    def from_here(self) -> str:
        return EVERYWHERE.get(self.host, self.host)


def add_port(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="8000 if not given")


def add_host(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1 if not given")


def address_in(arguments: list[str]) -> Address:
    """Read before Django starts, so that a taken port is known before anything heavy is."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False, prog="manage.py")
    add_port(parser)
    add_host(parser)
    options, _ = parser.parse_known_args(arguments)
    return Address(options.host, options.port)


def refuse_taken_port(arguments: list[str]) -> None:
    address = address_in(arguments)
    if not 1 <= address.port <= LAST_PORT:
        raise CannotServe(f"--port takes a number from 1 to {LAST_PORT}.")
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address.host, address.port))
        except OSError as error:
            raise CannotServe(
                f"Port {address.port} on {address.host} cannot be used ({error.strerror}): "
                "is another seatdash running? Choose another with --port."
            ) from error


def plain_http(arguments: list[str]) -> None:
    """Secure cookies and https only, unless nobody but this machine can reach the pages."""
    is_here = address_in(arguments).host in LOOPBACK
    behind_proxy = os.environ.get("SEATDASH_BEHIND_PROXY", "").lower() not in OFF
    if "SEATDASH_PLAIN_HTTP" in os.environ or behind_proxy or not is_here:
        return
    os.environ["SEATDASH_PLAIN_HTTP"] = "1"
    if arguments[0] == "serve":
        say("Plain http, for this machine only. Behind a proxy, set SEATDASH_BEHIND_PROXY=1.")


def own_address(origins: list[str]) -> str:
    """Return where the pages are served, as far as the names that people type tell."""
    named = [origin for origin in origins if "*" not in origin]
    return named[0] if named else Address().url.rstrip("/")


def links_lead_here(arguments: list[str]) -> None:
    """Let the links in letters lead to this port, where nobody but this machine reads them."""
    address = address_in(arguments)
    if address.host in LOOPBACK and not os.environ.get("CSRF_TRUSTED_ORIGINS"):
        os.environ.setdefault("SEATDASH_URL", address.url.rstrip("/"))


def end_with_parent() -> None:
    """So that a killed supervisor does not leave its children behind (Linux)."""
    parent = os.environ.pop(PARENT, "")
    if parent and sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != int(parent):
            sys.exit(1)
