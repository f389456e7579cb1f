"""Who follows the chain: called by the worker whenever organisations have new links.

A follower remembers for each organisation the position up to which it is done, and goes on from
there by `LedgerEntry.objects.for_org(…).after(position)`. It may be told of an organisation without
news, and more than once: being told means "look".
"""

import logging
import time
from collections.abc import Callable, Iterable
from uuid import UUID

Follower = Callable[[list[UUID]], None]

# A follower that failed is told again after so long.
PAUSE = 10.0

FOLLOWERS: list[Follower] = []

log = logging.getLogger(__name__)


def follow(function: Follower) -> Follower:
    """Register a follower, in an `AppConfig.ready`.

    It is called outside any transaction, in the worker's thread for the chain, with the ids of
    organisations; nothing is linked meanwhile, so what takes long belongs into a task. When it
    raises, that is logged, and it is told of the same organisations again.
    """
    if function not in FOLLOWERS:
        FOLLOWERS.append(function)
    return function


class Telling:
    """Tells every follower, each as if it were alone, and keeps what one has not heard yet."""

    def __init__(self) -> None:
        self._owed: dict[Follower, set[UUID]] = {}
        self._not_before: dict[Follower, float] = {}

    def tell(self, organisations: Iterable[UUID]) -> None:
        news = set(organisations)
        for follower in FOLLOWERS:
            owed = self._owed.setdefault(follower, set())
            owed |= news
            if owed and self._not_before.get(follower, 0.0) <= time.monotonic():
                self._tell_one(follower)

    def _tell_one(self, follower: Follower) -> None:
        try:
            follower(sorted(self._owed[follower]))
        except Exception:
            log.exception("%s could not follow the ledger", follower.__qualname__)
            self._not_before[follower] = time.monotonic() + PAUSE
        else:
            self._owed[follower].clear()
