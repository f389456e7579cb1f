"""P7: thousands of open pages on one process, and one pool that changes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from orgs.models import Member, Organisation
from seatdash import tenancy
from seatdash.live import tokens
from seats.services.enrolment import enrol
from tests.bench.crowd import more_files
from tests.bench.enrolling import allocation_at
from tests.bench.memory import memory_of
from tests.bench.results import Limit, Limits
from tests.bench.world import Place, World
from tests.servers import web_server

PAGES, FEW = 5000, 10
CHANGES = 60
# Out of step with the reader, so that its pauses are met at all their points.
SECONDS_BETWEEN = 0.37
# The figures of the ceiling are none that the pool will have.
FAR = 1_000_000_000
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Watched:
    """What it cost to keep a number of pages up to date: seconds, bytes, transactions."""

    seconds: list[float]
    bytes_a_page: float
    work: int


def measure_watching(world: World, scale: float) -> Limits:
    """Measure P7 with 5,000 pages, or at a part of it."""
    pages = max(2 * FEW, round(PAGES * scale))
    more_files(pages)
    changes = Changes(world.common[-1], world.everybody)
    bare = median(_bare_seconds(pages))
    few, many = _watch(changes, FEW), _watch(changes, pages)
    last = sorted(many.seconds)[round(0.99 * (len(many.seconds) - 1))]
    return Limits(
        "P7",
        f"{pages:,} open pages, one pool changes (bare server: {bare * 1000:.0f} ms)",
        [
            Limit("last page (p99)", last * 1000, 500, " ms"),
            Limit("a page", many.bytes_a_page / 1024, 60, " KiB"),
            Limit(f"database work of {FEW} pages", many.work / few.work, 1.1, " x"),
        ],
    )


class Changes:
    """Enrolments, one after the other, each by somebody who is not in yet."""

    def __init__(self, place: Place, members: Sequence[UUID]) -> None:
        self._place = place
        self._members = iter(members)

    @property
    def token(self) -> str:
        with tenancy.scope(self._place.organisation_id):
            organisation = Organisation.objects.get(pk=self._place.organisation_id)
            member = Member.objects.get(pk=self._place.actor_id)
        return tokens.make(
            organisation_id=organisation.pk,
            slug=organisation.slug,
            member_id=member.pk,
            rights_changed_at=member.rights_changed_at,
            language=settings.LANGUAGE_CODE,
            topics=[f"pool-{self._place.pool_id}"],
        )

    @property
    def address(self) -> str:
        return f"/o/{self._place.organisation_id}/live/?token={self.token}"

    def make(self) -> tuple[int, float]:
        """Enrol somebody; answers how many are in now, and when that was committed."""
        actor = Member(pk=self._place.actor_id, organisation_id=self._place.organisation_id)
        allocation = allocation_at(self._place)
        enrol(actor=actor, allocation=allocation, members=[next(self._members)])
        committed = time.monotonic()
        with tenancy.scope(self._place.organisation_id):
            allocation.refresh_from_db()
        return allocation.used, committed


def _watch(changes: Changes, pages: int) -> Watched:
    with web_server() as (process, port):
        before = memory_of(process.pid)
        with _crowd(port, pages, changes.address) as crowd:
            time.sleep(1.0)
            grown = memory_of(process.pid) - before
            work, began = _work(), time.monotonic()
            seconds = [
                _seconds_of(changes, crowd, until=began + number * SECONDS_BETWEEN)
                for number in range(CHANGES)
            ]
            work = _work() - work
    # The first is slower for what is loaded with it.
    return Watched(seconds[1:], grown / pages, work)


def _seconds_of(changes: Changes, crowd: IO[str], until: float) -> float:
    time.sleep(max(0.0, until - time.monotonic()))
    figure, committed = changes.make()
    while True:
        told, moment = crowd.readline().split()
        if int(told) == figure:
            return float(moment) - committed


def _bare_seconds(pages: int) -> Iterator[float]:
    command = [sys.executable, "-m", "tests.bench.bare", str(pages)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as bare:  # type: ignore[call-overload]
        try:
            with _crowd(int(bare.stdout.readline()), pages, "/") as crowd:
                for figure in range(FAR, FAR + CHANGES // 4):
                    time.sleep(SECONDS_BETWEEN)
                    bare.stdin.write(f"{figure}\n")
                    bare.stdin.flush()
                    began = float(bare.stdout.readline())
                    yield float(crowd.readline().split()[1]) - began
        finally:
            bare.kill()


@contextmanager
def _crowd(port: int, pages: int, address: str) -> Iterator[IO[str]]:
    request = f"GET {address} HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n\n"
    command = [sys.executable, "-m", "tests.bench.crowd", "127.0.0.1", str(port), str(pages)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as crowd:  # type: ignore[call-overload]
        crowd.stdin.write(request)
        crowd.stdin.flush()
        if crowd.stdout.readline() != "open\n":
            raise CommandError("The pages did not open.")
        try:
            yield crowd.stdout
        finally:
            crowd.kill()


def _work() -> int:
    """Return how many transactions the database has ended so far."""
    # What a session has done is told about once a second.
    time.sleep(1.1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]
