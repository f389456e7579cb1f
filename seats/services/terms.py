"""The terms of a pool: how long an enrolment through it lasts."""

from dataclasses import asdict, dataclass
from datetime import date

from orgs.models import Member
from seatdash.tenancy import atomically
from seats.models import Allocation, Pool
from seats.services.ledger import Kind, Movement, book
from seats.services.locks import check_seats, lock_allocation, lock_pool


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How an enrolment ends: after `days`, with `date` (its last day), or never (neither)."""

    terms_days: int | None = None
    terms_date: date | None = None
    reusable: bool = True
    extendable: bool = False

    @property
    def terms_kind(self) -> Pool.Terms:
        if self.terms_days is not None:
            return Pool.Terms.DAYS
        return Pool.Terms.NEVER if self.terms_date is None else Pool.Terms.DATE

    @classmethod
    def of(cls, pool: Pool) -> "Terms":
        return cls(
            terms_days=pool.terms_days,
            terms_date=pool.terms_date,
            reusable=pool.reusable,
            extendable=pool.extendable,
        )

    def put_on(self, pool: Pool) -> Pool:
        """Set the terms on a pool, unsaved."""
        pool.terms_kind = self.terms_kind
        for field, value in asdict(self).items():
            setattr(pool, field, value)
        return pool


@atomically
def set_terms(
    *, actor: Member, pool: Pool, terms: Terms, reason: str = "", seen: int | None = None
) -> Pool:
    """Change a pool's terms, for enrolments to come; those there are keep theirs (rule 12).

    Raises Archived or ChangedMeanwhile.
    """
    locked = terms.put_on(lock_pool(pool, seen=seen))
    locked.save(
        update_fields=["terms_kind", "terms_days", "terms_date", "reusable", "extendable"]
    )
    book(Movement(kind=Kind.TERMS, product=pool.product, pool=locked), actor=actor, reason=reason)
    return locked


@atomically
def set_cap(
    *, actor: Member, allocation: Allocation, cap: int | None, reason: str = ""
) -> Allocation:
    """Change the most seats that a team may use of a pool; None lifts the cap.

    It may go below what the team uses: nobody loses a seat, nobody gets one until use falls.
    Raises InvalidSeats or Archived.
    """
    if cap is not None:
        check_seats(cap)
    pool = lock_pool(allocation.pool)
    locked = lock_allocation(allocation)
    locked.cap = cap
    locked.save(update_fields=["cap"])
    movement = Movement(kind=Kind.CAPPED, product=pool.product, pool=pool, team=locked.team)
    book(movement, actor=actor, reason=reason)
    return locked
