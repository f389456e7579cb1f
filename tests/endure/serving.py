"""The web server as it runs in production, in a process that may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection

from tests.servers import ROOT, free_port
from tests.threads import wait_until

STOPPED = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database() AND relation = 'seats_ledgerentry'::regclass AND NOT granted
"""
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


class Server:
    """The web server as it runs in production; it can be killed, and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # The database in use, which in a test is not that of the address.
        name = connection.settings_dict["NAME"]
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        given = {"DATABASE_URL": address, "SEATDASH_STATIC_STORAGE": PLAIN}
        given |= {"SEATDASH_PLAIN_HTTP": "1", "LOG_LEVEL": "CRITICAL"}
        self._environment = os.environ | given

    def start(self) -> None:
        command = [sys.executable, "-m", "seatdash.web", "127.0.0.1", str(self.port)]
        self._process = subprocess.Popen(
            command, env=self._environment, cwd=ROOT, start_new_session=True
        )

    def kill(self) -> None:
        """End it and its workers as a power cut would."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @contextmanager
    def killed_amid_booking(self) -> Iterator[None]:
        """Kill it once a call that is begun within is in the middle of booking; start it again."""
        with booking_stopped():
            yield
            wait_until(somebody_books)
            self.kill()
        self.start()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def booking_stopped() -> Iterator[None]:
    """Let whoever books wait in the middle of it, for as long as this lasts."""
    beside = connection.copy()
    beside.set_autocommit(False)
    try:
        beside.cursor().execute("LOCK TABLE seats_ledgerentry IN EXCLUSIVE MODE")
        yield
    finally:
        beside.close()


def somebody_books() -> bool:
    """Tell whether somebody was stopped while booking."""
    with connection.cursor() as cursor:
        cursor.execute(STOPPED)
        return bool(cursor.fetchone() != (0,))
