"""How far a long import is, told while its own transaction is still open."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from django.db import connection

from seatdash import tenancy
from seats.models import Import

TELL_EVERY = 0.4
# How much is done, of how much.
Tell = Callable[[int, int], None]


def silent(_done: int, _todo: int) -> None:
    """Tell nobody: what is done within a request is done before anybody could look."""


class Progress:
    """Writes through a connection of its own, so that others see it before the work is committed.

    The work itself must leave the import's row alone until `tell` is called no more.
    """

    def __init__(self, source: Import) -> None:
        self.source, self.told_at = source, 0.0
        self.beside = connection.copy()

    def __enter__(self) -> Self:
        self.beside.set_autocommit(False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.beside.close()

    def tell(self, done: int, todo: int) -> None:
        """Say how much is done, once in a while."""
        if time.monotonic() - self.told_at < TELL_EVERY:
            return
        self.told_at = time.monotonic()
        with self.beside.cursor() as cursor:
            cursor.execute(
                "SELECT set_config(%s, %s, true)",
                [tenancy.ORGANISATION, str(self.source.organisation_id)],
            )
            cursor.execute(
                "UPDATE seats_import SET done = %s, todo = %s WHERE id = %s",
                [done, todo, self.source.pk],
            )
        self.beside.commit()
