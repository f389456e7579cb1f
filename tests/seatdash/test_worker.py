"""The worker takes a job of each queue at a time, so that what is long delays nothing else."""

import asyncio
from threading import Event
from typing import Any

import pytest
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from seatdash.management.commands.worker import QUEUES, work_all_queues
from seats import tasks
from seats.imports import running
from seats.models import Import
from tests.conftest import Cast


async def until_empty(worker: App) -> None:
    async with worker.open_async():
        await work_all_queues(worker, wait=False)


def test_long_import_delays_no_expiry(stage: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    expired, checked = Event(), []

    def check(**_told: Any) -> None:
        checked.append(expired.wait(timeout=10))

    monkeypatch.setattr(running, "LONG", 0)
    monkeypatch.setattr("seats.tasks.check_now", check)
    monkeypatch.setattr("seats.tasks.expire_due", lambda **_told: expired.set())
    source = running.upload(
        actor=stage.admin, kind=Import.Kind.TEAMS, name="long.csv", content=b"name\nTeam 1\n"
    )
    running.match(actor=stage.admin, source=source, columns={"name": 0})
    tasks.expire.configure().defer(timestamp=0)
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        asyncio.run(until_empty(worker))
    assert checked == [True]


def test_somebody_works_on_the_queue_of_every_task() -> None:
    ours = {task.queue for task in app.tasks.values()} - {"builtin"}
    assert ours == set(QUEUES)
