"""What is done to many at once, shown beforehand: row by row, and what it does to the seats."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from seats import clock
from seats.models import Allocation, Enrolment
from seats.reports import previews
from seats.services import extending, moving
from seats.templatetags.seat_days import last_day
from teams.models import Team

# So many rows are named one by one; those that cannot go ahead come first.
NAMED = 20


@dataclass(frozen=True, kw_only=True)
class Row:
    """One that is selected: who or what it is, and what happens to it, or why nothing does."""

    row_id: UUID
    name: str
    sub: str
    through: str
    what: str
    goes: bool


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What it does to a team's part of a pool. None available: no end of seats."""

    team: str
    pool: str
    code: str
    used_before: int
    used_after: int
    available_before: int | None
    available_after: int | None

    @property
    def left_after(self) -> int | None:
        return None if self.available_after is None else max(0, self.available_after)

    @property
    def short(self) -> int:
        """How many seats are lacking for it."""
        if self.used_after <= self.used_before:
            return 0
        return max(0, -(self.available_after or 0))


@dataclass(frozen=True, kw_only=True)
class Preview:
    """All that is selected, and the effects on the seats."""

    rows: list[Row]
    effects: list[Effect] = field(default_factory=list)
    # What else there is to know, how many seats a strict stock lacks, what it begins with.
    note: str = ""
    lacking: int = 0
    intro: str = ""
    # The pools whose capacity changes.
    pools: previews.Preview | None = None

    @property
    def going(self) -> list[Row]:
        return [row for row in self.rows if row.goes]

    @property
    def stopped(self) -> list[Row]:
        return [row for row in self.rows if not row.goes]

    @property
    def named(self) -> list[Row]:
        return sorted(self.rows, key=lambda row: (row.goes, row.name.casefold()))[:NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - NAMED)

    @property
    def ids(self) -> list[UUID]:
        return [row.row_id for row in self.going]

    @property
    def may_go(self) -> bool:
        """Say whether there is anything to confirm, and the seats suffice for it."""
        is_short = self.lacking or any(each.short for each in self.effects)
        return bool(self.going) and not is_short


def revoking(enrolments: Sequence[Enrolment]) -> Preview:
    """Show what revoking does."""
    now = clock.now()

    def is_live(each: Enrolment) -> bool:
        return not each.ended_at and not (each.expires_at and each.expires_at <= now)

    live = [each for each in enrolments if is_live(each)]
    free, over = _("Ends now; its seat is free"), _("Has ended already")
    rows = [_row(each, free if is_live(each) else over, goes=is_live(each)) for each in enrolments]
    return Preview(rows=rows, effects=_effects(Counter(), Counter(e.allocation_id for e in live)))


def extending_to(lines: Sequence[extending.Line], *, extendable_only: bool) -> Preview:
    """Show the end that each gets; where managers ask, those of extendable pools only do."""
    words: dict[extending.Fate, Callable[[extending.Line], str]] = {
        extending.Fate.MOVES: _from_to,
        extending.Fate.ENDED: lambda _line: _("Has ended already"),
        extending.Fate.LONGER: lambda line: (
            _("Lasts as long already: %(day)s") % {"day": _day(line.enrolment.expires_at)}
        ),
    }

    def row(line: extending.Line) -> Row:
        if extendable_only and not line.enrolment.pool.extendable:
            return _row(line.enrolment, _("Only admins move its end"), goes=False)
        goes = line.fate is extending.Fate.MOVES
        return _row(line.enrolment, words[line.fate](line), goes=goes)

    return Preview(rows=[row(line) for line in lines])


def moving_to(lines: Sequence[moving.Line], target: Team) -> Preview:
    """Show who moves, and what that does to the pools of both sides."""
    words = {
        moving.Fate.MOVES: _("Moves, and keeps its end"),
        moving.Fate.ENDED: _("Has ended already"),
        moving.Fate.THERE: _("Is in this team already"),
        moving.Fate.HOLDS: _("Holds a seat of that pool already"),
        moving.Fate.NO_POOL: _("The team has no seats of this product"),
    }
    there = [line for line in lines if line.allocation]
    taken = Counter(line.allocation.pk for line in there if line.allocation)
    freed = Counter(line.enrolment.allocation_id for line in there)
    rows = [
        _row(line.enrolment, words[line.fate], goes=line.fate is moving.Fate.MOVES)
        for line in lines
    ]
    return Preview(
        rows=rows,
        effects=_effects(taken, freed),
        intro=_("To %(team)s:") % {"team": target},
    )


def _row(enrolment: Enrolment, what: str, *, goes: bool) -> Row:
    member = enrolment.member
    return Row(
        row_id=enrolment.pk,
        name=str(member),
        sub=member.email if member.name else "",
        through=f"{enrolment.pool.product.code} · {enrolment.team}",
        what=what,
        goes=goes,
    )


def _from_to(line: extending.Line) -> str:
    days = {"before": _day(line.enrolment.expires_at), "after": _day(line.expires_at)}
    return _("%(before)s → %(after)s") % days


def _day(end: datetime | None) -> str:
    return date_format(last_day(end)) if end else _("no end")


def _effects(taken: Counter[UUID], freed: Counter[UUID]) -> list[Effect]:
    """Reckon, for each allocation, what it uses and what is left before and after."""
    rows = Allocation.objects.filter(pk__in={*taken, *freed}).select_related(
        "pool__product", "team"
    )
    allocations = list(rows.order_by("pool__product__code", "team__name", "pk"))
    moved = {each.pk: taken[each.pk] - freed[each.pk] for each in allocations}
    in_pool = Counter[UUID]()
    for each in allocations:
        in_pool[each.pool_id] += moved[each.pk]
    return [_effect(each, moved[each.pk], in_pool[each.pool_id]) for each in allocations]


def _effect(allocation: Allocation, moved: int, in_pool: int) -> Effect:
    before = _room(allocation, 0, 0)
    return Effect(
        team=str(allocation.team),
        pool=str(allocation.pool),
        code=allocation.pool.product.code,
        used_before=allocation.used,
        used_after=allocation.used + moved,
        available_before=None if before is None else max(0, before),
        available_after=_room(allocation, moved, in_pool),
    )


def _room(allocation: Allocation, moved: int, in_pool: int) -> int | None:
    pool, limits = allocation.pool, []
    if pool.capacity is not None:
        limits.append(pool.capacity - pool.used - in_pool)
    if allocation.cap is not None:
        limits.append(allocation.cap - allocation.used - moved)
    return min(limits) if limits else None
