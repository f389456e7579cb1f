"""The web server: one process, one port. `python -m seatdash.web HOST PORT`"""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from seatdash.processes import end_with_parent

# Every open page holds a stream, and each counts as a request that is being answered.
OPEN_REQUESTS = 20_000
CONNECTIONS_WAITING = 4096
# Streams never end by themselves: without this, stopping would wait for the last page to close.
SECONDS_TO_STOP = 3


def serve(host: str, port: int) -> None:
    Granian(
        "seatdash.asgi:application",
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


if __name__ == "__main__":
    end_with_parent()
    serve(sys.argv[1], int(sys.argv[2]))
