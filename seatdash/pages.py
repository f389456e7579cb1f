"""Django's WSGI handler inside an ASGI server: a2wsgi's thread pool, and what it leaves open.

It does not notice that a client has left: a download of a million rows would be made to its end,
and a form that was cut off in the middle would be taken for whole.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

from a2wsgi import WSGIMiddleware

from seatdash.live.application import Message, Receive, Send

GONE = "seatdash.gone"


class Pages:
    """The ASGI application that serves a WSGI application in threads."""

    def __init__(self, wsgi: Any, *, threads: int) -> None:
        self._asgi = WSGIMiddleware(_Attentive(wsgi), workers=threads)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        scope["headers"] = list(_plain(scope.get("headers", ())))
        client = _Client(scope, receive, send)
        try:
            await self._asgi(scope, client.receive, client.send)  # type: ignore[arg-type]
        finally:
            client.forget()

    def stop(self) -> None:
        self._asgi.executor.shutdown(wait=False, cancel_futures=True)


class _Client:
    """Watches, once the answer turns out to have several pieces, whether anybody still listens."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._answering = False
        self._watch: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError("The client left before it had sent everything.")
        return message

    async def send(self, message: Message) -> None:
        if self._scope.get(GONE):
            return
        if message.get("more_body"):
            # The first piece of most answers is their last.
            if self._answering and not self._watch:
                self._watch = asyncio.ensure_future(self._until_gone())
            self._answering = True
        await self._send(message)

    def forget(self) -> None:
        if self._watch:
            self._watch.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._scope[GONE] = True


def _plain(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers as WSGI can hold them.

    To WSGI `X_Forwarded_Proto` is the same as `X-Forwarded-Proto`, which only the proxy may say;
    and the cookies that HTTP/2 sends in several headers would be joined by commas.
    """
    cookies = []
    for name, value in headers:
        if name.lower() == b"cookie":
            cookies.append(value)
        elif b"_" not in name:
            yield name, value
    if cookies:
        yield b"cookie", b"; ".join(cookies)


class _Attentive:
    """Asks the WSGI application for no more once the client is gone, and closes it properly."""

    def __init__(self, wsgi: Any) -> None:
        self._wsgi = wsgi

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        return _while_heard(self._wsgi(environ, start_response), environ["asgi.scope"])


def _while_heard(answer: Any, scope: Message) -> Iterator[bytes]:
    try:
        for piece in answer:
            yield piece
            if scope.get(GONE):
                return
    finally:
        if hasattr(answer, "close"):
            answer.close()
