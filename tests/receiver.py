"""A web server of somebody else: it notes what it is sent, and answers as it is told to."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Receiver:
    """`answer` is called for each request, in the order in which they came."""

    answer: Callable[[Received], Answer] = lambda _received: Answer()
    received: list[Received] = field(default_factory=list)
    address: str = ""
    port: int = 0
    connections: int = 0
    lock: Lock = field(default_factory=Lock)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            receiver.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            received = Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            with receiver.lock:
                receiver.received.append(received)
                answer = receiver.answer(received)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - the names of http.server

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def receiving(
    receiver: Receiver | None = None, *, tls: ssl.SSLContext | None = None, port: int = 0
) -> Iterator[Receiver]:
    """Receive on this machine for as long as the block lasts."""
    receiver = receiver or Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(receiver))
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    scheme = "https" if tls else "http"
    receiver.address = f"{scheme}://127.0.0.1:{receiver.port}/hook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
