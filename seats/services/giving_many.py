"""Giving several teams the same seats in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from orgs.models import Member
from seatdash.tenancy import atomically
from seats.models import Allocation, Pool
from seats.services.allocation import Allocated
from seats.services.giving import Gift, give
from seats.services.locks import changed, lock_pools, lock_product
from seats.services.selection import check_many
from seats.services.stock import check_stock
from teams.models import Team
from teams.services import check_open

# Each takes its own pool, or a share of one, with a dozen statements: more would take too long.
MOST_TEAMS = 200


class Fate(StrEnum):
    """What becomes of one team."""

    NEW = "new"
    RAISED = "raised"
    SHARED = "shared"
    DRAWS = "draws"
    UNLIMITED = "unlimited"
    ARCHIVED = "archived"

    @property
    def goes(self) -> bool:
        return self in (Fate.NEW, Fate.RAISED, Fate.SHARED)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One team, and the pool that it draws on or will; None for one that is new."""

    team: Team
    fate: Fate
    pool: Pool | None = None


def preview(*, actor: Member, teams: Sequence[Team], gift: Gift) -> list[Line]:
    """Say what `give_many` would do to each; changes nothing."""
    del actor  # the same call as `give_many`
    drawn = Allocation.objects.current().filter(team__in=teams, product=gift.of_product)
    pools = {each.team_id: each.pool for each in drawn.select_related("pool")}
    return [_line(team, pools.get(team.pk), gift) for team in teams]


@atomically
def give_many(
    *, actor: Member, teams: Sequence[Team], gift: Gift, seen: Mapping[str, int] | None = None
) -> list[Allocated]:
    """Give each of several teams the same, all of them or none; answers one for each, by id.

    Strict stock is held against all together. `seen` are the versions of the pools that the form
    showed, by id. Raises what `give` raises, and TooManySelected.
    """
    check_many(teams, MOST_TEAMS)
    ids = [team.pk for team in teams]
    rows = Team.objects.for_org(actor.organisation_id).filter(pk__in=ids).order_by("pk")
    locked = list(rows.select_for_update(no_key=True))
    for team in locked:
        check_open(team)
    product = lock_product(gift.of_product)
    drawn = Allocation.objects.current().filter(team__in=ids, product=product)
    pools = set(drawn.values_list("pool_id", flat=True))
    given = {gift.pool.pk} if gift.pool else set()
    held = lock_pools(actor.organisation_id, pools | given)
    _check_seen([held[pk] for pk in sorted(pools)], seen)
    check_stock(product, gift.seats_out_of_stock * len(locked))
    checked = replace(gift, seen=None)
    return [give(actor=actor, team=team, gift=checked) for team in locked]


def _check_seen(pools: Sequence[Pool], seen: Mapping[str, int] | None) -> None:
    for pool in pools:
        if seen is not None and seen.get(str(pool.pk)) != pool.version:
            raise changed(pool)


def _line(team: Team, pool: Pool | None, gift: Gift) -> Line:
    return Line(team=team, fate=_fate(team, pool, gift), pool=pool or _shared(gift))


def _fate(team: Team, pool: Pool | None, gift: Gift) -> Fate:
    if team.archived_at:
        return Fate.ARCHIVED
    if pool is None:
        return Fate.SHARED if gift.mode == "shared" else Fate.NEW
    if gift.mode != "dedicated" or gift.seats is None:
        return Fate.DRAWS
    return Fate.UNLIMITED if pool.capacity is None else Fate.RAISED


def _shared(gift: Gift) -> Pool | None:
    return gift.pool if gift.mode == "shared" else None
