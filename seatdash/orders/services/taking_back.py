"""What was refunded is taken back: enrolments keep their access, and capacity may go below use.

No more than was given for a line, and no more than its pool still holds.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.models import Member
from orgs.words import grouped
from seatdash.orders.models import Order, OrderLine, ProductRule
from seatdash.orders.services.giving import reason_for
from seats.models import Product
from seats.services.locks import lock_pools
from seats.services.taking import take_away

Mode = ProductRule.Mode


def take_back(actor: Member, order: Order, wanted: Mapping[str, int]) -> list[str]:
    """Take back what each line has too much; answers what was done, in words."""
    lines = [line for line in order.lines.order_by("key") if wanted[line.key] < line.units]
    if not lines:
        return []
    products = Product.objects.for_org(order.organisation_id).locked()
    list(products.filter(pk__in=[line.product_id for line in lines]))
    lock_pools(order.organisation_id, [line.pool_id for line in lines if line.pool_id])
    return [said for line in lines if (said := _take(actor, order, line, wanted[line.key]))]


def _take(actor: Member, order: Order, line: OrderLine, units: int) -> str:
    seats = _too_many(line, units)
    taken, over = _out_of_pool(actor, order, line, seats)
    line.units = units
    line.given -= seats
    line.save(update_fields=["units", "given"])
    return _said(line, seats, taken, over) if seats else ""


def _too_many(line: OrderLine, units: int) -> int:
    """Return how many seats go with the units that go; of a template's clone, all with the last."""
    if line.mode == Mode.TEMPLATE:
        return 0 if units else line.given
    return min(line.given, (line.units - units) * line.seats)


def _out_of_pool(actor: Member, order: Order, line: OrderLine, seats: int) -> tuple[int, int]:
    """Take seats as far as the pool has them; answers how many, and its over-commitment."""
    if line.pool is None:
        return 0, 0
    line.pool.refresh_from_db()
    # An archived pool has given its seats back to stock already.
    there = 0 if line.pool.archived_at else min(seats, line.pool.capacity or 0)
    if not there:
        return 0, 0
    reason = _("%(order)s refunded") % {"order": reason_for(order)}
    done = take_away(actor=actor, pool=line.pool, seats=there, reason=reason[:500])
    return done.seats, done.over


def _said(line: OrderLine, seats: int, taken: int, over: int) -> str:
    facts = {"n": grouped(taken), "pool": line.pool, "over": grouped(over)}
    words = ngettext(
        "Took %(n)s seat back from %(pool)s.", "Took %(n)s seats back from %(pool)s.", taken
    )
    said = [words % facts]
    if taken < seats:
        missing = {"n": grouped(seats - taken)}
        said.append(_("%(n)s more had left the pool already.") % missing)
    if over:
        said.append(_("The pool is over-committed by %(over)s.") % facts)
    return " ".join(said)
