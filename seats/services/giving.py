"""Giving a team seats in whichever of the three ways is asked for."""

from dataclasses import dataclass
from typing import Literal

from orgs.models import Member
from seatdash.tenancy import atomically
from seats.models import Allocation, Pool, Product
from seats.services.allocation import Allocated, allocate, clone, share
from seats.services.terms import Terms
from teams.models import Team

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


def _other_teams(allocation: Allocation) -> tuple[Team, ...]:
    drawing = Allocation.objects.current().drawing_on([allocation.pool_id])
    others = drawing.exclude(team=allocation.team_id).values("team")
    return tuple(Team.objects.filter(pk__in=others).by_name())
