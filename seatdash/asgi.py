"""One port: live streams go to a bare ASGI application, everything else to Django's WSGI handler.

Pages run in threads, on the WSGI handler, because Django under ASGI serves several times fewer of
them. In production the two may run as two services behind a proxy.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from seatdash.wsgi import application as pages_wsgi  # isort: skip — it sets Django up

from seatdash.api.journal import keep_writing
from seatdash.live.application import ADDRESS, Live, Message, Receive, Send
from seatdash.pages import Pages

THREADS = int(os.environ.get("SEATDASH_THREADS", "10"))

live = Live()
pages = Pages(pages_wsgi, threads=THREADS)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and ADDRESS.fullmatch(scope["path"]):
        await live(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    keep_writing()
    _close_streams_when_asked_to_stop()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await live.stop()
    pages.stop()
    await send({"type": "lifespan.shutdown.complete"})


def _close_streams_when_asked_to_stop() -> None:
    # The server waits for open responses before it tells us of its shutdown, and a stream is one
    # for as long as its page is open. So we hear the signal too, and pass it on.
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        former = signal.getsignal(number)
        signal.signal(number, _then(former, loop))


def _then(former: Any, loop: asyncio.AbstractEventLoop) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(live.close)
        if callable(former):
            former(number, frame)

    return handle
