"""Allocating: giving teams seats, from a pool of their own, a shared one, or a template's clone."""

from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from orgs.errors import spelled
from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import AlreadyAllocated, ChangedMeanwhile, PoolIsUnlimited, SeatsInUse
from seats.models import Allocation, Enrolment, Pool, Product
from seats.services.expiry import expire_in_pool
from seats.services.ledger import Kind, Movement, book
from seats.services.locks import (
    check_seats,
    lock_allocation,
    lock_pool,
    lock_product,
)
from seats.services.stock import cover_from_stock
from seats.services.terms import Terms
from teams.models import Team
from teams.services import lock_team

LONGEST_NAME = 200
# A refusal names no more people than fit the screen.
SOME = 5


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
    team = lock_team(team)
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
    pool, _issued = _make_pool(
        actor=actor,
        product=lock_product(product),
        name=name or product.name,
        seats=seats,
        terms=terms or Terms(),
        reason=reason,
        cloned_from=cloned_from,
    )
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
    team = lock_team(team)
    product = lock_product(pool.product)
    locked = lock_pool(pool, seen=seen)
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
        Movement(kind=Kind.SHARED, product=product, pool=locked, team=team, cap=cap),
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
    team = lock_team(team)
    product = lock_product(pool.product)
    template = lock_pool(pool, seen=seen)
    made, issued = _make_pool(
        actor=actor,
        product=product,
        name=_("%(pool)s for %(team)s") % {"pool": template.name, "team": team.name},
        seats=template.capacity,
        terms=Terms.of(template),
        reason=reason,
        cloned_from=template,
    )
    allocation = share(actor=actor, pool=made, team=team, reason=reason)
    made.refresh_from_db()
    return Allocated(
        pool=made,
        allocation=allocation,
        created=True,
        seats=template.capacity or 0,
        issued=issued,
    )


@atomically
def take_off(*, actor: Member, allocation: Allocation, reason: str = "") -> Allocation:
    """Take a team off a pool, when it uses none of its seats (rule 6). Raises SeatsInUse."""
    lock_product(allocation.product)
    pool = lock_pool(allocation.pool)
    expire_in_pool(pool)
    pool.refresh_from_db()
    locked = lock_allocation(allocation)
    if locked.used:
        raise _in_use(locked)
    if locked.ended_at is None:
        locked.ended_at = clock.now()
        locked.save(update_fields=["ended_at"])
        movement = Movement(kind=Kind.UNSHARED, product=pool.product, pool=pool, team=locked.team)
        book(movement, actor=actor, reason=reason)
    return locked


def name_for(product: Product, team: Team) -> str:
    """Return the name of a team's own pool, as long as a name may be."""
    return f"{product.name}, {team.name}"[:LONGEST_NAME]


def _allocate_new(
    actor: Member,
    team: Team,
    product: Product,
    seats: int | None,
    terms: Terms,
    name: str,
    reason: str,
) -> Allocated:
    pool, issued = _make_pool(
        actor=actor,
        product=product,
        name=name or name_for(product, team),
        seats=seats,
        terms=terms,
        reason=reason,
    )
    allocation = share(actor=actor, pool=pool, team=team, reason=reason)
    pool.refresh_from_db()
    return Allocated(
        pool=pool, allocation=allocation, created=True, seats=seats or 0, issued=issued
    )


def _make_pool(
    *,
    actor: Member,
    product: Product,
    name: str,
    seats: int | None,
    terms: Terms,
    reason: str,
    cloned_from: Pool | None = None,
) -> tuple[Pool, int]:
    # The product is locked. Answers how many of the seats were not in stock, too.
    pool = Pool(
        organisation_id=product.organisation_id,
        product=product,
        name=name[:LONGEST_NAME],
        capacity=None if seats is None else 0,
        cloned_from=cloned_from,
    )
    terms.put_on(pool).save()
    return pool, _fill(actor, product, pool, seats or 0, reason)


def _raise_capacity(
    actor: Member,
    product: Product,
    pool: Pool,
    seats: int,
    reason: str,
    allocation: Allocation | None,
) -> Allocated:
    team_id = allocation.team_id if allocation else None
    if pool.capacity is None:
        raise PoolIsUnlimited(_("%(pool)s needs no more seats.") % {"pool": pool})
    issued = _fill(actor, product, pool, seats, reason)
    return Allocated(
        pool=pool,
        allocation=allocation,
        created=False,
        seats=seats,
        issued=issued,
        shared_with=_others(pool, team_id),
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
    teams = tuple(Team.objects.filter(pk__in=drawing.values("team")).by_name())
    return teams if len(teams) > 1 or team_id else ()


def _in_use(allocation: Allocation) -> SeatsInUse:
    using = Enrolment.objects.occupying().filter(allocation=allocation).select_related("member")
    names = [str(each.member) for each in using.unended().order_by("started_at", "id")[:SOME]]
    numbers = {"team": allocation.team, "used": allocation.used, "names": ", ".join(names)}
    if len(names) == allocation.used:
        detail = _("%(team)s uses %(used)s seats of it. Revoke first: %(names)s.")
    elif names:
        detail = _("%(team)s uses %(used)s seats of it. Revoke first: %(names)s and others.")
    else:
        detail = _("Expired enrolments of %(team)s hold %(used)s seats of it. Archive the pool.")
    return SeatsInUse(detail % spelled(**numbers), used=allocation.used, members=names)
