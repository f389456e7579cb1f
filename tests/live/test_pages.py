"""Django's WSGI handler inside the ASGI server: streaming, leaving, and what WSGI cannot say."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from seatdash.pages import Pages
from tests.live.browser import PATIENCE, Request, Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def answer(start_response: Any, body: Iterable[bytes]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return body


def request(server: Server, wsgi: Any, **given: Any) -> Request:
    return server.request(Pages(wsgi, threads=2), "/", **given)


def test_answer_of_many_pieces_arrives_as_it_is_made(server: Server) -> None:
    seen = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"first "
        assert seen.wait(PATIENCE)
        yield b"second"

    page = request(server, lambda _environ, start: answer(start, pieces()))
    assert page.status == 200
    assert page.piece() == b"first "
    seen.set()
    assert page.text() == "second"


def test_work_stops_when_the_client_has_left(server: Server) -> None:
    made: list[int] = []
    closed = threading.Event()
    left = threading.Event()

    def pieces() -> Iterator[bytes]:
        try:
            for number in range(1_000_000):
                made.append(number)
                yield b"row\n"
                if number == 100:
                    assert left.wait(PATIENCE)
        finally:
            closed.set()

    page = request(server, lambda _environ, start: answer(start, pieces()))
    assert page.status == 200
    for _ in range(20):
        page.piece()
    page.leave()
    left.set()
    assert closed.wait(PATIENCE)
    page.wait()
    assert len(made) < 1_000_000


def test_form_cut_off_in_the_middle_is_not_taken_for_whole(server: Server) -> None:
    read: list[bytes] = []

    def wsgi(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        with pytest.raises(OSError, match="left"):
            read.append(environ["wsgi.input"].read(9))
        return answer(start, [b""])

    body = [
        {"type": "http.request", "body": b"seats=1", "more_body": True},
        {"type": "http.disconnect"},
    ]
    page = request(server, wsgi, method="POST", headers=[(b"content-length", b"9")], body=body)
    page.wait()
    assert read == []


def test_headers_arrive_as_the_proxy_meant_them(server: Server) -> None:
    seen: dict[str, Any] = {}

    def wsgi(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.update(environ)
        return answer(start, [b"ok"])

    headers = [
        (b"cookie", b"a=1"),
        (b"x-forwarded-proto", b"http"),
        (b"x_forwarded_proto", b"https"),
        (b"cookie", b"b=2"),
    ]
    assert request(server, wsgi, headers=headers).text() == "ok"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["HTTP_X_FORWARDED_PROTO"] == "http"


def test_error_in_the_middle_breaks_the_answer_off(server: Server) -> None:
    """So that a download cut short is not taken for a whole one."""

    def pieces() -> Iterator[bytes]:
        yield b"row\n"
        raise RuntimeError("the database went away")

    page = request(server, lambda _environ, start: answer(start, pieces()))
    assert page.status == 200
    with pytest.raises(RuntimeError, match="went away"):
        page.wait()
