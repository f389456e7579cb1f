"""Archiving what has history: never deleted, no longer used (rule 9)."""

from django.utils.translation import ngettext

from orgs.errors import spelled
from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import StillInUse
from seats.models import Allocation, Enrolment, Pool, Product
from seats.services.allocation import take_off
from seats.services.expiry import expire_in_pool
from seats.services.ledger import Kind, Movement, book
from seats.services.locks import lock_pool, lock_pools, lock_product
from teams.models import Team
from teams.services import close_team, lock_team


@atomically
def archive_pool(*, actor: Member, pool: Pool, reason: str = "", seen: int | None = None) -> Pool:
    """Close a pool: its teams are taken off, its free seats go back to stock.

    Raises StillInUse with the number of live enrolments, ChangedMeanwhile or Archived. Seats that
    expired enrolments hold stay in the pool, used up.
    """
    product = lock_product(pool.product)
    locked = lock_pool(pool, seen=seen)
    expire_in_pool(locked)
    locked.refresh_from_db()
    _refuse_live(locked)
    Allocation.objects.current().drawing_on([locked]).update(ended_at=clock.now())
    free = max(0, (locked.capacity or 0) - locked.used)
    locked.archived_at = clock.now()
    locked.save(update_fields=["archived_at"])
    closed = Movement(kind=Kind.ARCHIVED, product=product, pool=locked, stock=free, capacity=-free)
    book(closed, actor=actor, reason=reason)
    return locked


@atomically
def archive_product(*, actor: Member, product: Product, reason: str = "") -> Product:
    """Close a product that has no open pool. Raises StillInUse or Archived."""
    locked = lock_product(product)
    pools = Pool.objects.open().filter(product=locked).count()
    if pools:
        detail = ngettext("Archive its %(n)s pool first.", "Archive its %(n)s pools first.", pools)
        raise StillInUse(detail % spelled(n=pools), pools=pools)
    locked.archived_at = clock.now()
    locked.save(update_fields=["archived_at"])
    book(Movement(kind=Kind.ARCHIVED, product=locked), actor=actor, reason=reason)
    return locked


@atomically
def archive_team(*, actor: Member, team: Team, reason: str = "") -> Team:
    """Close a team that uses no seats and has no team below it. Raises StillInUse, SeatsInUse
    or Archived.

    It is taken off its pools; these stay, with nobody drawing on them, for the admin to decide.
    """
    team = lock_team(team)
    below = Team.objects.open().below(team).exclude(pk=team.pk).count()
    if below:
        detail = ngettext(
            "Archive the %(n)s team below it first.",
            "Archive the %(n)s teams below it first.",
            below,
        )
        raise StillInUse(detail % spelled(n=below), teams=below)
    for allocation in _locked_allocations(team):
        take_off(actor=actor, allocation=allocation, reason=reason)
    return close_team(actor=actor, team=team)


def _locked_allocations(team: Team) -> list[Allocation]:
    # All products before all pools, or another service that locks several would meet this halfway.
    # With the products locked, no other allocation of the team ends or begins; with the team
    # locked, none of another product begins.
    current = Allocation.objects.current().of_team(team)
    list(Product.objects.filter(pk__in=current.values("product")).locked())
    allocations = list(current.select_related("product"))
    lock_pools(team.organisation_id, [allocation.pool_id for allocation in allocations])
    return allocations


def _refuse_live(pool: Pool) -> None:
    live = Enrolment.objects.unended().filter(pool=pool).count()
    if live:
        detail = ngettext(
            "%(n)s enrolment is live. Revoke it or wait for its end.",
            "%(n)s enrolments are live. Revoke them or wait for their end.",
            live,
        )
        raise StillInUse(detail % spelled(n=live), live_enrolments=live)
