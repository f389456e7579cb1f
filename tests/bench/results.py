"""What a benchmark found, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Row = tuple[str, ...]

# Figures from here on need no decimals.
MANY = 100


@dataclass(frozen=True)
class Round:
    """Ceiling and ours, measured one right after the other."""

    ceiling: float
    ours: float

    @property
    def ratio(self) -> float:
        return self.ours / self.ceiling


@dataclass(frozen=True)
class Compared:
    """Ours against a ceiling of the same run; the median of the rounds' ratios counts."""

    name: str
    what: str
    unit: str
    rounds: Sequence[Round]
    goal: float
    at_least: bool

    @property
    def ratio(self) -> float:
        return median(each.ratio for each in self.rounds)

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal

    def rows(self) -> list[Row]:
        ceiling = median(each.ceiling for each in self.rounds)
        ours = median(each.ours for each in self.rounds)
        digits = 0 if ceiling >= MANY else 1
        figures = (f"{figure:,.{digits}f}{self.unit}" for figure in (ceiling, ours))
        return [(self.name, self.what, *figures, f"{self.ratio:.2f}")]

    def verdict(self) -> str:
        sign = ">=" if self.at_least else "<="
        return f"{self.name} ratio {self.ratio:.2f} goal {sign}{self.goal:.2f} {_word(self.is_met)}"


@dataclass(frozen=True)
class Timed:
    """Seconds against numbers of seconds; there is no ceiling to compare with."""

    name: str
    what: str
    seconds: Sequence[float]
    goals: Sequence[float]

    @property
    def is_met(self) -> bool:
        return all(took <= goal for took, goal in zip(self.seconds, self.goals, strict=True))

    def rows(self) -> list[Row]:
        return [(self.name, self.what, "-", self._taken(" s"), "-")]

    def verdict(self) -> str:
        goals = " ".join(f"<={goal:.2f}" for goal in self.goals)
        return f"{self.name} seconds {self._taken()} goal {goals} {_word(self.is_met)}"

    def _taken(self, unit: str = "") -> str:
        return " ".join(f"{took:.2f}{unit}" for took in self.seconds)


@dataclass(frozen=True)
class Limit:
    """A figure that may not be above its limit; or not below it, with `at_least`."""

    what: str
    value: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        return f"{self.what} {self.value:,.4g}{self.unit} goal {sign}{self.limit:g}"


@dataclass(frozen=True)
class Limits:
    """Several figures of one measurement, each within its own limit."""

    name: str
    what: str
    limits: Sequence[Limit]

    @property
    def is_met(self) -> bool:
        return all(each.is_kept for each in self.limits)

    def rows(self) -> list[Row]:
        return [(self.name, self.what, "-", "-", "-")]

    def verdict(self) -> str:
        return f"{self.name} {'; '.join(map(str, self.limits))} {_word(self.is_met)}"


@dataclass(frozen=True)
class Together:
    """Several that must all be met, and others beside; of the ratios the worst counts."""

    name: str
    parts: Sequence[Compared]
    holds: bool
    limits: Sequence[Limit] = ()

    @property
    def worst(self) -> Compared:
        by_ratio = sorted(self.parts, key=lambda part: part.ratio)
        return by_ratio[0] if by_ratio[0].at_least else by_ratio[-1]

    @property
    def is_met(self) -> bool:
        kept = all(limit.is_kept for limit in self.limits)
        return self.holds and kept and self.worst.is_met

    def rows(self) -> list[Row]:
        return [row for part in self.parts for row in part.rows()]

    def verdict(self) -> str:
        ratio = self.worst.verdict().rpartition(" ")[0]
        return f"{'; '.join([ratio, *map(str, self.limits)])} {_word(self.is_met)}"


Result = Compared | Timed | Limits | Together


def report(results: Sequence[Result]) -> str:
    """Draw a table of the results, and below it a line for each."""
    rows = [
        ("", "what", "ceiling", "ours", "ratio"),
        *(row for result in results for row in result.rows()),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = [_line(row, widths) for row in rows]
    return "\n".join([*table, "", *(result.verdict() for result in results)])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if column < 2 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _word(is_met: bool) -> str:
    return "met" if is_met else "missed"
