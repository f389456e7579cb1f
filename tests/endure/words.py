"""What the plain model is made of."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta


class No(Exception):
    """A refusal, by name."""


@dataclass
class Product:
    stock: int = 0
    issued: int = 0
    retired: int = 0


@dataclass(frozen=True)
class Terms:
    days: int | None = None
    last_day: date | None = None
    reusable: bool = True

    def over(self, now: datetime) -> bool:
        return self.last_day is not None and now >= _midnight_after(self.last_day)

    def end(self, now: datetime) -> datetime | None:
        if self.days is not None:
            return now + timedelta(days=self.days)
        return None if self.last_day is None else _midnight_after(self.last_day)


@dataclass(eq=False)
class Pool:
    product: Product
    capacity: int | None
    terms: Terms
    archived: bool = False
    seats: list["Seat"] = field(default_factory=list)

    @property
    def used(self) -> int:
        return sum(seat.occupied for seat in self.seats)


@dataclass(eq=False)
class Draw:
    """An allocation: a team drawing on a pool."""

    pool: Pool
    team: int
    cap: int | None = None
    ended: bool = False

    @property
    def used(self) -> int:
        return sum(seat.occupied for seat in self.pool.seats if seat.draw is self)


@dataclass(eq=False)
class Seat:
    """An enrolment."""

    draw: Draw
    member: int
    ends: datetime | None
    reusable: bool
    ended: str = ""

    @property
    def occupied(self) -> bool:
        return not self.ended or (self.ended == "expired" and not self.reusable)

    def due(self, now: datetime) -> bool:
        return not self.ended and self.ends is not None and self.ends <= now


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
