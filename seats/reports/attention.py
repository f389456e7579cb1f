"""What needs somebody, most urgent first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from orgs.models import Organisation
from orgs.words import called
from seats import clock
from seats.counters import LOW_FRACTION, Counter, pool_counter
from seats.reports import overview_sql
from seats.services.ledger_sql import run
from seats.services.watching import RECENT, UNUSED

# Of each kind as many as can be dealt with; the rest is a link away.
MOST = 3
ALL = 100
SOON = timedelta(days=14)
# So many enrolments that end next are looked at, to name those that they are of.
LOOKED_AT = 200


class Found(NamedTuple):
    """A row of the statement."""

    kind: str
    of_kind: int
    pool_id: UUID
    pool: str
    product: str
    used: int
    capacity: int | None
    held: int
    seats: int | None
    first: datetime | None
    team_id: UUID | None
    team: str | None
    teams: Sequence[str] | None
    all_teams: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """A pool with something about it: `kind` says what.

    over, full, low: it has too few seats. out: it will have none left on `day`, if `seats` more are
    taken every thirty days. ending: `seats` enrolments of a team end, the first on `day`. unused:
    the team has taken none of `seats` free ones for sixty days.
    """

    kind: str
    pool_id: UUID
    pool: str
    product: str
    counter: Counter
    seats: int
    day: date | None
    team_id: UUID | None
    team: str | None
    teams: Sequence[str]
    more_teams: int


class Asked(NamedTuple):
    """A request that waits for an answer."""

    pk: UUID
    who: str
    team: str
    product: str
    code: str
    seats: int
    reason: str
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The first of a kind, and how many there are beside."""

    name: str
    shown: Sequence[Any]
    more: int

    @property
    def count(self) -> int:
        return len(self.shown) + self.more


@dataclass(frozen=True, kw_only=True)
class Attention:
    """Open requests first, since somebody waits; then the pools, by how soon they refuse."""

    requests: Kind
    over: Kind
    full: Kind
    out: Kind
    ending: Kind
    low: Kind
    unused: Kind

    @property
    def kinds(self) -> list[Kind]:
        return [
            self.requests,
            self.over,
            self.full,
            self.out,
            self.ending,
            self.low,
            self.unused,
        ]

    @property
    def count(self) -> int:
        return sum(kind.count for kind in self.kinds)

    @property
    def counters(self) -> list[Counter]:
        pools = (self.over, self.full, self.out, self.low)
        return [concern.counter for kind in pools for concern in kind.shown]


def attention(organisation: Organisation, *, all_of: str = "") -> Attention:
    """Report what needs attention now; of one kind all, or nearly, where that is asked for."""
    found = _concerns(organisation, ALL if all_of else MOST)
    kinds = {
        name: _kind(name, found.get(name, []), ALL if name == all_of else MOST)
        for name in ("over", "full", "out", "ending", "low", "unused")
    }
    requests = _requests(organisation)
    return Attention(requests=requests, **kinds)


def _kind(name: str, rows: Sequence[tuple[int, Concern]], most: int) -> Kind:
    shown = tuple(concern for _of_kind, concern in rows[:most])
    return Kind(name=name, shown=shown, more=rows[0][0] - len(shown) if rows else 0)


def _concerns(organisation: Organisation, most: int) -> Mapping[str, Sequence[tuple[int, Concern]]]:
    now = clock.now()
    params = {
        "org": organisation.pk,
        "low": LOW_FRACTION,
        "now": now,
        "soon": now + SOON,
        "unused": now - UNUSED,
        "looked_at": LOOKED_AT,
        "most": most,
    }
    found = defaultdict(list)
    for row in run(overview_sql.ATTENTION, params, many=False):
        read = Found(*row)
        found[read.kind].append((read.of_kind, _concern(read, now)))
    return found


def _concern(found: Found, now: datetime) -> Concern:
    counter = pool_counter(
        pool_id=found.pool_id, used=found.used, capacity=found.capacity, expired_held=found.held
    )
    day = _last_day(found.first) if found.first else None
    if found.kind == "out" and found.seats:
        day = _runs_out(now, counter.available or 0, found.seats)
    return Concern(
        kind=found.kind,
        pool_id=found.pool_id,
        pool=found.pool,
        product=found.product,
        counter=counter,
        seats=found.seats or 0,
        day=day,
        team_id=found.team_id,
        team=found.team,
        teams=tuple(found.teams or ()),
        more_teams=found.all_teams - len(found.teams or ()),
    )


def _runs_out(now: datetime, left: int, taken: int) -> date:
    """Say on which day the last seat goes, if as many are taken as in the days before."""
    return timezone.localdate(now + RECENT * left / taken)


def _last_day(end: datetime) -> date:
    # An end is the first moment without access.
    return timezone.localdate(end - timedelta(microseconds=1))


def _requests(organisation: Organisation) -> Kind:
    rows = run(overview_sql.REQUESTS, {"org": organisation.pk, "most": MOST}, many=False)
    asked = [Asked(*row[1:]) for row in rows]
    shown = tuple(each._replace(who=called(each.who)) for each in asked)
    return Kind(name="requests", shown=shown, more=rows[0][0] - len(shown) if rows else 0)
