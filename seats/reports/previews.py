"""What an action would do, shown before it is done: numbers before and after, warnings, facts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from orgs.errors import spelled
from seats.models import Allocation, Pool
from seats.reports.allocations import names_of
from seats.services.transfer import Side, Transfer

# A preview names no more teams than fit the dialog.
MOST_TEAMS = 8


@dataclass(frozen=True, kw_only=True)
class Part:
    """A pool, or one team's part of it (`is_team`), before and after. None is no limit."""

    name: str
    sub: str = ""
    used: int
    capacity_before: int | None
    capacity_after: int | None
    available_before: int | None
    available_after: int | None
    over_before: int = 0
    over_after: int = 0
    is_team: bool = False


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would happen. `blocked` says why it would be refused, whatever else is filled in;
    `follows` that it depends on what is typed."""

    parts: Sequence[Part] = ()
    warnings: Sequence[str] = ()
    facts: Sequence[str] = ()
    blocked: str = ""
    follows: bool = False


def parts_of(pool: Pool, change: int, teams: Sequence[Allocation]) -> list[Part]:
    """Show a pool whose capacity changes, and what is left to each of several teams on it."""
    after = None if pool.capacity is None else pool.capacity + change
    whole = Part(
        name=pool.name,
        used=pool.used,
        capacity_before=pool.capacity,
        capacity_after=after,
        available_before=_left(pool.capacity, pool.used),
        available_after=_left(after, pool.used),
        over_before=_over(pool.capacity, pool.used),
        over_after=_over(after, pool.used),
    )
    if len(teams) < 2:  # noqa: PLR2004 - one team's part is the whole
        return [whole]
    return [whole, *(_team_part(each, whole) for each in teams[:MOST_TEAMS])]


def part_under_cap(allocation: Allocation, cap: int | None) -> Part:
    """Show what a team may take of a pool under another cap."""
    pool, used = allocation.pool, allocation.used
    in_pool = _left(pool.capacity, pool.used)
    return Part(
        name=allocation.team.name,
        sub=pool.name,
        used=used,
        capacity_before=allocation.cap,
        capacity_after=cap,
        available_before=_least(in_pool, _left(allocation.cap, used)),
        available_after=_least(in_pool, _left(cap, used)),
        over_before=_over(allocation.cap, used),
        over_after=_over(cap, used),
    )


def drawing_on(pool: Pool) -> list[Allocation]:
    """Return the allocations of a pool, by the names of their teams."""
    current = Allocation.objects.current().drawing_on([pool]).select_related("team")
    return list(current.order_by("team__name", "pk"))


def transfer_preview(plan: Transfer) -> Preview:
    """Show both sides of a transfer, and who would be over-committed."""
    sides = (plan.giving, plan.taking)
    return Preview(
        parts=[_side(side) for side in sides],
        warnings=[_over_words(side) for side in sides if side.over_after],
        facts=[
            _("%(team)s: the pool is shared with %(teams)s.")
            % {"team": side.team, "teams": names_of(side.teams)}
            for side in sides
            if side.teams
        ],
    )


def _side(side: Side) -> Part:
    return Part(
        name=side.team.name,
        sub=side.pool.name if side.pool else _("a new pool"),
        used=side.used,
        capacity_before=side.capacity_before,
        capacity_after=side.capacity_after,
        available_before=side.available_before,
        available_after=side.available_after,
        over_before=side.over_before,
        over_after=side.over_after,
    )


def _over_words(side: Side) -> str:
    words = _(
        "%(team)s will be over-committed by %(over)s: enrolments stay, new ones are refused until "
        "use falls."
    )
    if side.over_after < side.over_before:
        words = _(
            "%(team)s is still over-committed then, by %(over)s: new enrolments are refused until "
            "use falls."
        )
    return words % spelled(team=side.team, over=side.over_after)


def _team_part(allocation: Allocation, whole: Part) -> Part:
    under_cap = _left(allocation.cap, allocation.used)
    return Part(
        name=allocation.team.name,
        used=allocation.used,
        capacity_before=allocation.cap,
        capacity_after=allocation.cap,
        available_before=_least(whole.available_before, under_cap),
        available_after=_least(whole.available_after, under_cap),
        over_after=_over(allocation.cap, allocation.used),
        over_before=_over(allocation.cap, allocation.used),
        is_team=True,
    )


def _left(capacity: int | None, used: int) -> int | None:
    return None if capacity is None else max(0, capacity - used)


def _over(capacity: int | None, used: int) -> int:
    return 0 if capacity is None else max(0, used - capacity)


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)
