"""The web server and the worker as children of one command, started together and stopped together.

A child that dies is started again: the worker however often, after a pause that grows; the web
server up to three times a minute, after which everything stops with exit code 1.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
DEFAULT_PORT = 8000
READY_WITHIN = 60.0
STOPS_WITHIN = 10.0
PARENT = "SEATDASH_PARENT"
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class CannotServe(Exception):
    """Why the pages cannot be served, in one sentence for the person at the terminal."""


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
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)


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
    if not 1 <= address.port <= 65535:
        raise CannotServe("--port takes a number from 1 to 65535.")
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
    if arguments[0] == "demo" or (is_here and not os.environ.get("SEATDASH_BEHIND_PROXY")):
        os.environ.setdefault("SEATDASH_PLAIN_HTTP", "1")


def end_with_parent() -> None:
    """So that a killed supervisor does not leave its children behind (Linux)."""
    parent = os.environ.pop(PARENT, "")
    if parent and sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != int(parent):
            sys.exit(1)


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_at: float = 0.0

    def start(self) -> None:
        """A session of its own: Ctrl-C reaches us alone, and we stop the children in turn."""
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env={**os.environ, PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def bury(self) -> None:
        """Whatever it had started goes too; the next one is due after a pause that grows."""
        if self.process is None:
            return
        print(f"{self.name} has ended (exit code {self.process.returncode}).", file=sys.stderr)
        self.kill()
        self.process = None
        now = time.monotonic()
        self.deaths = [death for death in self.deaths if death > now - 60] + [now]
        self.start_at = now + min(2 ** len(self.deaths) / 2, 30)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def web(address: Address) -> Child:
    place = [address.host, str(address.port)]
    return Child("The web server", [sys.executable, "-m", "seatdash.web", *place])


def worker() -> Child:
    return Child("The worker", [sys.executable, str(ROOT / "manage.py"), "worker"])


@dataclass
class Supervisor:
    """Keeps the children running until somebody says stop; the first of them is the web server."""

    children: list[Child]
    address: Address
    stopping: bool = False

    def run(self, when_ready: Callable[[], None]) -> None:
        before = [(number, signal.signal(number, self._stop)) for number in _ending_signals()]
        try:
            for child in self.children:
                child.start()
            if self._becomes_ready():
                when_ready()
            while not self.stopping:
                self._revive()
                time.sleep(0.2)
        finally:
            self._stop_children()
            for number, handler in before:
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _becomes_ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while not self.stopping and not _answers(self.address):
            if self.children[0].has_died():
                raise CannotServe("The web server does not start; it says why above.")
            if time.monotonic() > deadline:
                raise CannotServe(f"The web server is not ready after {READY_WITHIN:.0f} seconds.")
            time.sleep(0.05)
        return not self.stopping

    def _revive(self) -> None:
        for child in self.children:
            if child.has_died():
                child.bury()
                if child is self.children[0] and len(child.deaths) >= 3:
                    raise CannotServe(f"{child.name} has ended three times within a minute.")
            elif child.process is None and time.monotonic() >= child.start_at:
                child.start()

    def _stop_children(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOPS_WITHIN
        for child in self.children:
            if child.process is not None:
                try:
                    child.process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    print(f"{child.name} did not stop and is killed.", file=sys.stderr)
            child.kill()


def _ending_signals() -> list[signal.Signals]:
    hangup = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]
    return [signal.SIGINT, signal.SIGTERM, *hangup]


def _answers(address: Address) -> bool:
    """Any answer short of an error of the server's own will do: it may not know us by this name."""
    connection = http.client.HTTPConnection(address.from_here, address.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
