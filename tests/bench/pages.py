"""P6: overview and team page of a large organisation, over HTTP, against a page of one query.

That page is signed in, passes the gate, is drawn in the same shell, and asks for one thing: see
`plainest`. Queries are as Django counts them, those that are prepared included.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from statistics import median

import psycopg
from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from orgs.models import Member, Organisation, User
from seatdash import tenancy
from seats.services.closing import close_days
from tests.bench.balance import check_balance
from tests.bench.results import Compared, Round, Together
from tests.bench.scratch import scratch_database
from tests.bench.town import Town, build
from tests.servers import web_server

TEAMS, PRODUCTS, FEW_TEAMS = 1000, 200, 2
GOAL = 3.0
ROUNDS, REQUESTS_A_ROUND = 9, 15
QUICK_ROUNDS, QUICK_REQUESTS = 1, 3
PATIENCE = 60.0
# At so small a part nobody asks for exact figures.
QUICK_LOOK = 0.02
PLAINEST = "/o/large/plainest/"
SETTINGS = "tests.bench.plainest_settings"

# Names of style sheets without a hash, and nothing to compress.
PLAIN_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
PLAIN_FILES = {"SEATDASH_STATIC_STORAGE": PLAIN_STORAGE}

Ask = Callable[[str], float]


def measure_pages(scale: float, say: Callable[[str], object]) -> Together:
    """Measure with the real server, page and ceiling in turn; the queries are counted before."""
    with scratch_database() as address:
        large = build(address, "large", number=1, teams=round(TEAMS * scale), products=PRODUCTS)
        small = build(address, "small", number=2, teams=FEW_TEAMS, products=0)
        check_balance(address)
        cookies = {town.slug: _move_in(town) for town in (large, small)}
        say("Measuring P6 …")
        queries = _queries_of([large, small], cookies)
        with psycopg.connect(address, autocommit=True) as server:
            server.execute("VACUUM (ANALYZE)")
        exact = scale >= QUICK_LOOK
        with (
            web_server(DJANGO_SETTINGS_MODULE=SETTINGS, **({} if exact else PLAIN_FILES)) as (
                _process,
                port,
            ),
            _browser(port, cookies["large"]) as ask,
        ):
            times = (ROUNDS, REQUESTS_A_ROUND) if exact else (QUICK_ROUNDS, QUICK_REQUESTS)
            found = [
                _compare(what, path, ask, queries[what], *times)
                for what, path in _paths(large).items()
            ]
    return Together("P6", found, holds=all(len(counts) == 1 for counts in queries.values()))


def _paths(town: Town) -> dict[str, str]:
    home = f"/o/{town.slug}/"
    return {"overview": home, "team page": f"{home}teams/{town.team_id}/"}


def _compare(
    what: str, path: str, ask: Ask, queries: set[int], rounds: int, requests: int
) -> Compared:
    for _ in range(requests):
        ask(PLAINEST)
        ask(path)
    measured = []
    for _ in range(rounds):
        took = [(ask(PLAINEST), ask(path)) for _ in range(requests)]
        measured.append(Round(*(1000 * median(each) for each in zip(*took, strict=True))))
    counted = " or ".join(map(str, sorted(queries)))
    words = f"{what}, {counted} queries with 10 pools and with all"
    return Compared("P6", words, " ms", measured, goal=GOAL, at_least=False)


def _move_in(town: Town) -> str:
    """Make somebody the admin and sign them in; answers their cookie. The worker does its part."""
    user = User.objects.create_user(f"admin@{town.slug}.example")
    with tenancy.scope(town.organisation_id):
        Member.objects.filter(pk=town.admin_id).update(user=user, role=Member.Role.ADMIN)
        close_days(organisation=Organisation.objects.get(pk=town.organisation_id))
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _queries_of(towns: list[Town], cookies: Mapping[str, str]) -> dict[str, set[int]]:
    """Count the queries of each page in each town: one number where they are the same."""
    found: dict[str, set[int]] = {}
    plain = {"staticfiles": {"BACKEND": PLAIN_STORAGE}}
    with override_settings(STORAGES=settings.STORAGES | plain, SECURE_SSL_REDIRECT=False):
        for town in towns:
            client = Client(SERVER_NAME="localhost")
            client.cookies[settings.SESSION_COOKIE_NAME] = cookies[town.slug]
            for what, path in _paths(town).items():
                with CaptureQueriesContext(connection) as captured:
                    if client.get(path).status_code != HTTPStatus.OK:
                        raise CommandError(f"{path} cannot be seen.")
                found.setdefault(what, set()).add(len(captured))
    return found


@contextmanager
def _browser(port: int, cookie: str) -> Iterator[Ask]:
    """Keep one connection, and answer how long each page takes until its last byte."""
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}

    def ask(path: str) -> float:
        start = time.perf_counter()
        browser.request("GET", path, headers=headers)
        answer = browser.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            raise CommandError(f"{path} answered {answer.status}.")
        return time.perf_counter() - start

    yield ask
    browser.close()
