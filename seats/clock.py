"""What time it is for the services: now, unless someone tells a story from the past.

The demo world and the tests of expiry play events at other moments; everything else leaves the
clock alone, and then the database's own clock dates the ledger, in the order of its locks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def told() -> datetime | None:
    """Return the moment of the story being told, or None for the database's own clock."""
    return _told.get()


def now() -> datetime:
    """Return the present moment (aware, UTC), or that of the story being told."""
    return _told.get() or timezone.now()


def midnight(day: date, time_zone: str) -> datetime:
    """Return the moment at which a day begins in a time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(time_zone))


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Let everything within happen at this moment (aware)."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
