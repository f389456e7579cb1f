"""What an admin's change to a pool will do, and what it did, in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.errors import spelled
from orgs.words import grouped
from seats.models import Allocation, Enrolment, Pool
from seats.reports.allocations import names_of
from seats.services.taking import TakenAway
from teams.models import Team


def before_adding(pool: Pool) -> str:
    """Say where the seats come from, and who else will have them."""
    words = _("They come from stock, which holds %(stock)s; what it lacks is issued.")
    if pool.organisation.strict_stock:
        words = _("They come from stock, which holds %(stock)s.")
    teams = teams_on(pool)
    said = words % {"stock": grouped(pool.product.stock)}
    if len(teams) > 1:
        shared = _("The pool is shared: %(teams)s draw on it.")
        said = f"{said} {shared % {'teams': names_of(teams)}}"
    return said


def before_taking(pool: Pool) -> str:
    """Say how many seats may go before the pool is over-committed, and what that means."""
    if pool.capacity is None:
        return _("The pool has no limit, so there is no number to take from.")
    if not pool.used:
        numbers = {"pool": pool, "capacity": grouped(pool.capacity)}
        return _("%(pool)s has %(capacity)s seats, and none is in use.") % numbers
    free = max(0, pool.capacity - pool.used)
    words = _(
        "%(pool)s has %(capacity)s seats, and %(used)s are in use. Take more than %(free)s and it "
        "is over-committed: those enrolled keep their access, and nobody new gets in until use "
        "falls."
    )
    return words % spelled(pool=pool, capacity=pool.capacity, used=pool.used, free=free)


def before_archiving(pool: Pool) -> str:
    """Say what archiving gives back and whom it takes off, or why it will be refused."""
    live = live_in(pool)
    if live:
        words = ngettext(
            "%(n)s enrolment is live; it must end first.",
            "%(n)s enrolments are live; they must end first.",
            live,
        )
        return words % {"n": grouped(live)}
    free = max(0, (pool.capacity or 0) - pool.used)
    words = ngettext(
        "%(n)s seat goes back to stock, and its teams are taken off it. Its history stays.",
        "%(n)s seats go back to stock, and its teams are taken off it. Its history stays.",
        free,
    )
    return words % {"n": grouped(free)}


def said_of_taking(taken: TakenAway, *, retired: bool) -> str:
    """Say where the seats went and what is left, by how many it is over-committed included."""
    capacity = taken.pool.capacity or 0
    words = (
        ngettext("Retired %(n)s seat of %(pool)s.", "Retired %(n)s seats of %(pool)s.", taken.seats)
        if retired
        else ngettext(
            "%(n)s seat of %(pool)s went back to stock.",
            "%(n)s seats of %(pool)s went back to stock.",
            taken.seats,
        )
    )
    moved = words % {"n": grouped(taken.seats), "pool": taken.pool}
    left = _("It has %(capacity)s now, %(available)s available.")
    if taken.over:
        left = _(
            "It has %(capacity)s now and is over-committed by %(over)s: "
            "nobody new gets in until use falls below %(capacity)s."
        )
    numbers = {
        "capacity": grouped(capacity),
        "available": grouped(max(0, capacity - taken.pool.used)),
        "over": grouped(taken.over),
    }
    return f"{moved} {left % numbers}"


def said_of_archiving(pool: Pool, before: int | None) -> str:
    back = (before or 0) - (pool.capacity or 0)
    if not back:
        return _("Archived %(pool)s.") % {"pool": pool}
    words = ngettext(
        "Archived %(pool)s. %(n)s seat went back to stock.",
        "Archived %(pool)s. %(n)s seats went back to stock.",
        back,
    )
    return words % {"pool": pool, "n": grouped(back)}


def live_in(pool: Pool) -> int:
    """Count a pool's live enrolments."""
    return Enrolment.objects.live().filter(pool=pool).count()


def teams_on(pool: Pool) -> list[Team]:
    drawing = Allocation.objects.current().filter(pool=pool)
    return list(Team.objects.filter(pk__in=drawing.values("team")).by_name())
