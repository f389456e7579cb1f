"""Giving a team seats in whichever of the three ways is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from orgs.models import Member
from seatdash.tenancy import atomically
from seats.models import Allocation, Pool, Product
from seats.services.allocation import Allocated, allocate, clone, share
from seats.services.locks import lock_pools, lock_product
from seats.services.selection import check_many
from seats.services.stock import check_stock
from seats.services.terms import Terms
from teams.models import Team
from teams.services import check_open

Mode = Literal["dedicated", "shared", "template"]


@dataclass(frozen=True, kw_only=True)
class Gift:
    """Seats for a team: `seats` of `product` (None for unlimited), or a pool to share or clone.

    `seen` is as in `allocate`.
    """

    mode: Mode
    product: Product | None = None
    seats: int | None = None
    terms: Terms | None = None
    pool: Pool | None = None
    cap: int | None = None
    reason: str = ""
    seen: int | None = None

    @property
    def of_product(self) -> Product:
        if self.product:
            return self.product
        assert self.pool is not None
        return self.pool.product

    @property
    def seats_out_of_stock(self) -> int:
        """How many seats each team's share takes out of stock."""
        if self.mode == "dedicated":
            return self.seats or 0
        if self.mode == "template" and self.pool:
            return self.pool.capacity or 0
        return 0


@atomically
def give(*, actor: Member, team: Team, gift: Gift) -> Allocated:
    """Give a team seats; raises what `allocate`, `share` and `clone` raise."""
    if gift.mode == "dedicated":
        assert gift.product is not None
        return allocate(
            actor=actor,
            team=team,
            product=gift.product,
            seats=gift.seats,
            terms=gift.terms,
            reason=gift.reason,
            seen=gift.seen,
        )
    assert gift.pool is not None
    if gift.mode == "template":
        return clone(actor=actor, pool=gift.pool, team=team, reason=gift.reason)
    allocation = share(actor=actor, pool=gift.pool, team=team, cap=gift.cap, reason=gift.reason)
    return Allocated(
        pool=gift.pool,
        allocation=allocation,
        created=False,
        seats=0,
        shared_with=_other_teams(allocation),
    )


@atomically
def give_many(*, actor: Member, teams: Sequence[Team], gift: Gift) -> list[Allocated]:
    """Give each of several teams the same, all of them or none; answers one for each, by id.

    Strict stock is held against all together. Raises what `give` raises, and TooManySelected.
    """
    check_many(teams)
    ids = [team.pk for team in teams]
    held = Team.objects.for_org(actor.organisation_id).filter(pk__in=ids).order_by("pk")
    locked = list(held.select_for_update(no_key=True))
    for team in locked:
        check_open(team)
    product = lock_product(gift.of_product)
    drawn = Allocation.objects.current().filter(team__in=ids, product=product)
    pools = set(drawn.values_list("pool_id", flat=True))
    lock_pools(actor.organisation_id, pools | {gift.pool.pk} if gift.pool else pools)
    check_stock(product, gift.seats_out_of_stock * len(locked))
    return [give(actor=actor, team=team, gift=gift) for team in locked]


def _other_teams(allocation: Allocation) -> tuple[Team, ...]:
    drawing = Allocation.objects.current().drawing_on([allocation.pool_id])
    others = drawing.exclude(team=allocation.team_id).values("team")
    return tuple(Team.objects.filter(pk__in=others).by_name())
