"""Transfer: seats of a product from one team's pool to another's, in one step (rule 5)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.tenancy import atomically
from seats.errors import ChangedMeanwhile, NotAllocated, SamePool
from seats.models import Allocation, Pool, Product
from seats.services.allocation import name_for, share
from seats.services.ledger import Kind, Movement, book
from seats.services.locks import (
    changed,
    check_seats,
    lock_pools,
    lock_product,
)
from seats.services.taking import check_capacity
from seats.services.terms import Terms
from teams.models import Team
from teams.services import check_open, lock_team


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a transfer. `pool` is None where the team gets a new pool by it."""

    team: Team
    pool: Pool | None
    teams: tuple[Team, ...]
    used: int
    capacity_before: int
    capacity_after: int

    @property
    def over_before(self) -> int:
        return max(0, self.used - self.capacity_before)

    @property
    def over_after(self) -> int:
        """By how many the pool is over-committed afterwards."""
        return max(0, self.used - self.capacity_after)

    @property
    def available_before(self) -> int:
        return max(0, self.capacity_before - self.used)

    @property
    def available_after(self) -> int:
        return max(0, self.capacity_after - self.used)

    @property
    def version(self) -> int:
        return self.pool.version if self.pool else 0


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """What a transfer does (or did) to each side."""

    product: Product
    seats: int
    giving: Side
    taking: Side

    @property
    def seen(self) -> tuple[int, int]:
        """The versions that a form must send back with the preview it shows."""
        return self.giving.version, self.taking.version


def preview(*, actor: Member, product: Product, source: Team, target: Team, seats: int) -> Transfer:
    """Say what `transfer` would do; changes nothing, refuses as `transfer` does."""
    del actor  # the same call as `transfer`
    check_seats(seats)
    giving = _pool_of(source, product)
    taking = _pool_of(target, product)
    return _plan(product, source, target, giving, taking, seats)


@atomically
def transfer(
    *,
    actor: Member,
    product: Product,
    source: Team,
    target: Team,
    seats: int,
    reason: str = "",
    seen: tuple[int, int] | None = None,
) -> Transfer:
    """Move seats from the pool of `source` to that of `target`, which gets one if it has none.

    Capacity may go below what the source uses. `seen` is `Transfer.seen` of the preview. Raises
    InvalidSeats, NotEnoughSeats, NotAllocated, SamePool, PoolIsUnlimited, ChangedMeanwhile or
    Archived.
    """
    check_seats(seats)
    target = lock_team(target)
    locked = lock_product(product)
    pools = [_pool_of(source, product), _pool_of(target, product)]
    found = lock_pools(product.organisation_id, [pool.pk for pool in pools if pool])
    giving, taking = (pool and found[pool.pk] for pool in pools)
    plan = _plan(locked, source, target, giving, taking, seats)
    if seen is not None and seen != plan.seen:
        raise _changed(plan, seen)
    _move(actor, plan, _receiving_pool(actor, plan, reason), reason)
    return plan


def _pool_of(team: Team, product: Product) -> Pool | None:
    current = Allocation.objects.current().filter(team=team, product=product)
    allocation = current.select_related("pool").first()
    return allocation.pool if allocation else None


def _plan(
    product: Product,
    source: Team,
    target: Team,
    giving: Pool | None,
    taking: Pool | None,
    seats: int,
) -> Transfer:
    check_open(target)
    if giving is None:
        detail = _("%(team)s has no pool of %(product)s.")
        raise NotAllocated(detail % {"team": source, "product": product})
    if taking and taking.pk == giving.pk:
        raise SamePool(_("It is %(pool)s, so there is nothing to move.") % {"pool": giving})
    check_capacity(giving, seats)
    if taking:
        check_capacity(taking, 0)
    return Transfer(
        product=product,
        seats=seats,
        giving=_side(source, giving, -seats),
        taking=_side(target, taking, seats),
    )


def _side(team: Team, pool: Pool | None, seats: int) -> Side:
    capacity = (pool.capacity or 0) if pool else 0
    drawing = Allocation.objects.current().drawing_on([pool] if pool else [])
    others = Team.objects.filter(pk__in=drawing.values("team")).exclude(pk=team.pk).by_name()
    return Side(
        team=team,
        pool=pool,
        teams=tuple(others),
        used=pool.used if pool else 0,
        capacity_before=capacity,
        capacity_after=capacity + seats,
    )


def _changed(plan: Transfer, seen: tuple[int, int]) -> ChangedMeanwhile:
    pool = plan.giving.pool if plan.giving.version != seen[0] else plan.taking.pool
    if pool is None:
        detail = _("%(team)s no longer has a pool of this product.")
        return ChangedMeanwhile(detail % {"team": plan.taking.team})
    return changed(pool)


def _receiving_pool(actor: Member, plan: Transfer, reason: str) -> Pool:
    if plan.taking.pool:
        return plan.taking.pool
    assert plan.giving.pool is not None  # _plan refuses a transfer from nowhere
    pool = Pool(
        organisation_id=plan.product.organisation_id,
        product=plan.product,
        name=name_for(plan.product, plan.taking.team),
    )
    Terms.of(plan.giving.pool).put_on(pool).save()
    share(actor=actor, pool=pool, team=plan.taking.team, reason=reason)
    pool.refresh_from_db()
    return pool


def _move(actor: Member, plan: Transfer, taking: Pool, reason: str) -> None:
    book(
        Movement(
            kind=Kind.TRANSFERRED_OUT,
            product=plan.product,
            pool=plan.giving.pool,
            team=plan.giving.team,
            capacity=-plan.seats,
        ),
        Movement(
            kind=Kind.TRANSFERRED_IN,
            product=plan.product,
            pool=taking,
            team=plan.taking.team,
            capacity=plan.seats,
        ),
        actor=actor,
        reason=reason,
    )
