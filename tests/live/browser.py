"""The live application as its pages meet it: run in a loop of its own, talked to as ASGI."""

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Self

Message = MutableMapping[str, Any]
ASGI = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

PATIENCE = 5.0


class Server:
    """An event loop in a thread, as in a web process, while the test goes on beside it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.run(_end_other_tasks())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()

    def run(self, work: Awaitable[Any]) -> Any:
        async def wait() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self.loop).result(PATIENCE)

    def request(self, application: ASGI, path: str, **given: Any) -> "Request":
        return Request(self, application, path, **given)


async def _end_other_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Request:
    """One request, its answer read as it comes, by a client that may leave at any time."""

    def __init__(
        self,
        server: Server,
        application: ASGI,
        path: str,
        *,
        query: str = "",
        method: str = "GET",
        headers: Iterable[tuple[bytes, bytes]] = (),
        body: Iterable[Message] = ({"type": "http.request", "body": b"", "more_body": False},),
    ) -> None:
        self._server = server
        self._sent: queue.Queue[Message] = queue.Queue()
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        for message in body:
            self._inbox.put_nowait(message)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": list(headers),
            "scheme": "http",
            "server": ("testserver", 80),
            "client": ("127.0.0.1", 5),
        }
        self._task = asyncio.run_coroutine_threadsafe(self._answer(application, scope), server.loop)
        self._events: list[tuple[str, str]] = []
        self._buffer = b""

    async def _answer(self, application: ASGI, scope: Message) -> None:
        async def send(message: Message) -> None:
            self._sent.put(message)

        await application(scope, self._inbox.get, send)

    @property
    def status(self) -> int:
        if not hasattr(self, "_start"):
            try:
                self._start = self._sent.get(timeout=PATIENCE)
            except queue.Empty:
                self.wait()
                raise
        return int(self._start["status"])

    @property
    def headers(self) -> dict[str, str]:
        assert self.status
        return {name.decode(): value.decode() for name, value in self._start["headers"]}

    def leave(self) -> None:
        """Close the connection."""
        self._server.loop.call_soon_threadsafe(self._inbox.put_nowait, {"type": "http.disconnect"})

    def wait(self) -> None:
        """Wait until the application is done with it."""
        self._task.result(PATIENCE)

    def piece(self) -> bytes:
        """Wait for the next piece of the answer."""
        assert self.status
        return bytes(self._sent.get(timeout=PATIENCE)["body"])

    def text(self) -> str:
        """Return the whole answer."""
        assert self.status
        self.wait()
        return b"".join(self._sent.get_nowait()["body"] for _ in range(self._sent.qsize())).decode()

    def event(self, name: str, patience: float = PATIENCE) -> str:
        """Wait for the next event of this name and return its data; others are passed over."""
        until = time.monotonic() + patience
        while True:
            kind, data = self._next(until - time.monotonic())
            if kind == name:
                return data

    def hears_nothing(self, name: str, for_seconds: float = 0.6) -> bool:
        try:
            self.event(name, for_seconds)
        except queue.Empty:
            return True
        return False

    def _next(self, patience: float) -> tuple[str, str]:
        assert self.status == 200
        while not self._events:
            message = self._sent.get(timeout=max(0.001, patience))
            *blocks, self._buffer = (self._buffer + message["body"]).split(b"\n\n")
            self._events.extend(map(_parse, blocks))
        return self._events.pop(0)


def _parse(block: bytes) -> tuple[str, str]:
    fields = [line.partition(": ") for line in block.decode().split("\n")]
    name = "".join(value for field, _, value in fields if field == "event")
    return name, "\n".join(value for field, _, value in fields if field == "data")
