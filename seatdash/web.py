"""The web server: one process, one port. `python -m seatdash.web HOST PORT`"""

from __future__ import annotations

import fcntl
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from seatdash.processes import GATE, end_with_parent

# Every open page holds a stream, and each counts as a request that is being answered.
OPEN_REQUESTS = 20_000
CONNECTIONS_WAITING = 4096
# Streams never end by themselves: without this, stopping would wait for the last page to close.
SECONDS_TO_STOP = 3


def serve(host: str, port: int) -> None:
    Granian(
        "seatdash.web:application_behind_gate",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        backlog=CONNECTIONS_WAITING,
        backpressure=OPEN_REQUESTS,
        workers_kill_timeout=SECONDS_TO_STOP,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


def application_behind_gate() -> Any:
    """Imports what can be imported before the database and the static files are in place."""
    gate = os.environ.pop(GATE, "")
    if gate:
        _import_everything()
        _wait_for(gate)
    return import_module("seatdash.asgi").application


def _import_everything() -> None:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatdash.settings")
    django.setup()
    import_module(settings.ROOT_URLCONF)


def _wait_for(gate: str) -> None:
    with Path(gate).open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)


if __name__ == "__main__":
    end_with_parent()
    serve(sys.argv[1], int(sys.argv[2]))
