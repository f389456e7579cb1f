"""Heartbeats, and the end of streams that have lived long enough. One task for all of them."""

import asyncio
import time

from seatdash.live.board import Board

SECONDS_BETWEEN_TURNS = 0.5
# A page that has heard nothing for twelve seconds takes its stream for dead.
SECONDS_OF_SILENCE = 6.0
# Longer than this no page relies on what was decided when it was made.
SECONDS_OF_LIFE = 3600.0
# A change puts all its watchers in step; their next beats, all at once, would delay another change.
TURNS_FOR_ALL = 6


class Pulse:
    def __init__(self, board: Board) -> None:
        self._board = board
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._board.streams:
            await asyncio.sleep(SECONDS_BETWEEN_TURNS)
            self._turn(time.monotonic())

    def _turn(self, now: float) -> None:
        streams = [*self._board.streams]
        silent = [stream for stream in streams if now - stream.spoke > SECONDS_OF_SILENCE]
        for stream in silent[: len(streams) // TURNS_FOR_ALL + 1]:
            if now - stream.opened > SECONDS_OF_LIFE:
                stream.dismiss()
            else:
                stream.beat()
