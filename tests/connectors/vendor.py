"""A learning system's server on a real socket: what it was asked, and how it answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

WINDOW = 60.0


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    status: int
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Vendor:
    """The base of the three: its clock, its limit, and the answers it gives before its own."""

    limit: int | None = None

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.instead: list[Answer] = []
        self.moment: datetime | None = None
        self.meanwhile: Callable[[Asked], None] = lambda _asked: None
        self._window: tuple[float, int] = (0.0, 0)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def now(self) -> datetime:
        return self.moment or datetime.now(UTC)

    def asked_for(self, method: str, path: str) -> list[Asked]:
        return [each for each in self.asked if (each.method, each.path) == (method, path)]

    def handle(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.instead:
            return self.instead.pop(0)
        reset = self._over_limit()
        if reset is not None:
            return self.too_many(reset)
        answer = self.answer(asked)
        self.meanwhile(asked)
        return answer

    def answer(self, asked: Asked) -> Answer:
        raise NotImplementedError

    def too_many(self, reset: float) -> Answer:
        raise NotImplementedError

    def _over_limit(self) -> float | None:
        """Count a request; answers when the window ends, where it has had too many."""
        now = self.now.timestamp()
        begun, number = self._window
        if now >= begun + WINDOW:
            begun, number = now, 0
        self._window = (begun, number + 1)
        return begun + WINDOW if self.limit is not None and number >= self.limit else None


def _handler(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _respond(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query)),
                dict(self.headers.items()),
                self.rfile.read(length),
            )
            answer = vendor.handle(asked)
            body = answer.content
            if not isinstance(body, bytes):
                body = b"" if answer.status == 204 else json.dumps(body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _respond  # noqa: N815 - as the base calls them

        def log_message(self, *_told: object) -> None:
            """Stay silent."""

    return Handler
