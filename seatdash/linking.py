"""The worker's watch over the chain: new entries are linked, and followers told, twice a second."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import OperationalError, close_old_connections
from psycopg_pool import PoolTimeout

from orgs.models import Organisation
from seatdash import tenancy
from seats.services.chaining import NotLinkedError, link_new_entries
from seats.services.followers import Telling

TICK = 0.5
LONGEST_PAUSE = 15.0

log = logging.getLogger(__name__)


async def keep_linking() -> None:
    """Link until cancelled; then the batch under way is finished, and nothing more."""
    watch = Watch()
    loop = asyncio.get_running_loop()
    # A thread of its own, so that it has one connection, and waits for nobody's job.
    with ThreadPoolExecutor(1, "linking") as thread:
        try:
            while True:
                rest = await loop.run_in_executor(thread, watch.turn)
                await asyncio.sleep(rest)
        finally:
            watch.stop()


class Watch:
    """Turn after turn; what went wrong is tried again, after pauses that grow."""

    def __init__(self) -> None:
        self._telling = Telling()
        self._stopping = threading.Event()
        self._is_fresh = True
        self._pause = TICK

    def stop(self) -> None:
        self._stopping.set()

    def turn(self) -> float:
        """Link and tell, once. Answers for how many seconds to rest."""
        close_old_connections()
        try:
            self._link_and_tell()
        except (OperationalError, PoolTimeout) as error:
            # One line for an outage, not one for every attempt.
            level = logging.WARNING if self._pause == TICK else logging.DEBUG
            log.log(level, "Linking waits for the database: %s", error)
            return self._rest_longer()
        except Exception:
            log.exception("Linking stumbled")
            return self._rest_longer()
        finally:
            close_old_connections()
        self._pause = TICK
        return TICK

    def _link_and_tell(self) -> None:
        try:
            news = link_new_entries(self._stopping.is_set)
        except NotLinkedError as error:
            self._telling.tell(error.linked)
            raise
        # What was linked while nobody followed is told at the beginning: to everyone, of everyone.
        self._telling.tell(_all_organisations() if self._is_fresh else news)
        self._is_fresh = False

    def _rest_longer(self) -> float:
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self._is_fresh = True
        return self._pause


def _all_organisations() -> list[UUID]:
    # Whoever follows has a place in each of them; it is for the follower to look where it stands.
    with tenancy.system():
        return [*Organisation.objects.values_list("pk", flat=True)]
