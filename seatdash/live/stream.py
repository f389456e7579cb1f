"""One open page: what is pending for it, and the bytes that go out."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from seatdash.live.board import Topic

# The first bytes open the stream in the browser; a client of its own making is told when to retry.
HELLO = b"retry: 2000\n: seatdash\n\n"
# An event, so that the page notices when they stop: a connection may die without a word.
BEAT = b"event: beat\ndata:\n\n"
# The page is to fetch itself anew, with a fresh token, before it connects again.
RENEW = b"event: renew\ndata:\n\n"


class Stream:
    """Keeps which topics are pending, not their bytes: the latest goes out when there is room.

    So a page that reads slowly never holds more than one reference for each of its topics.
    """

    __slots__ = (
        "_beat",
        "_ended",
        "_farewell",
        "_pending",
        "_waiter",
        "issued",
        "member_id",
        "opened",
        "rights",
        "spoke",
        "topics",
    )

    def __init__(self, member_id: UUID, rights: int, issued: float) -> None:
        self.member_id = member_id
        self.rights = rights
        self.issued = issued
        self.opened = self.spoke = time.monotonic()
        self.topics: tuple[Topic, ...] = ()
        self._pending: dict[Topic, None] = {}
        self._waiter: asyncio.Future[None] | None = None
        self._beat = False
        self._farewell = b""
        self._ended = False

    def offer(self, topic: "Topic") -> None:
        self._pending[topic] = None
        self._wake()

    def beat(self) -> None:
        self._beat = True
        self._wake()

    def dismiss(self) -> None:
        """End the stream, and send the page for a fresh token."""
        self._farewell = RENEW
        self.end()

    def end(self) -> None:
        self._ended = True
        self._pending.clear()
        self._wake()

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield what the page gets, as it comes, until the stream ends."""
        yield HELLO
        while not self._ended:
            if self._pending or self._beat:
                yield self._take()
            else:
                await self._wait()
        if self._farewell:
            yield self._farewell

    def _take(self) -> bytes:
        self._beat = False
        self.spoke = time.monotonic()
        topics, self._pending = self._pending, {}
        if len(topics) == 1:
            # The very bytes that every other page gets, not a copy of them.
            return next(iter(topics)).frame
        return b"".join([topic.frame for topic in topics]) or BEAT

    async def _wait(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
