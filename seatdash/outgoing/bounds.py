"""How long an exchange may take, and how much of an answer is read."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar

import httpx
from django.utils.translation import gettext as _

CUT = "seatdash.cut"
LAST_MOMENT = 0.001

# The moment of the monotonic clock at which the exchange under way ends.
UNTIL: ContextVar[float | None] = ContextVar("until", default=None)


def was_cut(response: httpx.Response) -> bool:
    """Say whether there was more of the answer than was read."""
    cut = response.extensions.get(CUT)
    return isinstance(cut, Cut) and cut.is_cut


def time_left(timeout: float | None) -> float | None:
    until = UNTIL.get()
    if until is None:
        return timeout
    left = max(LAST_MOMENT, until - time.monotonic())
    return left if timeout is None else min(left, timeout)


def bounded(response: httpx.Response, cut: Cut) -> httpx.Response:
    # What was compressed though we asked for none stays so: it could grow to any size.
    headers = [each for each in response.headers.raw if each[0].lower() != b"content-encoding"]
    return httpx.Response(
        response.status_code,
        headers=headers,
        stream=cut,
        extensions=response.extensions | {CUT: cut},
    )


def took_too_long() -> httpx.ReadTimeout:
    return httpx.ReadTimeout(_("The answer took too long."))


class Cut(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of an answer, up to so many bytes and until a moment of the monotonic clock."""

    def __init__(self, response: httpx.Response, until: float, most: int) -> None:
        self._response, self._until, self._left = response, until, most

    @property
    def is_cut(self) -> bool:
        return self._left < 0

    def __iter__(self) -> Iterator[bytes]:
        stream = self._response.stream
        assert isinstance(stream, httpx.SyncByteStream)
        for chunk in stream:
            yield self._take(chunk)
            if self.is_cut:
                return

    async def __aiter__(self) -> AsyncIterator[bytes]:
        stream = self._response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        async for chunk in stream:
            yield self._take(chunk)
            if self.is_cut:
                return

    def _take(self, chunk: bytes) -> bytes:
        if time.monotonic() > self._until:
            raise took_too_long()
        kept = chunk[: self._left]
        self._left -= len(chunk)
        return kept

    def close(self) -> None:
        stream = self._response.stream
        assert isinstance(stream, httpx.SyncByteStream)
        stream.close()

    async def aclose(self) -> None:
        stream = self._response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        await stream.aclose()
