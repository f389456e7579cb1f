"""Allocating: giving teams seats, from a pool of their own, a shared one, or a template's clone."""

from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import AlreadyAllocated, Archived, ChangedMeanwhile, PoolIsUnlimited, SeatsInUse
from seats.models import Allocation, Pool, Product
from seats.services.ledger import Kind, Movement, book
from seats.services.locks import check_seats, lock_allocation, lock_pool, lock_product
from seats.services.stock import cover_from_stock
from seats.services.terms import Terms
from teams.models import Team


@dataclass(frozen=True, kw_only=True)
class Allocated:
    """What an allocation did. `issued` of the `seats` were not in stock; `shared_with` names the
    other teams that draw on the pool."""

    pool: Pool
    allocation: Allocation | None
    created: bool
    seats: int
    issued: int = 0
    shared_with: tuple[Team, ...] = field(default=())


@atomically
def allocate(
    *,
    actor: Member,
    team: Team,
    product: Product,
    seats: int | None,
    terms: Terms | None = None,
    name: str = "",
    reason: str = "",
    seen: int | None = None,
) -> Allocated:
    """Give a team seats of a product: more in the pool it draws on, or a dedicated pool (rule 2).

    `seats` None makes a new pool unlimited. `terms` and `name` are for a new pool only. `seen` is
    the version of the team's pool that the form showed, 0 for none. Raises InvalidSeats,
    NotEnoughStock, PoolIsUnlimited, ChangedMeanwhile or Archived.
    """
    if seats is not None:
        check_seats(seats)
    locked = lock_product(product)
    allocation = Allocation.objects.current().filter(team=team, product=product).first()
    if allocation is None:
        if seen:
            raise ChangedMeanwhile(_("The team no longer has a pool of this product."))
        return _allocate_new(actor, team, locked, seats, terms or Terms(), name, reason)
    if seats is None:
        raise AlreadyAllocated(_("It is %(pool)s.") % {"pool": allocation.pool})
    pool = lock_pool(allocation.pool, seen=seen)
    return _raise_capacity(actor, locked, pool, seats, reason, allocation)


@atomically
def increment(
    *, actor: Member, pool: Pool, seats: int, reason: str = "", seen: int | None = None
) -> Allocated:
    """Add seats to a pool, whoever draws on it. Raises as `allocate` does."""
    check_seats(seats)
    product = lock_product(pool.product)
    return _raise_capacity(actor, product, lock_pool(pool, seen=seen), seats, reason, None)


@atomically
def create_pool(
    *,
    actor: Member,
    product: Product,
    name: str,
    seats: int | None,
    terms: Terms | None = None,
    reason: str = "",
    cloned_from: Pool | None = None,
) -> Pool:
    """Make a pool that no team draws on yet: to be shared, or a template. Raises as `allocate`."""
    if seats is not None:
        check_seats(seats)
    locked = lock_product(product)
    pool = Pool(
        organisation_id=locked.organisation_id,
        product=locked,
        name=name or locked.name,
        capacity=None if seats is None else 0,
        cloned_from=cloned_from,
    )
    (terms or Terms()).put_on(pool).save()
    _fill(actor, locked, pool, seats or 0, reason)
    return pool


@atomically
def share(
    *,
    actor: Member,
    pool: Pool,
    team: Team,
    cap: int | None = None,
    reason: str = "",
    seen: int | None = None,
) -> Allocation:
    """Make a pool available to one more team (rule 6), up to `cap` seats of it.

    Raises AlreadyAllocated, InvalidSeats, ChangedMeanwhile or Archived.
    """
    if cap is not None:
        check_seats(cap)
    product = lock_product(pool.product)
    locked = lock_pool(pool, seen=seen)
    check_open(team)
    present = Allocation.objects.current().filter(team=team, product=product).first()
    if present:
        raise AlreadyAllocated(
            _("%(team)s draws on %(pool)s. Take it off that pool first.")
            % {"team": team, "pool": present.pool}
        )
    allocation = Allocation.objects.create(
        organisation_id=team.organisation_id, pool=locked, product=product, team=team, cap=cap
    )
    book(
        Movement(kind=Kind.SHARED, product=product, pool=locked, team=team),
        actor=actor,
        reason=reason,
    )
    return allocation


@atomically
def clone(
    *, actor: Member, pool: Pool, team: Team, reason: str = "", seen: int | None = None
) -> Allocated:
    """Give a team a new pool with the same product, terms and capacity (rule 7).

    Raises AlreadyAllocated, NotEnoughStock, ChangedMeanwhile or Archived.
    """
    product = lock_product(pool.product)
    template = lock_pool(pool, seen=seen)
    made = create_pool(
        actor=actor,
        product=product,
        name=_("%(pool)s for %(team)s") % {"pool": template.name, "team": team.name},
        seats=template.capacity,
        terms=Terms.of(template),
        reason=reason,
        cloned_from=template,
    )
    allocation = share(actor=actor, pool=made, team=team, reason=reason)
    return Allocated(pool=made, allocation=allocation, created=True, seats=template.capacity or 0)


@atomically
def take_off(*, actor: Member, allocation: Allocation, reason: str = "") -> Allocation:
    """Take a team off a pool, when it uses none of its seats (rule 6). Raises SeatsInUse."""
    pool = lock_pool(allocation.pool)
    locked = lock_allocation(allocation)
    if locked.used:
        detail = _("%(team)s uses %(used)s seats of it. Revoke these enrolments first.")
        raise SeatsInUse(detail % {"team": locked.team, "used": locked.used}, used=locked.used)
    if locked.ended_at is None:
        locked.ended_at = clock.now()
        locked.save(update_fields=["ended_at"])
        movement = Movement(kind=Kind.UNSHARED, product=pool.product, pool=pool, team=locked.team)
        book(movement, actor=actor, reason=reason)
    return locked


def check_open(team: Team) -> None:
    """Raise Archived for a team that is archived."""
    if team.archived_at:
        raise Archived(_("%(name)s is archived.") % {"name": team})


def _allocate_new(
    actor: Member,
    team: Team,
    product: Product,
    seats: int | None,
    terms: Terms,
    name: str,
    reason: str,
) -> Allocated:
    stock = product.stock
    pool = create_pool(
        actor=actor,
        product=product,
        name=name or f"{product.name}, {team.name}",
        seats=seats,
        terms=terms,
        reason=reason,
    )
    allocation = share(actor=actor, pool=pool, team=team, reason=reason)
    pool.refresh_from_db()
    issued = max(0, (seats or 0) - stock)
    return Allocated(
        pool=pool, allocation=allocation, created=True, seats=seats or 0, issued=issued
    )


def _raise_capacity(
    actor: Member,
    product: Product,
    pool: Pool,
    seats: int,
    reason: str,
    allocation: Allocation | None,
) -> Allocated:
    if pool.capacity is None:
        raise PoolIsUnlimited(_("%(pool)s needs no more seats.") % {"pool": pool})
    issued = _fill(actor, product, pool, seats, reason)
    return Allocated(
        pool=pool,
        allocation=allocation,
        created=False,
        seats=seats,
        issued=issued,
        shared_with=_others(pool, allocation and allocation.team_id),
    )


def _fill(actor: Member, product: Product, pool: Pool, seats: int, reason: str) -> int:
    issued = cover_from_stock(actor=actor, product=product, seats=seats, reason=reason)
    movement = Movement(
        kind=Kind.ALLOCATED, product=product, pool=pool, stock=-seats, capacity=seats
    )
    book(movement, actor=actor, reason=reason)
    return issued


def _others(pool: Pool, team_id: UUID | None) -> tuple[Team, ...]:
    drawing = Allocation.objects.current().drawing_on([pool]).exclude(team=team_id)
    teams = Team.objects.filter(pk__in=drawing.values("team")).by_name()
    return tuple(teams) if teams.count() > 1 or team_id else ()


