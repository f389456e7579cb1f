"""Several people at the same moment: real threads, each with a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep
from typing import Any

from django.db import connection

from orgs.errors import Refusal

PATIENCE = 30
# That many may be open before the start; the pool of connections has no more for each process.
CONNECTIONS = 12


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Let each action begin at the same moment; answers what each returned or was refused with.

    Anything but a refusal is raised here.
    """
    start = Barrier(len(actions))

    def act(action: Callable[[], Any]) -> Any:
        try:
            if len(actions) <= CONNECTIONS:
                connection.ensure_connection()
            start.wait(PATIENCE)
            return action()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as threads:
        return [future.result() for future in [threads.submit(act, each) for each in actions]]


def wait_until(holds: Callable[[], object]) -> None:
    """Return once this holds; raises TimeoutError where it does not for long."""
    until = monotonic() + PATIENCE
    while not holds():
        if monotonic() > until:
            raise TimeoutError(holds)
        sleep(0.02)


def kinds(answers: Sequence[Any]) -> list[str]:
    """Return the answers' type names, in order of name."""
    return sorted(type(answer).__name__ for answer in answers)
