"""Charts as pages draw them: days made into lines, axes, a table and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby

from orgs.models import Organisation
from seats.models import Pool, Product
from seats.reports.days import (
    Day,
    organisation_days,
    pool_days,
    pool_days_until,
    product_days,
)

# The drawing is as wide as there are days and this high; the page stretches it.
HEIGHT = 100
WEEK = 7
MARKS_BELOW = 3
REMEMBERED = 256


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A place on an axis, in per cent of its length, and what is written there."""

    at: str
    value: int | date
    anchor: str = "middle"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table."""

    day: date
    used: int
    capacity: int | None
    free: int | None
    unlimited: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Use against capacity over some days; the last is now. `days` has at least two."""

    days: Sequence[Day]
    top: int
    used: str
    area: str
    capacity: str

    @property
    def first(self) -> Day:
        return self.days[0]

    @property
    def now(self) -> Day:
        return self.days[-1]

    @property
    def most(self) -> Day:
        """The day with the most in use, the latest of several."""
        return max(reversed(self.days), key=lambda day: day.used)

    @property
    def is_empty(self) -> bool:
        return all(day.is_empty for day in self.days)

    @property
    def has_limit(self) -> bool:
        return self.now.capacity is not None

    @property
    def has_unlimited(self) -> bool:
        return any(day.unlimited for day in self.days)

    @property
    def across(self) -> list[Mark]:
        """The lines across, from the top down, without the ground."""
        return [Mark(at="0%", value=self.top), Mark(at="50%", value=self.top // 2)]

    @property
    def below(self) -> list[Mark]:
        """The days that are named, the first and the last among them."""
        last = len(self.days) - 1
        places = [round(number * last / MARKS_BELOW) for number in range(MARKS_BELOW + 1)]
        anchors = {0: "start", last: "end"}
        return [
            Mark(
                at=f"{100 * place / last:.1f}%",
                value=self.days[place].day,
                anchor=anchors.get(place, "middle"),
            )
            for place in places
        ]

    @property
    def rows(self) -> list[Row]:
        """Now, and each week before, newest first."""
        return [
            Row(
                day=day.day,
                used=day.used,
                capacity=day.capacity,
                free=None if day.capacity is None else max(0, day.capacity - day.used),
                unlimited=day.unlimited,
            )
            for day in self.days[::-WEEK]
        ]

    @property
    def readings(self) -> str:
        """Every day's use, and capacity where there is one, for the script that reads them out."""
        return " ".join(
            str(day.used) if day.capacity is None else f"{day.used}/{day.capacity}"
            for day in self.days
        )


def organisation_chart(
    organisation: Organisation,
    *,
    used: int,
    capacity: int,
    unlimited: int,
    at: datetime | None = None,
) -> Chart:
    """Draw all pools together, given their sums of now, or of the past moment `at`."""
    sums = {"used": used, "capacity": capacity, "unlimited": unlimited}
    return draw(organisation_days(organisation, **sums, at=at))


def product_chart(product: Product) -> Chart:
    """Draw the pools of a product together."""
    return draw(product_days(product))


def pool_chart(pool: Pool) -> Chart:
    return draw(pool_days(pool))


def past_pool_chart(pool: Pool, moment: datetime, *, used: int, capacity: int | None) -> Chart:
    """Draw a pool up to a past moment, given its figures of then."""
    return draw(pool_days_until(pool, moment, used=used, capacity=capacity))


def draw(days: Sequence[Day]) -> Chart:
    """Draw days; where nothing in them ever had a limit, what is used without one."""
    return _drawn(tuple(days))


# The same days make the same drawing.
@lru_cache(maxsize=REMEMBERED)
def _drawn(days: tuple[Day, ...]) -> Chart:
    if not any(day.used or day.capacity for day in days) and any(day.unlimited for day in days):
        days = tuple(Day(day.day, day.unlimited, None) for day in days)
    top = _round_up(max(max(day.used, day.capacity or 0) for day in days))
    used = _steps([_height(day.used, top) for day in days])
    return Chart(
        days=days,
        top=top,
        used=used,
        area=f"{used}V{HEIGHT}H0Z",
        capacity=_steps([_height(day.capacity, top) for day in days if day.capacity is not None]),
    )


def _steps(heights: Sequence[str]) -> str:
    """Return the line that stands a day at each height; the same for many days is one stroke."""
    path, at = "", 0
    for height, together in groupby(heights):
        at += len(list(together))
        path += f"{'V' if path else 'M0,'}{height}H{at}"
    return path


def _height(value: int, top: int) -> str:
    return f"{HEIGHT - HEIGHT * value / top:.2f}".rstrip("0").rstrip(".")


def _round_up(value: int) -> int:
    """Return the least round number that is not below, and whose half is whole."""
    size = int(10 ** (len(str(value)) - 1))
    steps = (size * tenths // 10 for tenths in (10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100))
    return next(step for step in steps if step >= max(value, 2) and step % 2 == 0)
