"""R3: the web process is killed and the database restarted while programs call, and try again.

What was acknowledged is there, and once; what a killed process was doing is done by whoever tries
again with the same key, or was never done.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from django.core.management import call_command
from django.db import connection

from orgs.models import Member
from seatdash import tenancy
from seatdash.database import django_database
from seatdash.embedded import Cluster
from seats import books
from seats.models import Enrolment, Pool
from tests.endure.callers import PRODUCT, TEAM, CallersPlace, make_callers_place
from tests.endure.serving import Server, serving

CLIENTS, SAME, MEANWHILE = 16, 50, 300
PATIENCE = 120.0
PAUSE = 0.05


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    is_replay: bool
    tries: int


def insist(server: Server, secret: str, path: str, body: Any, key: str) -> Answer:
    """Call with a key until somebody answers; raises TimeoutError after two minutes."""
    headers = {
        "Authorization": f"Bearer {secret}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    until, tries = time.monotonic() + PATIENCE, 0
    while time.monotonic() < until:
        tries += 1
        try:
            client = HTTPConnection("127.0.0.1", server.port, timeout=30)
            client.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
            answer = client.getresponse()
            text = answer.read()
            client.close()
        except (OSError, HTTPException):
            time.sleep(PAUSE)
            continue
        if answer.status not in {502, 503}:
            replay = answer.getheader("Idempotent-Replay") == "true"
            return Answer(answer.status, text, replay, tries)
        time.sleep(PAUSE)
    raise TimeoutError(f"Nobody answers {path}.")


def together(
    server: Server, place: CallersPlace, order: Any, key: str, trouble: AbstractContextManager[None]
) -> list[Answer]:
    """Have fifty programs send one order with one key at once, into the midst of a trouble."""
    with ThreadPoolExecutor(SAME) as threads:
        with trouble:
            answers = [
                threads.submit(insist, server, place.secret, "provision", order, key)
                for _ in range(SAME)
            ]
        return [answer.result() for answer in answers]


@dataclass
class Killed:
    """What was acknowledged to whom, and what is wrong with it."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    tries: int = 0
    kills: int = 0
    restarts: int = 0
    findings: list[str] = field(default_factory=list)


def run(*, rounds: int) -> Killed:
    """Enrol while the web process is killed and the database restarted, so many times each."""
    with _database() as cluster, serving() as server:
        place = make_callers_place(seats=1_000_000)
        killed = Killed()
        _same_order(server, place, killed)
        over = Event()
        with ThreadPoolExecutor(CLIENTS) as threads:
            working = [
                threads.submit(_enrol, server, place, number, over, killed)
                for number in range(CLIENTS)
            ]
            try:
                _disturb(cluster, server, rounds, killed)
            finally:
                over.set()
            for work in working:
                work.result()
        _compare(place, killed)
    return killed


@contextmanager
def _database() -> Iterator[Cluster]:
    """A server of our own, which may be stopped as we like."""
    with TemporaryDirectory(prefix="seatdash-r3-") as directory:
        cluster = Cluster.below(Path(directory))
        cluster.start()
        try:
            with _pointed_to(cluster.url):
                call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
                yield cluster
        finally:
            cluster.stop()
            shutil.rmtree(cluster.home, ignore_errors=True)


@contextmanager
def _pointed_to(address: str) -> Iterator[None]:
    """Let this process, and those that it starts, use another server."""
    before, former = dict(connection.settings_dict), os.environ["DATABASE_URL"]
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    _point({name: django_database(address)[name] for name in names}, address)
    try:
        yield
    finally:
        _point({name: before[name] for name in names}, former)


def _point(values: dict[str, Any], address: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one
    connection.settings_dict.update(values)
    os.environ["DATABASE_URL"] = address


def _same_order(server: Server, place: CallersPlace, killed: Killed) -> None:
    order = order_of(500)

    for key, trouble in (("calm", nullcontext()), ("killed", server.killed_amid_booking())):
        bodies = {each.body for each in together(server, place, order, key, trouble)}
        if len(bodies) != 1:
            killed.findings.append(f"{SAME} equal orders ({key}) got {len(bodies)} answers")
    killed.kills += 1
    if capacity_of_order(place.admin) != [50]:
        killed.findings.append(f"two orders of 25 seats made {capacity_of_order(place.admin)}")


def order_of(people: int) -> Any:
    """An order that is as long as its people, and gives a new team 25 seats."""
    members = [{"email": f"person-{number}@order.example"} for number in range(people)]
    team = {"external_id": "crm-881", "name": "North High School"}
    seats = [{"product": PRODUCT, "seats": 25}]
    return {"team": team, "seats": seats, "members": members, "reference": "order 1001"}


def _enrol(server: Server, place: CallersPlace, number: int, over: Event, killed: Killed) -> None:
    turn = 0
    while not over.is_set():
        turn += 1
        email = f"client-{number}-{turn}@endure.example"
        body = {"team": TEAM, "product": PRODUCT, "email": email}
        answer = insist(server, place.secret, "enrolments", body, f"{number}-{turn}")
        killed.statuses[answer.status] += 1
        killed.tries += answer.tries
        if answer.status == 201:
            killed.acknowledged[email] = json.loads(answer.body)["id"]


def _disturb(cluster: Cluster, server: Server, rounds: int, killed: Killed) -> None:
    for _ in range(rounds):
        _wait_for_more(killed)
        server.kill()
        killed.kills += 1
        server.start()
        _wait_for_more(killed)
        # As after a power cut: nothing is finished, and the log is gone through at the start.
        cluster._pg_ctl("stop", "-m", "immediate")
        killed.restarts += 1
        cluster.start()
    _wait_for_more(killed)


def _wait_for_more(killed: Killed) -> None:
    """Let programs work until a good many enrolments more are acknowledged."""
    wanted, until = len(killed.acknowledged) + MEANWHILE, time.monotonic() + PATIENCE
    while len(killed.acknowledged) < wanted and time.monotonic() < until:
        time.sleep(PAUSE)


def _compare(place: CallersPlace, killed: Killed) -> None:
    connection.close()  # the one there was ended with the database
    with tenancy.scope(place.admin.organisation_id):
        found = Enrolment.objects.filter(member__email__startswith="client-")
        rows = list(found.values_list("member__email", "pk"))
        balance = books.check(place.organisation)
        twice = [email for email, n in Counter(email for email, _pk in rows).items() if n > 1]
        killed.findings += differences(killed.acknowledged, [(e, str(pk)) for e, pk in rows])
        killed.findings += [f"{email} is enrolled twice" for email in twice]
        killed.findings += list(balance.differences)


def differences(acknowledged: dict[str, str], rows: Sequence[tuple[str, str]]) -> list[str]:
    """Say what was acknowledged and is not there, and what is there and was not acknowledged."""
    there = dict(rows)
    lost = [email for email, pk in acknowledged.items() if there.get(email) != pk]
    more = [email for email in there if email not in acknowledged]
    return [f"{email} was lost" for email in lost] + [f"{email} was never told" for email in more]


def capacity_of_order(admin: Member) -> list[int | None]:
    """Return the capacities of the pools that the order's team has: one, of 25 seats."""
    with tenancy.scope(admin.organisation_id):
        pools = Pool.objects.filter(allocations__team__external_id="crm-881")
        return list(pools.values_list("capacity", flat=True))


def tell(killed: Killed) -> str:
    """Say what was done, and what was compared."""
    statuses = ", ".join(f"{status}: {n:,}" for status, n in sorted(killed.statuses.items()))
    head = (
        f"R3: {len(killed.acknowledged):,} enrolments were acknowledged ({statuses}) in"
        f" {killed.tries:,} tries, while the web process was killed {killed.kills} times and the"
        f" database restarted {killed.restarts} times. Each is there once, and the books balance,"
        " but for what follows. Twice fifty programs sent one order with one key."
    )
    return "\n".join([head, *(f"  {finding}" for finding in killed.findings[:20])])
