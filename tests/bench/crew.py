"""Several processes that work at the same time, and how fast they are together."""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

Work = Callable[[Sequence[Any]], Callable[[], None]]


class Crew:
    """Processes with a Django of their own each.

    `station` names what each of them makes for itself, "module:class": its methods, by name, are
    given jobs and answer what does them.
    """

    def __init__(self, size: int, station: str) -> None:
        context = multiprocessing.get_context("spawn")
        pairs = [context.Pipe() for _ in range(size)]
        self._pipes = [ours for ours, _ in pairs]
        self._processes = [
            context.Process(target=_serve, args=(theirs, station), daemon=True)
            for _, theirs in pairs
        ]

    def __enter__(self) -> Crew:
        for process in self._processes:
            process.start()
        self._hear_from_all()
        return self

    def __exit__(self, *exception: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join()

    def per_second(self, work: str, jobs: Sequence[Any]) -> float:
        """Share out the jobs and let all start at once; answers how many a second they did."""
        for nth, pipe in enumerate(self._pipes):
            pipe.send((work, jobs[nth :: len(self._pipes)]))
        self._hear_from_all()
        start = time.perf_counter()
        for pipe in self._pipes:
            pipe.send("start")
        self._hear_from_all()
        return len(jobs) / (time.perf_counter() - start)

    def _hear_from_all(self) -> None:
        for pipe in self._pipes:
            if failure := pipe.recv():
                raise RuntimeError(failure)


def _serve(pipe: Connection, station: str) -> None:
    import django

    django.setup()
    module, name = station.split(":")
    working = getattr(import_module(module), name)()
    pipe.send(None)
    while True:
        work, jobs = pipe.recv()
        do = getattr(working, work)(jobs)
        pipe.send(None)
        pipe.recv()
        pipe.send(_failure_of(do))


def _failure_of(do: Callable[[], None]) -> str | None:
    try:
        do()
    except Exception:  # noqa: BLE001 - the parent says it
        return traceback.format_exc()
    return None
