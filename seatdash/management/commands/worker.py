from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import DeleteJobCondition

from seatdash.linking import keep_linking
from seatdash.processes import end_with_parent
from seatdash.webhooks.sending import keep_delivering

SECONDS_TO_FINISH = 5
# How many jobs of each queue are under way at once: a long file holds up no letter and no expiry,
# and a learning system that is slow to answer holds up no other.
QUEUES = {"default": 1, "imports": 1, "connectors": 4}


class Command(BaseCommand):
    help = "Runs the worker alone: expiry, the ledger's chain, and whatever else waits to be done."

    def handle(self, *_args: Any, **_options: Any) -> None:
        end_with_parent()
        connector = app.connector
        if not isinstance(connector, DjangoConnector):
            raise TypeError(connector)
        with app.replace_connector(connector.get_worker_connector()) as worker:
            asyncio.run(_work(worker))


async def _work(worker: App) -> None:
    """procrastinate hears signals only once it is connected, and hangs if one comes before."""
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    async with worker.open_async():
        tasks = [work_all_queues(worker), keep_linking(), keep_delivering(), asked_to_stop.wait()]
        working = [asyncio.create_task(each) for each in tasks]
        await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        for task in working:
            task.cancel()
        for task in working:
            with suppress(asyncio.CancelledError):
                await task


async def work_all_queues(worker: App, *, wait: bool = True) -> None:
    """Work side by side, a job of each queue at a time; without `wait`, until all are empty."""
    async with asyncio.TaskGroup() as group:
        for queue in QUEUES:
            group.create_task(_work_one(worker, queue, wait=wait))


async def _work_one(worker: App, queue: str, *, wait: bool) -> None:
    await worker.run_worker_async(
        queues=[queue],
        concurrency=QUEUES[queue],
        name=queue,
        wait=wait,
        install_signal_handlers=False,
        shutdown_graceful_timeout=SECONDS_TO_FINISH,
        # One a minute is done; what failed stays to be looked at.
        delete_jobs=DeleteJobCondition.SUCCESSFUL,
        # A pooler gives each transaction another session, so nothing can be listened to.
        listen_notify=not settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"],
    )
