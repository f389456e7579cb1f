"""While the database is away, whoever asks is told so, and soon."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from psycopg_pool import PoolTimeout

from seatdash import health
from tests.conftest import Cast


@pytest.fixture
def silent_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let new connections reach a server that takes them and never says a word."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / ".s.PGSQL.5432"))
        server.listen()
        monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
        monkeypatch.setitem(connection.settings_dict, "PORT", "5432")
        yield


@pytest.mark.usefixtures("transactional_db", "silent_server")
def test_not_ready_within_seconds_when_the_database_is_silent() -> None:
    began = time.monotonic()
    assert Client().get("/readyz").status_code == 503
    assert time.monotonic() - began < health.SECONDS_TO_CONNECT + 2


@pytest.mark.parametrize("error", [OperationalError("gone"), PoolTimeout("all are busy")])
def test_page_says_that_the_database_is_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    client = cast.client(cast.admin)
    client.raise_request_exception = False
    monkeypatch.setattr("orgs.access._member", lambda *_: (_ for _ in ()).throw(error))
    answer = client.get(cast.url())
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "The database does not answer" in answer.content.decode()


def test_page_says_when_it_is_our_fault(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.client(cast.admin)
    client.raise_request_exception = False
    monkeypatch.setattr("orgs.access._member", lambda *_: 1 / 0)
    answer = client.get(cast.url())
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
