"""A real server on the test database, and a real Chromium to look at it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page

from orgs.models import Member
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.conftest import PASSWORD

START_WITHIN = 30

# Playwright keeps an event loop in this thread; the ORM is used between its calls, not within one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let these come last: in Playwright's thread no other event loop can run after them."""
    items.sort(key=lambda item: item.path.parent == Path(__file__).parent)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        if os.environ.get("SEATDASH_REQUIRE_BROWSER"):
            pytest.fail("There is no Chromium, and SEATDASH_REQUIRE_BROWSER asks for one.")
        pytest.skip("There is no Chromium here: install Debian's package chromium.")
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the web server as it runs in production, on the test database."""
    static = tmp_path_factory.mktemp("static")
    environment = os.environ | {
        "DATABASE_URL": _test_database_url(),
        "SEATDASH_STATIC_ROOT": str(static),
        "SEATDASH_PLAIN_HTTP": "1",
    }
    _collect_static(environment)
    port = _free_port()
    command = [sys.executable, "-m", "seatdash.web", "127.0.0.1", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])
    try:
        _wait_until_it_answers(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def as_member(
    browser: Browser, server: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages: a browser of its own in which a member has signed in."""
    contexts: list[BrowserContext] = []

    def open_page(member: Member, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=server, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto("/login/")
        page.get_by_label("E-mail").fill(member.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/o/**")
        if path != "/":
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _test_database_url() -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return urlunsplit(parts._replace(path=f"/{name}"))


def _collect_static(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(command, env=environment, cwd=Path(__file__).parents[2], check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_it_answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended at once"
        try:
            client = HTTPConnection("127.0.0.1", port, timeout=2)
            client.request("GET", "/readyz")
            if client.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer")
