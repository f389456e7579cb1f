"""A real server on the test database, and a real Chromium to look at it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page

from orgs.models import Member
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.sign_in import sign_in
from tests.conftest import PASSWORD
from tests.servers import web_server

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
def server(django_db_setup: None) -> Iterator[str]:
    """The address of the web server as it runs in production, on the test database."""
    with web_server(DATABASE_URL=_test_database_url()) as (_process, port):
        yield f"http://127.0.0.1:{port}"


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
        sign_in(page, member.email, PASSWORD)
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
