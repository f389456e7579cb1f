"""A page connects, and is kept or refused: the ASGI application of `/o/<org>/live/`."""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from seatdash.live import tokens
from seatdash.live.board import Board
from seatdash.live.pulse import Pulse
from seatdash.live.reader import Reader
from seatdash.live.rights import Withdrawals
from seatdash.live.stream import Stream
from seatdash.live.tokens import Grant

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ADDRESS = re.compile(r"/o/(?P<slug>[-\w]+)/live/", re.ASCII)
MOST_STREAMS = 20_000

STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Compressed or buffered on the way, an event would wait for the next one.
    (b"content-encoding", b"identity"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
PLAIN_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class Live:
    """The streams of one process."""

    def __init__(self) -> None:
        self.board = Board()
        self.withdrawals = Withdrawals()
        self._reader = Reader(self.board, self.withdrawals)
        self._pulse = Pulse(self.board)
        self._closing = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405, "Only GET.", (b"allow", b"GET"))
        elif self._closing or len(self.board.streams) >= MOST_STREAMS:
            await _refuse(send, 503, "Too many open pages.", (b"retry-after", b"10"))
        elif grant := self._grant(scope):
            await self._serve(grant, receive, send)
        else:
            await _refuse(send, 403, "This page may no longer follow changes. Load it again.")

    def close(self) -> None:
        """End every stream and take no more, so that the server can stop."""
        self._closing = True
        for stream in [*self.board.streams]:
            stream.end()

    async def stop(self) -> None:
        self.close()
        await self._reader.stop()
        await self._pulse.stop()

    def _grant(self, scope: Message) -> Grant | None:
        address = ADDRESS.fullmatch(scope["path"])
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])
        grant = tokens.read(given[0])
        if not address or not grant or grant.slug != address["slug"]:
            return None
        return None if self.withdrawals.cover(grant.member_id, grant.rights) else grant

    async def _serve(self, grant: Grant, receive: Receive, send: Send) -> None:
        stream = Stream(grant.member_id, grant.rights, grant.issued)
        self.board.join(stream, grant)
        self._reader.wake()
        self._pulse.wake()
        leaving = asyncio.ensure_future(_until_gone(receive, stream))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
            async for frame in stream.frames():
                await send({"type": "http.response.body", "body": frame, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            leaving.cancel()
            self.board.leave(stream)


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _refuse(send: Send, status: int, why: str, *headers: tuple[bytes, bytes]) -> None:
    head = {"type": "http.response.start", "status": status, "headers": [*PLAIN_HEADERS, *headers]}
    await send(head)
    await send({"type": "http.response.body", "body": why.encode()})
