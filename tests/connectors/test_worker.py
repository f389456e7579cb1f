"""The worker at connections: side by side, one at each, and nothing is lost when it is killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection as database
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from orgs.models import Member
from seatdash import tenancy
from seatdash.connectors.models import Connection, CourseAccess
from seatdash.connectors.services import following
from seatdash.connectors.services.working import work
from seatdash.connectors.tasks import wake_connections
from seatdash.management.commands.worker import work_all_queues
from seats import clock
from seats.models import Allocation, Enrolment
from seats.services.catalogue import create_product
from seats.services.chaining import link_new_entries
from seats.services.followers import Telling
from seats.services.revocation import revoke
from teams.services import create_team
from tests.conftest import Cast
from tests.connectors.story import connect_thinkific, enrol_one, open_courses
from tests.connectors.thinkific_server import ThinkificServer
from tests.connectors.vendor import Asked
from tests.factories import make_allocation

PATIENCE = 20
LATER = timedelta(minutes=10)
WORK = """
import sys
import django
django.setup()
from uuid import UUID
from seatdash.connectors.services.working import work
work(UUID(sys.argv[1]), UUID(sys.argv[2]))
"""


def set_up(actor: Member, there: ThinkificServer) -> tuple[Connection, Enrolment]:
    """Enrol somebody in what opens course 7, in the organisation of `actor`."""
    with tenancy.scope(actor.organisation_id):
        product = create_product(actor=actor, code="LMS-7", name="Accounting")
        team = create_team(actor=actor, name="Learners")
        allocation: Allocation = make_allocation(actor, team, product)
        connection = connect_thinkific(actor, there)
        open_courses(actor, connection, product, "7")
        return connection, enrol_one(actor, allocation)


def told(connection: Connection) -> list[str]:
    with tenancy.scope(connection.organisation_id):
        return list(CourseAccess.objects.of(connection).values_list("state", flat=True))


def run_the_worker() -> None:
    """Run a real worker on all queues, as `manage.py worker` does, until they are empty."""

    async def until_empty() -> None:
        async with worker.open_async():
            await work_all_queues(worker, wait=False)

    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        asyncio.run(until_empty())


@pytest.fixture
def second_there() -> Iterator[ThinkificServer]:
    with ThinkificServer() as server:
        yield server


def test_moved_ledger_reaches_the_learning_system(
    stage: Cast, thinkific_there: ThinkificServer
) -> None:
    connection, _enrolment = set_up(stage.admin, thinkific_there)
    run_the_worker()
    with tenancy.scope(stage.organisation.pk):
        enrol_one(stage.admin, Allocation.objects.get())
    Telling().tell(link_new_entries())
    run_the_worker()
    assert told(connection) == ["synced", "synced"]
    assert len(thinkific_there.enrollments) == 2


def test_connection_waits_once_in_the_queue_however_often_the_ledger_moves(
    stage: Cast, thinkific_there: ThinkificServer
) -> None:
    set_up(stage.admin, thinkific_there)
    for _ in range(3):
        following.follow_ledger([stage.organisation.pk])
    assert ProcrastinateJob.objects.filter(queue_name="connectors", status="todo").count() == 1


def test_slow_learning_system_delays_no_other_organisation(
    stage: Cast, thinkific_there: ThinkificServer, second_there: ThinkificServer
) -> None:
    other_was_called = Event()
    waited: list[bool] = []

    def wait_for_the_other(_asked: Asked) -> None:
        if not waited:
            waited.append(other_was_called.wait(PATIENCE))

    thinkific_there.meanwhile = wait_for_the_other
    second_there.meanwhile = lambda _asked: other_was_called.set()
    slow, _enrolment = set_up(stage.admin, thinkific_there)
    quick, _enrolment = set_up(stage.outsider, second_there)
    run_the_worker()
    assert waited == [True]
    assert told(slow) == told(quick) == ["synced"]


def test_no_second_worker_is_at_the_same_connection(
    stage: Cast, thinkific_there: ThinkificServer
) -> None:
    connection, _enrolment = set_up(stage.admin, thinkific_there)
    second: list[bool] = []

    def work_too(_asked: Asked) -> None:
        before = len(thinkific_there.asked)
        second.append(work(stage.organisation.pk, connection.pk))
        assert len(thinkific_there.asked) == before
        database.close()

    thinkific_there.meanwhile = work_too
    work(stage.organisation.pk, connection.pk)
    assert second
    assert not any(second)
    assert told(connection) == ["synced"]


def test_what_changes_during_a_call_is_told_after_it(
    stage: Cast, thinkific_there: ThinkificServer
) -> None:
    connection, enrolment = set_up(stage.admin, thinkific_there)

    def revoke_meanwhile(asked: Asked) -> None:
        if str(asked) == "POST /enrollments":
            # Nothing is locked while the learning system is called, so this waits for nobody.
            revoke(actor=stage.admin, enrolment=enrolment)
            link_new_entries()
            following.catch_up(stage.organisation.pk, connection.pk)
            database.close()

    thinkific_there.meanwhile = revoke_meanwhile
    work(stage.organisation.pk, connection.pk)
    (there,) = thinkific_there.enrollments
    assert there["expiry_date"] is not None
    assert told(connection) == ["synced"]


def test_killed_worker_loses_nothing_and_gives_nothing_twice(
    stage: Cast, thinkific_there: ThinkificServer
) -> None:
    connection, _enrolment = set_up(stage.admin, thinkific_there)
    enrolled = Event()

    def hold(asked: Asked) -> None:
        # It is done there, but the worker never hears of it.
        if str(asked) == "POST /enrollments":
            enrolled.set()
            worker.wait(PATIENCE)

    thinkific_there.meanwhile = hold
    worker = work_elsewhere(connection)
    assert enrolled.wait(PATIENCE)
    worker.send_signal(signal.SIGKILL)
    worker.wait(PATIENCE)
    assert told(connection) == ["waiting"]
    with clock.telling(timezone.now() + LATER):
        wake_connections(timestamp=0)
        run_the_worker_at(connection)
    assert told(connection) == ["synced"]
    assert len(thinkific_there.users) == len(thinkific_there.enrollments) == 1


def work_elsewhere(connection: Connection) -> subprocess.Popen[bytes]:
    """Take a turn at the connection in a process of its own."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = database.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
        "DJANGO_SETTINGS_MODULE": "seatdash.settings",
        "SEATDASH_ALLOW_PRIVATE_ADDRESSES": "1",
    }
    ids = [str(connection.organisation_id), str(connection.pk)]
    return subprocess.Popen([sys.executable, "-c", WORK, *ids], env=environment)


def run_the_worker_at(connection: Connection) -> None:
    assert ProcrastinateJob.objects.filter(queue_name="connectors", status="todo").exists()
    while work(connection.organisation_id, connection.pk):
        pass
