"""P10: from an empty data directory to the first page, and how long the second start takes."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import CommandError

from tests.bench.results import Timed
from tests.servers import free_port

MANAGE = Path(__file__).resolve().parent.parent.parent / "manage.py"
PATIENCE = 120.0
# What the database and the settings of this very command say is not for the one that it measures.
OURS = {"DATABASE_URL", "SECRET_KEY", "SEATDASH_DATA", "SEATDASH_STATIC_ROOT"}


def measure_starts() -> Timed:
    """Measure P10 with the real command, embedded database and all."""
    with tempfile.TemporaryDirectory(prefix="seatdash-bench-") as directory:
        # Started by root, the database runs as another user, who has to get there.
        Path(directory).chmod(0o755)
        data = Path(directory) / "data"
        seconds = [_seconds_to_first_page(data) for _ in range(2)]
    return Timed("P10", "first start to first page, second start", seconds, goals=(15, 3))


def _seconds_to_first_page(data: Path) -> float:
    start = time.perf_counter()
    with demo(data):
        return time.perf_counter() - start


@contextmanager
def demo(data: Path) -> Iterator[str]:
    """Run the demo on a data directory; answers its address once it shows a page."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(MANAGE), "demo", "--port", str(port), "--data", str(data)],
        env={name: value for name, value in os.environ.items() if name not in OURS},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for_a_page(process, port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def _wait_for_a_page(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.perf_counter() + PATIENCE
    while not _shows_page(port):
        if process.poll() is not None or time.perf_counter() > until:
            raise CommandError("The demo did not start; try `manage.py demo` to see why.")
        time.sleep(0.02)


def _shows_page(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/login/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
