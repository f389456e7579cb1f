"""P5: usage and enrolments as CSV, whole downloads over HTTP, against COPY of the same query.

The ceiling reads the same statement's rows from the same server through psycopg, and throws them
away. Memory is what the web server holds by itself at most during a download, less what it held
after the first small one.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import psycopg
from django.conf import settings
from django.core.management import CommandError
from django.test import Client
from django.utils import timezone

from orgs.models import Member, Organisation, User
from seatdash import tenancy
from seats.exports.csv_files import copy_statement
from seats.exports.question import Asked, Export
from seats.exports.tables import ENROLMENTS, USAGE
from tests.bench.balance import check_balance
from tests.bench.district import build_district
from tests.bench.memory import memory_of
from tests.bench.results import Compared, Limit, Round, Together
from tests.bench.scratch import scratch_database
from tests.bench.town import Town, build
from tests.servers import web_server

SIZES = (100_000, 1_000_000)
ENROLMENTS_A_TEAM, PRODUCTS = 1_000, 200
ROUNDS, GOAL = 3, 1.3
SECONDS_TO_FIRST_BYTE, MEBIBYTES = 0.2, 20
PIECE = 256 * 1024
SECONDS_BETWEEN = 0.1
PATIENCE = 600.0


@dataclass(frozen=True)
class Download:
    """A file of one organisation, that its admin asks for by a cookie."""

    export: Export
    town: Town
    cookie: str

    @property
    def path(self) -> str:
        return f"/o/{self.town.slug}/reports/{self.export.name}.csv"


def measure_downloads(scale: float, say: Callable[[str], object]) -> Together:
    """Measure P5 with the real server, at both sizes or at a part of them."""
    with scratch_database() as address:
        downloads = list(_downloads(address, scale, say))
        check_balance(address)
        with psycopg.connect(address, autocommit=True) as server:
            server.execute("VACUUM (ANALYZE)")
        with web_server() as (process, port):
            say("Measuring P5 …")
            for each in downloads[:2]:
                _fetch(port, each)
            grown = max(_growth(port, each, process.pid) for each in downloads)
            measured = [_compare(address, port, each) for each in downloads]
    first = max(seconds for _compared, seconds in measured)
    limits = [
        Limit("first byte", first, SECONDS_TO_FIRST_BYTE, " s"),
        Limit("memory grows", grown / 2**20, MEBIBYTES, " MiB"),
    ]
    return Together("P5", [compared for compared, _seconds in measured], holds=True, limits=limits)


def _downloads(address: str, scale: float, say: Callable[[str], object]) -> Iterator[Download]:
    for number, size in enumerate(round(each * scale) for each in SIZES):
        say(f"Making {size:,} enrolments and places …")
        teams = max(2, size // ENROLMENTS_A_TEAM)
        town = build(address, f"town-{number}", number=number, teams=teams, products=PRODUCTS)
        district = build_district(address, f"district-{number}", number=10 + number, places=size)
        yield Download(USAGE, district, _move_in(district))
        yield Download(ENROLMENTS, town, _move_in(town))


def _move_in(town: Town) -> str:
    """Make somebody the admin and sign them in; answers their cookie."""
    user = User.objects.create_user(f"admin@{town.slug}.example")
    with tenancy.scope(town.organisation_id):
        Member.objects.filter(pk=town.admin_id).update(user=user, role=Member.Role.ADMIN)
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _compare(address: str, port: int, download: Download) -> tuple[Compared, float]:
    """Answer ours beside the ceiling, and the seconds to the first byte at worst."""
    rounds, firsts, rows = [], [], 0
    for _ in range(ROUNDS):
        bare, rows = _copy(address, download)
        first, whole = _fetch(port, download)
        rounds.append(Round(bare * 1000, whole * 1000))
        firsts.append(first)
    what = f"{download.export.name}.csv, {rows:,} rows"
    return Compared("P5", what, " ms", rounds, goal=GOAL, at_least=False), max(firsts)


def _copy(address: str, download: Download) -> tuple[float, int]:
    """Answer how long the bare statement takes, and how many rows it has."""
    organisation = Organisation(pk=download.town.organisation_id)
    params = Asked(moment=timezone.now()).params(organisation)
    export = download.export
    statement = copy_statement(export, export.unrenamed or export.query)
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as server:
        server.execute("SELECT set_config('seatdash.org', %s, true)", [str(organisation.pk)])
        server.execute("SET LOCAL work_mem = '64MB'")
        if export.in_order_of_an_index:
            server.execute("SET LOCAL enable_sort = off")
        start, rows = time.perf_counter(), 0
        with server.cursor().copy(statement, params) as copy:
            for _row in copy:
                rows += 1
        return time.perf_counter() - start, rows


def _fetch(port: int, download: Download) -> tuple[float, float]:
    """Answer the seconds to the first byte of the file, and to its last."""
    start = time.perf_counter()
    with _answer(port, download) as answer:
        answer.read(1)
        first = time.perf_counter() - start
        while answer.read(PIECE):
            pass
    return first, time.perf_counter() - start


def _growth(port: int, download: Download, pid: int) -> int:
    """Answer by how many bytes the server grew at most during a download."""
    before = most = memory_of(pid)
    look = time.monotonic()
    with _answer(port, download) as answer:
        while answer.read(PIECE):
            if time.monotonic() > look + SECONDS_BETWEEN:
                most, look = max(most, memory_of(pid)), time.monotonic()
    return max(most, memory_of(pid)) - before


@contextmanager
def _answer(port: int, download: Download) -> Iterator[http.client.HTTPResponse]:
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    cookie = f"{settings.SESSION_COOKIE_NAME}={download.cookie}"
    browser.request("GET", download.path, headers={"Cookie": cookie})
    answer = browser.getresponse()
    if answer.status != HTTPStatus.OK:
        raise CommandError(f"{download.path} answered {answer.status}.")
    yield answer
    browser.close()
