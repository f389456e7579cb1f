"""Follows the ledger and puts what changed on the board. One a process, while anyone watches."""

import asyncio
import logging
import time
from typing import Any

from psycopg import Error

from seatdash import feed
from seatdash.live import figures, news, source
from seatdash.live.board import Board
from seatdash.live.rights import CHANGED, Withdrawals

logger = logging.getLogger(__name__)

TICK = 0.12
SECONDS_BETWEEN_LOOKS_AT_RIGHTS = 1.0
SECONDS_FOR_A_TICK = 10.0
# Pages come and go: the connection is kept over a short lull.
SECONDS_IDLE = 5.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 2.0


class Reader:
    """Starts with the first stream, stops some seconds after the last, outlives the database."""

    def __init__(self, board: Board, withdrawals: Withdrawals) -> None:
        self._board = board
        self._withdrawals = withdrawals
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
            # A connection cut short while it was made hangs on the task until that is let go.
            self._task = None

    async def _run(self) -> None:
        pause = SHORTEST_PAUSE
        while self._board.streams:
            began = time.monotonic()
            try:
                async with await source.connect() as connection:
                    await _Following(connection, self._board, self._withdrawals).run()
            except (Error, OSError, TimeoutError) as error:
                # One line for an outage, not one for every attempt.
                level = logging.WARNING if pause == SHORTEST_PAUSE else logging.DEBUG
                logger.log(level, "Live updates wait for the database: %s", error)
            except Exception:
                # A page with dead counters would be worse than a reader that tries again.
                logger.exception("Live updates stumbled")
            pause = SHORTEST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else pause * 2
            await asyncio.sleep(min(pause, LONGEST_PAUSE))


class _Following:
    """The feed followed over one connection."""

    def __init__(
        self, connection: source.Connection, board: Board, withdrawals: Withdrawals
    ) -> None:
        self._connection = connection
        self._board = board
        self._withdrawals = withdrawals
        self._looked = 0.0

    async def run(self) -> None:
        async with asyncio.timeout(SECONDS_FOR_A_TICK):
            [(snapshot,)] = await self._ask(feed.HERE)
        position = feed.Position.parse(snapshot)
        # Nobody saw what happened before the connection stood.
        self._board.forget_figures()
        watched = time.monotonic()
        while time.monotonic() - watched < SECONDS_IDLE:
            began = time.monotonic()
            async with asyncio.timeout(SECONDS_FOR_A_TICK):
                await self._look_at_rights()
                position = await self._tick(position)
            if self._board.streams:
                watched = time.monotonic()
            await asyncio.sleep(max(0.0, began + TICK - time.monotonic()))

    async def _tick(self, position: feed.Position) -> feed.Position:
        rows = await self._ask(feed.CHANGES, feed.since(position))
        read_at = time.time()
        found = feed.understand(rows)
        topics = dict.fromkeys(self._board.unread()) | news.gather(self._board.moved(found.changes))
        if topics:
            await figures.draw(self._ask, self._board, topics, read_at)
        return found.position

    async def _look_at_rights(self) -> None:
        if time.monotonic() - self._looked < SECONDS_BETWEEN_LOOKS_AT_RIGHTS:
            return
        self._looked = time.monotonic()
        began = time.time()
        rows = await self._ask(CHANGED, {"seconds": self._withdrawals.window(began)})
        if self._withdrawals.note(rows, began):
            self._board.withdraw(self._withdrawals)

    async def _ask(self, query: str, given: Any = None) -> source.Rows:
        return await source.ask(self._connection, query, given)
