"""The part of the worker that sends: endpoints side by side, and the lanes of each side by side.

A slow receiver has a few requests of its own under way and delays no other; a lane that fails stops
there, and the others go on.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar
from uuid import UUID

import httpx
from django.db import connection

from seatdash import outgoing
from seatdash.webhooks.posting import post
from seatdash.webhooks.services.queueing import look_at_all
from seatdash.webhooks.services.recording import Sent, record_round
from seatdash.webhooks.services.rounds import (
    SECONDS_TO_BEGIN,
    Message,
    Round,
    endpoints_due,
    take_round,
)

PAUSE = 0.5
PAUSE_AFTER_ERROR = 5.0
LOOK_AT_ALL_EVERY = 60.0
# Requests under way at once: to one endpoint, and in all.
TO_ONE, IN_ALL = 4, 200
DATABASE_THREADS = 3

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


async def keep_delivering() -> None:
    """Send whatever is due, until cancelled; what was under way then is sent again later."""
    async with outgoing.async_client(connections=IN_ALL) as client:
        sender = Sender(client)
        try:
            await sender.run()
        finally:
            await sender.stop()


async def deliver_what_is_due() -> None:
    """Send until nothing is due any more."""
    async with outgoing.async_client(connections=IN_ALL) as client:
        sender = Sender(client)
        try:
            while await sender.begin():
                await sender.until_idle()
        finally:
            await sender.stop()


class Sender:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._at_work: dict[UUID, asyncio.Task[None]] = {}
        self._in_all = asyncio.Semaphore(IN_ALL)
        self._threads = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="webhooks")
        self._looked_at_all = float("-inf")

    async def run(self) -> None:
        while True:
            pause = PAUSE
            try:
                if time.monotonic() - self._looked_at_all > LOOK_AT_ALL_EVERY:
                    await self._in_database(look_at_all)
                    self._looked_at_all = time.monotonic()
                await self.begin()
            except Exception:
                # The database may be away; nothing is lost meanwhile.
                log.exception("Webhooks could not be looked at")
                pause = PAUSE_AFTER_ERROR
            await asyncio.sleep(pause)

    async def begin(self) -> bool:
        """Begin with the endpoints that are due and not at work yet; says whether any is."""
        for organisation_id, endpoint_id in await self._in_database(endpoints_due):
            if endpoint_id not in self._at_work:
                task = asyncio.create_task(self._work(organisation_id, endpoint_id))
                self._at_work[endpoint_id] = task
        return bool(self._at_work)

    async def until_idle(self) -> None:
        await asyncio.gather(*self._at_work.values())

    async def stop(self) -> None:
        tasks = list(self._at_work.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._threads.shutdown()

    async def _work(self, organisation_id: UUID, endpoint_id: UUID) -> None:
        try:
            is_more = True
            while is_more:
                taken = await self._in_database(take_round, organisation_id, endpoint_id)
                is_more = taken is not None and await self._send_round(taken)
        except Exception:
            log.exception("The endpoint %s could not be sent to", endpoint_id)
            await asyncio.sleep(PAUSE_AFTER_ERROR)
        finally:
            del self._at_work[endpoint_id]

    async def _send_round(self, taken: Round) -> bool:
        results: list[Sent] = []
        until = time.monotonic() + SECONDS_TO_BEGIN
        to_one = asyncio.Semaphore(TO_ONE)

        async def send(lane: list[Message]) -> None:
            async with to_one:
                await self._send_lane(taken, lane, until, results)

        try:
            await asyncio.gather(*(send(lane) for lane in taken.lanes))
        finally:
            # When the worker is stopped, what was sent is written down all the same.
            is_more = await asyncio.shield(self._in_database(record_round, taken, results))
        return is_more

    async def _send_lane(
        self, taken: Round, lane: list[Message], until: float, results: list[Sent]
    ) -> None:
        for message in lane:
            if time.monotonic() > until:
                return
            async with self._in_all:
                sent = await post(self._client, taken.address, taken.keys, message)
            results.append(sent)
            if not sent.is_success:
                return

    async def _in_database(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        context = copy_context()

        def worked() -> T:
            try:
                return context.run(work, *args, **kwargs)
            finally:
                connection.close()

        return await asyncio.get_running_loop().run_in_executor(self._threads, worked)
