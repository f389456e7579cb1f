"""The terms of a pool: how long an enrolment through it lasts."""

from dataclasses import asdict, dataclass
from datetime import date

from django.utils.translation import gettext as _

from orgs.models import Member
from orgs.words import grouped
from seatdash.tenancy import atomically
from seats.errors import InvalidTerms, NotAllocated
from seats.models import Allocation, Pool
from seats.services.ledger import Kind, Movement, book
from seats.services.locks import check_seats, lock_allocation, lock_pool

# Beyond these a date is a slip of the keyboard, and soon no date at all.
MOST_DAYS = 36_525
LAST_DAY = date(2999, 12, 31)


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
        """Set the terms on a pool, unsaved. Raises InvalidTerms."""
        self._check()
        pool.terms_kind = self.terms_kind
        for field, value in asdict(self).items():
            setattr(pool, field, value)
        return pool

    def _check(self) -> None:
        if self.terms_days is not None and self.terms_date is not None:
            raise InvalidTerms(_("Give a number of days or a last day, not both."))
        if self.terms_days is not None and not 0 < self.terms_days <= MOST_DAYS:
            detail = _("Give a whole number of days from 1 to %(most)s.")
            raise InvalidTerms(detail % {"most": grouped(MOST_DAYS)}, most=MOST_DAYS)
        check_last_day(self.terms_date)


def check_last_day(day: date | None) -> None:
    """Raise InvalidTerms for a day that no calendar of ours reaches."""
    if day is not None and day > LAST_DAY:
        raise InvalidTerms(_("Give a day before the year %(year)s.") % {"year": LAST_DAY.year + 1})


@atomically
def set_terms(
    *, actor: Member, pool: Pool, terms: Terms, reason: str = "", seen: int | None = None
) -> Pool:
    """Change a pool's terms, for enrolments to come; those there are keep theirs (rule 12).

    Raises InvalidTerms, Archived or ChangedMeanwhile.
    """
    locked = terms.put_on(lock_pool(pool, seen=seen))
    locked.save(update_fields=["terms_kind", "terms_days", "terms_date", "reusable", "extendable"])
    book(Movement(kind=Kind.TERMS, product=pool.product, pool=locked), actor=actor, reason=reason)
    return locked


@atomically
def set_cap(
    *,
    actor: Member,
    allocation: Allocation,
    cap: int | None,
    reason: str = "",
    seen: int | None = None,
) -> Allocation:
    """Change the most seats that a team may use of a pool; None lifts the cap.

    It may go below what the team uses: nobody loses a seat, nobody gets one until use falls.
    Raises InvalidSeats, NotAllocated, Archived or ChangedMeanwhile.
    """
    if cap is not None:
        check_seats(cap)
    pool = lock_pool(allocation.pool, seen=seen)
    locked = lock_allocation(allocation)
    if locked.ended_at:
        raise NotAllocated(_("%(pool)s is no longer available to the team.") % {"pool": pool})
    locked.cap = cap
    locked.save(update_fields=["cap"])
    movement = Movement(
        kind=Kind.CAPPED, product=pool.product, pool=pool, team=locked.team, cap=cap
    )
    book(movement, actor=actor, reason=reason)
    return locked
