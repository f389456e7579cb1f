"""One port: which application answers what, and a server that stops with pages open."""

import asyncio
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from seatdash import asgi
from seatdash.live.application import Live, Message
from seatdash.pages import Pages
from seatdash.wsgi import application as wsgi
from tests.conftest import Cast
from tests.live.browser import Server


@pytest.fixture(autouse=True)
def process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web process of the test's own, since one that was stopped serves no more."""
    monkeypatch.setattr(asgi, "live", Live())
    monkeypatch.setattr(asgi, "pages", Pages(wsgi, threads=2))


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def test_pages_go_to_django(server: Server) -> None:
    headers = [(b"host", b"localhost")]
    answer = server.request(asgi.application, "/healthz", headers=headers)
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/o/north-high/live/", "/o/north_high-2/live/"])
def test_streams_go_to_the_live_application(server: Server, path: str) -> None:
    assert "may no longer follow" in server.request(asgi.application, path).text()


@pytest.mark.parametrize("path", ["/o/a/b/live/", "/o/north-high/live", "/o//live/", "/live/"])
def test_what_only_looks_like_a_stream_goes_to_django(
    stage: Cast, server: Server, path: str
) -> None:
    headers = [(b"host", b"localhost")]
    answer = server.request(asgi.application, path, headers=headers)
    assert "may no longer follow" not in answer.text()


@pytest.fixture
def signals() -> Iterator[list[int]]:
    """The signals that the server itself has heard."""
    heard: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)

    former = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    yield heard
    for number, handler in former.items():
        signal.signal(number, handler)


def test_signal_to_stop_ends_the_streams_and_reaches_the_server(signals: list[int]) -> None:
    async def life() -> None:
        inbox: asyncio.Queue[Message] = asyncio.Queue()
        sent: asyncio.Queue[Message] = asyncio.Queue()
        serving = asyncio.ensure_future(asgi.application({"type": "lifespan"}, inbox.get, sent.put))
        inbox.put_nowait({"type": "lifespan.startup"})
        assert (await sent.get())["type"] == "lifespan.startup.complete"
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0)
        assert asgi.live._closing
        inbox.put_nowait({"type": "lifespan.shutdown"})
        assert (await sent.get())["type"] == "lifespan.shutdown.complete"
        await serving

    asyncio.run(asyncio.wait_for(life(), 5))
    assert signals == [signal.SIGTERM]
