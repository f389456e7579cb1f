"""Locking rows, in the one order that `seats.services` gives."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from orgs.errors import spelled
from seats.errors import Archived, ChangedMeanwhile, InvalidSeats
from seats.models import MOST_SEATS, Allocation, Pool, Product


def lock_memberships(team_id: UUID, members: Iterable[UUID]) -> set[UUID]:
    """Hold who belongs to a team, so that nobody leaves it meanwhile; others may hold them too.

    Answers those of `members` who do.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id FROM teams_teammember WHERE team_id = %s AND member_id = ANY(%s)"
            " ORDER BY member_id FOR KEY SHARE",
            [team_id, list(members)],
        )
        return {member for (member,) in cursor.fetchall()}


def moment_of_lock() -> datetime:
    """Return the database's present moment, which is after all that happened before the locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def lock_product(product: Product) -> Product:
    """Lock a product that is in use; raises Archived."""
    locked = Product.objects.for_org(product.organisation_id).locked().get(pk=product.pk)
    if locked.archived_at:
        raise Archived(_("%(name)s is archived.") % {"name": locked})
    return locked


def lock_pools(organisation_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Pool]:
    """Lock pools in the order of their ids; answers them by id."""
    pools = Pool.objects.for_org(organisation_id).filter(pk__in=set(ids)).locked()
    return {pool.pk: pool for pool in pools}


def lock_pool(pool: Pool, *, seen: int | None = None) -> Pool:
    """Lock a pool in use; raises Archived, or ChangedMeanwhile where its version is not `seen`."""
    locked = lock_pools(pool.organisation_id, [pool.pk])[pool.pk]
    if locked.archived_at:
        raise Archived(_("%(name)s is archived.") % {"name": locked})
    if seen is not None and locked.version != seen:
        raise changed(locked)
    return locked


def lock_allocation(allocation: Allocation) -> Allocation:
    """Lock an allocation whose pool is locked already."""
    return Allocation.objects.for_org(allocation.organisation_id).locked().get(pk=allocation.pk)


def changed(pool: Pool) -> ChangedMeanwhile:
    """Return the refusal for a form that shows a pool as it no longer is."""
    detail = _("%(name)s now has %(capacity)s seats. Check the numbers and send the form again.")
    capacity = _("unlimited") if pool.capacity is None else pool.capacity
    return ChangedMeanwhile(
        detail % spelled(name=pool.name, capacity=capacity), capacity=pool.capacity
    )


def check_seats(seats: int) -> None:
    """Raise InvalidSeats unless `seats` is a number that can be moved at once."""
    if not 0 < seats <= MOST_SEATS:
        detail = _("Give a whole number from 1 to %(most)s.")
        raise InvalidSeats(detail % spelled(most=MOST_SEATS), most=MOST_SEATS)


def check_room(total: int) -> None:
    """Raise InvalidSeats where a pool or stock would hold more than the most."""
    if total > MOST_SEATS:
        detail = _("That would make %(total)s seats; the most is %(most)s.")
        numbers = {"total": total, "most": MOST_SEATS}
        raise InvalidSeats(detail % spelled(**numbers), **numbers)
