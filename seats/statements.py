"""Statements: what a period began with, what moved in it, and what it ended with.

A period is a half-open interval of moments, so that the end of one is the beginning of the next.
Everything comes from the ledger alone, by one statement of SQL and so from one snapshot, and for
every line opening + movements = closing. docs/statements.md says the same to who signs it.

*Seats.* At any moment each seat of a product that was issued and not retired has one holder:

- a team, where it is the only one that draws on the seat's pool;
- the teams of shared pools, together (kind `shared`), where several draw on it;
- nobody (kind `unallocated`): the stock, and pools that no team draws on.

Seats move when a pool gets or loses some, and when its holder changes: the second team that draws
on a pool takes its seats from the first to the shared ones, and the seats go back when only one is
left. What moves within one line, from stock to a pool that nobody draws on, does not move. A pool
without a limit has no seats. An archived pool keeps the seats that expired enrolments hold, and
they stay with who held it.

*Use* is each team's own, through whatever pool. Nobody and the shared pools use nothing: what is
used of a shared pool stands with the teams that use it. `revoked` counts those who left as well
(`leaving` of them); an enrolment that expired and holds its seat (`held`) uses it on.

*Seat-days* are the sum over time of seats, in days of 24 hours, so a month in which the clocks
change has an hour more or less. They are exact to the microsecond of the entries, then rounded to
4 decimals, half up, once for each line. Sums are sums of lines.

*Amounts* follow the price in force at the moment (`Price`), by its basis: seats that came to the
holder less those that went, at the moment of each; days in use; enrolments made. They are rounded
once for each line to the decimals of the currency, half away from zero; sums are sums of lines.
Nobody's seats are not charged.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Any, Literal, TypeVar
from uuid import UUID

from django.db import connection

from orgs.models import Organisation
from seatdash import tenancy
from seats import statements_sql

Holder = Literal["team", "shared", "unallocated"]
Direction = Literal["in", "out", "all"]
SIGNS: Mapping[Direction, int] = {"in": 1, "out": -1, "all": 0}
Key = TypeVar("Key")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What stands in a line of a statement, and in a sum of lines.

    `amount` is None where there is no price.
    """

    opening_seats: int = 0
    issued: int = 0
    retired: int = 0
    moved_in: int = 0
    moved_out: int = 0
    closing_seats: int = 0
    opening_used: int = 0
    enrolled: int = 0
    revoked: int = 0
    leaving: int = 0
    expired: int = 0
    held: int = 0
    closing_used: int = 0
    seat_days_allocated: Decimal = Decimal(0)
    seat_days_used: Decimal = Decimal(0)
    amount: Decimal | None = None

    @property
    def balances(self) -> bool:
        """Whether opening and movements make the closing."""
        seats = self.opening_seats + self.issued - self.retired + self.moved_in - self.moved_out
        used = self.opening_used + self.enrolled - self.revoked - self.expired
        return (seats, used) == (self.closing_seats, self.closing_used)

    def plus(self, other: "Figures") -> "Figures":
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        amounts = [each.amount for each in (self, other) if each.amount is not None]
        return Figures(**sums, amount=sum(amounts, Decimal(0)) if amounts else None)


COUNTED = [field.name for field in fields(Figures) if field.name != "amount"]


@dataclass(frozen=True, kw_only=True)
class Peak:
    """The highest use, and when it was first reached; a period without any use has no moment."""

    used: int = 0
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """The seats of a product that one holder has. `price` is that at the end of the period, which
    changed `price_changes` times in it."""

    product_id: UUID
    product_code: str
    product: str
    kind: Holder
    team_id: UUID | None
    team: str | None
    cost_centre: str | None
    price: Decimal | None
    basis: str | None
    price_changes: int
    peak: Peak
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The lines of a period; all else are sums of them, but for the peaks.

    `peaks` are by product and by team, None for all.
    """

    since: datetime
    until: datetime
    currency: str
    lines: tuple[Line, ...]
    peaks: dict[tuple[UUID | None, UUID | None], Peak]

    def sums(self, key: Callable[[Line], Key]) -> dict[Key, Figures]:
        """Add the lines up by what they have in common, in their order."""
        found: dict[Key, Figures] = {}
        for line in self.lines:
            found[key(line)] = found.get(key(line), Figures()).plus(line.figures)
        return found

    def peak(self, product: UUID | None = None, team: UUID | None = None) -> Peak:
        return self.peaks.get((product, team), Peak())


def total(figures: Iterable[Figures]) -> Figures:
    """Add figures up."""
    return reduce(Figures.plus, figures, Figures())


def statement(
    organisation: Organisation,
    *,
    since: datetime,
    until: datetime,
    product: UUID | None = None,
    team: UUID | None = None,
) -> Statement:
    """Return what happened from `since` until before `until`, of one product and team or of all."""
    asked = {"since": since, "until": until, "product": product}
    rows = _rows(statements_sql.STATEMENT, organisation, **asked)
    found = [_read(row) for kind, row in rows if kind == "line"]
    lines = [_line(row) for row in found if team is None or row["team_id"] == str(team)]
    peaks = [_read(row) for kind, row in rows if kind == "peak"]
    return Statement(
        since=since,
        until=until,
        currency=organisation.currency,
        lines=tuple(sorted(lines, key=_place)),
        peaks={(_id(row["product_id"]), _id(row["team_id"])): _peak(row) for row in peaks},
    )


def moved(
    organisation: Organisation,
    *,
    since: datetime,
    until: datetime,
    product: UUID | None,
    holder: str,
    direction: Direction,
) -> list[UUID]:
    """Return the entries that make the seats of a holder: those that came, went, or both.

    `holder` is the id of a team, `shared`, `unallocated` or `any`. Both have what was issued and
    retired as well.
    """
    asked = {"since": since, "until": until, "product": product, "holder": holder}
    rows = _rows(statements_sql.MOVED, organisation, **asked, direction=SIGNS[direction])
    return [row[0] for row in rows]


def _rows(sql: str, organisation: Organisation, **params: Any) -> list[tuple[Any, ...]]:
    with tenancy.scope(organisation.pk), connection.cursor() as cursor:
        # A year of a large organisation is sorted in memory.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(sql, {"org": organisation.pk, **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _read(row: str) -> dict[str, Any]:
    # Django's connection gives JSON as it came; no figure of it may ever be a float.
    found: dict[str, Any] = json.loads(row, parse_float=Decimal)
    return found


def _line(row: dict[str, Any]) -> Line:
    figures = {name: row[name] for name in COUNTED}
    for name in ("seat_days_allocated", "seat_days_used"):
        figures[name] = Decimal(row[name])
    amount = row["amount"]
    return Line(
        product_id=UUID(row["product_id"]),
        team_id=_id(row["team_id"]),
        price=None if row["price"] is None else Decimal(row["price"]),
        peak=_peak(row),
        figures=Figures(**figures, amount=None if amount is None else Decimal(amount)),
        **{name: row[name] for name in NAMED},
    )


NAMED = ("product_code", "product", "kind", "team", "cost_centre", "basis", "price_changes")


def _peak(row: dict[str, Any]) -> Peak:
    at = row["peak_at"]
    return Peak(used=int(row["peak_used"]), at=datetime.fromisoformat(at) if at else None)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _place(line: Line) -> tuple[str, bool, bool, str]:
    # By product; its teams by name, then the shared pools, then nobody's.
    return (
        line.product_code.lower(),
        line.kind == "unallocated",
        line.kind == "shared",
        (line.team or "").lower(),
    )
