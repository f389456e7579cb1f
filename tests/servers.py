"""The web server as it runs in production, for as long as something looks at it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.core.management import CommandError

ROOT = Path(__file__).resolve().parents[1]
START_WITHIN = 30.0


@contextmanager
def web_server(**given: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Serve the database of DATABASE_URL; answers the process and its port.

    What is given goes into its environment.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="seatdash-static-") as static:
        environment = os.environ | {"SEATDASH_STATIC_ROOT": static, "SEATDASH_PLAIN_HTTP": "1"}
        environment |= given
        collect = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity=0"]
        subprocess.run(collect, env=environment, cwd=ROOT, check=True)
        command = [sys.executable, "-m", "seatdash.web", "127.0.0.1", str(port)]
        process = subprocess.Popen(command, env=environment, cwd=ROOT)
        try:
            _wait_until_it_answers(process, port)
            yield process, port
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            client = HTTPConnection("127.0.0.1", port, timeout=2)
            client.request("GET", "/readyz")
            if client.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise CommandError("The web server did not start.")
