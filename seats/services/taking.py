"""Taking seats away from a pool: back to stock, or retired (rule 4)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orgs.errors import spelled
from orgs.models import Member
from seatdash.tenancy import atomically
from seats.errors import NotEnoughSeats, PoolIsUnlimited
from seats.models import Pool
from seats.services.ledger import Kind, Movement, book
from seats.services.locks import check_seats, lock_pool, lock_product


@dataclass(frozen=True, kw_only=True)
class TakenAway:
    """The pool after seats were taken; `over` is by how many it is over-committed now."""

    pool: Pool
    seats: int
    over: int


@atomically
def take_away(
    *,
    actor: Member,
    pool: Pool,
    seats: int,
    retire: bool = False,
    reason: str = "",
    seen: int | None = None,
) -> TakenAway:
    """Lower a pool's capacity, also below what is in use: enrolments keep their access.

    The seats go to stock, or out of it for good with `retire`. Raises InvalidSeats,
    NotEnoughSeats, PoolIsUnlimited, ChangedMeanwhile or Archived.
    """
    check_seats(seats)
    product = lock_product(pool.product)
    locked = lock_pool(pool, seen=seen)
    check_capacity(locked, seats)
    taken = Movement(
        kind=Kind.TAKEN_BACK, product=product, pool=locked, stock=seats, capacity=-seats
    )
    book(taken, actor=actor, reason=reason)
    if retire:
        retired = Movement(kind=Kind.RETIRED, product=product, stock=-seats)
        book(retired, actor=actor, reason=reason)
    over = max(0, locked.used - (locked.capacity or 0))
    return TakenAway(pool=locked, seats=seats, over=over)


def check_capacity(pool: Pool, seats: int) -> None:
    """Raise PoolIsUnlimited or NotEnoughSeats unless `seats` can leave the pool."""
    if pool.capacity is None:
        raise PoolIsUnlimited(_("There is no number to take from."))
    if seats > pool.capacity:
        detail = _("%(pool)s has %(capacity)s.")
        facts = spelled(pool=pool, capacity=pool.capacity)
        raise NotEnoughSeats(detail % facts, asked=seats, capacity=pool.capacity)
