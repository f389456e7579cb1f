"""The web server and the worker as children of one command, which stops them when it ends.

A child that dies is started again: the worker however often, after a pause that grows; the web
server up to three times a minute, after which everything stops with exit code 1.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from seatdash.processes import GATE, PARENT, ROOT, Address, CannotServe
from seatdash.terminal import say

READY_WITHIN = 60.0
STOPS_WITHIN = 10.0
WEB_DEATHS = 3
FIRST_SERVER_ERROR = 500


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_at: float = 0.0

    def start(self, **environment: str) -> None:
        """A session of its own: Ctrl-C reaches us alone, and we stop the children in turn."""
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            cwd=ROOT,
            env={**os.environ, PARENT: str(os.getpid()), **environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def bury(self) -> None:
        """Whatever it had started goes too; the next one is due after a pause that grows."""
        if self.process is not None:
            say(f"{self.name} has ended (exit code {self.process.returncode}); starting it again.")
        self.kill()
        self.process = None
        now = time.monotonic()
        self.deaths = [death for death in self.deaths if death > now - 60] + [now]
        self.start_at = now + min(2 ** len(self.deaths) / 2, 30)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop and is killed.")

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Web(Child):
    """Started before this process has prepared anything, since most of a start is importing.

    It takes no request until the gate is opened: a lock that we hold, which also ends with us.
    """

    gate: int | None = None

    def open_gate(self) -> None:
        if self.gate is not None:
            fcntl.flock(self.gate, fcntl.LOCK_UN)
            self.gate = None


_EARLY: dict[Address, Web] = {}


def web_at(address: Address) -> Web:
    try:
        return _EARLY[address]
    except KeyError as error:
        raise CannotServe("Start this through manage.py.") from error


@contextmanager
def early_web(address: Address) -> Iterator[None]:
    command = [sys.executable, "-m", "seatdash.web", address.host, str(address.port)]
    with tempfile.NamedTemporaryFile(prefix="seatdash-gate-") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        web = Web("The web server", command, gate=gate.fileno())
        web.start(**{GATE: gate.name})
        _EARLY[address] = web
        try:
            yield
        finally:
            del _EARLY[address]
            # Behind its gate it has nothing to finish; later the supervisor has stopped it.
            web.kill()


def worker() -> Child:
    return Child("The worker", [sys.executable, str(ROOT / "manage.py"), "worker"])


@dataclass
class Supervisor:
    """Keeps the children running until somebody says stop."""

    address: Address
    web: Web
    others: list[Child]
    stopping: bool = False

    def run(self, when_ready: Callable[[], None]) -> None:
        before = [(number, signal.signal(number, self._stop)) for number in _ending_signals()]
        try:
            self.web.open_gate()
            for child in self.others:
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

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _becomes_ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while not self.stopping and not _answers(self.address):
            if self.web.has_died():
                raise CannotServe("The web server does not start; it says why above.")
            if time.monotonic() > deadline:
                raise CannotServe(f"The web server is not ready after {READY_WITHIN:.0f} seconds.")
            time.sleep(0.05)
        return not self.stopping

    def _revive(self) -> None:
        for child in (self.web, *self.others):
            if child.has_died():
                child.bury()
                if child is self.web and len(child.deaths) >= WEB_DEATHS:
                    raise CannotServe(f"{child.name} has ended {WEB_DEATHS} times within a minute.")
            elif child.process is None and time.monotonic() >= child.start_at:
                child.start()

    def _stop_children(self) -> None:
        children = (self.web, *self.others)
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOPS_WITHIN
        for child in children:
            child.wait(deadline)
            child.kill()


def _ending_signals() -> list[signal.Signals]:
    hangup = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]
    return [signal.SIGINT, signal.SIGTERM, *hangup]


def _answers(address: Address) -> bool:
    """Any answer short of an error of the server's own will do: it may not know us by this name."""
    connection = http.client.HTTPConnection(address.from_here, address.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status < FIRST_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
