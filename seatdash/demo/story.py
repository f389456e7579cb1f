"""A story of the last months: what happens is planned first, then played in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from seats import clock

SATURDAY = 5
PAUSE = timedelta(seconds=40)


@dataclass(order=True)
class Happening:
    """Planned for a moment, which gives its place in the order; shown at another, a working day."""

    planned: datetime
    turn: int
    shown: datetime = field(compare=False)
    play: Callable[[], object] = field(compare=False)


class Story:
    """What happens in an organisation: on working days, in its office hours."""

    def __init__(self, now: datetime, time_zone: str) -> None:
        self.now = now
        self._here = ZoneInfo(time_zone)
        self._random = Random(time_zone)  # noqa: S311 - hours of a story, not secrets
        self._turns = count()
        self._happenings: list[Happening] = []

    def on(self, days_ago: float, verb: Callable[..., object], *details: Any) -> None:
        """Let something happen so many days ago; a part of a day counts back from now."""
        if days_ago < 1:
            planned = shown = self.now - timedelta(days=days_ago)
        else:
            planned = self._in_office_hours(int(days_ago))
            shown = self._on_working_day(planned)
        self._plan(planned, shown, lambda: verb(*details))

    def at(self, moment: datetime, play: Callable[[], object]) -> None:
        """Let something happen at this very moment, if the story gets as far."""
        self._plan(moment, moment, play)

    def tell(self) -> None:
        """Play everything up to now, and what it leads to; moments only ever move on."""
        latest = datetime.min.replace(tzinfo=self._here)
        while self._happenings and self._happenings[0].planned <= self.now:
            happening = heapq.heappop(self._happenings)
            latest = min(max(happening.shown, latest + PAUSE), self.now)
            with clock.telling(latest):
                happening.play()

    @property
    def begin(self) -> datetime:
        """Return the moment of the first thing that happens."""
        return self._happenings[0].shown

    def day(self, days_ahead: int) -> date:
        """Return the date so many days from now."""
        return self.now.astimezone(self._here).date() + timedelta(days=days_ahead)

    def _plan(self, planned: datetime, shown: datetime, play: Callable[[], object]) -> None:
        heapq.heappush(self._happenings, Happening(planned, next(self._turns), shown, play))

    def _in_office_hours(self, days_ago: int) -> datetime:
        minutes, seconds = (
            self._random.randrange(8 * 60 + 10, 16 * 60 + 40),
            self._random.randrange(60),
        )
        moment = time(minutes // 60, minutes % 60, seconds)
        return datetime.combine(self.day(-days_ago), moment, tzinfo=self._here)

    def _on_working_day(self, moment: datetime) -> datetime:
        # Friday at the same hour instead; `tell` keeps the order.
        return moment - timedelta(days=max(0, moment.weekday() - SATURDAY + 1))
