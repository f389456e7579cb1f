"""What an allocation did, said in a sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.words import grouped
from seats.services.allocation import Allocated
from seats.services.transfer import Transfer
from teams.models import Team

MOST_NAMES = 4


def said_of(allocated: Allocated) -> str:
    """Say what was allocated, where the seats came from, and who else draws on them."""
    parts = [_what(allocated), _issued(allocated.issued), _shared(allocated.shared_with)]
    return " ".join(part for part in parts if part)


def said_of_transfer(plan: Transfer) -> str:
    seats = ngettext(
        "Moved %(seats)s seat of %(product)s from %(source)s to %(target)s.",
        "Moved %(seats)s seats of %(product)s from %(source)s to %(target)s.",
        plan.seats,
    )
    return seats % {
        "seats": grouped(plan.seats),
        "product": plan.product.name,
        "source": plan.giving.team,
        "target": plan.taking.team,
    }


def names_of(teams: Sequence[Team]) -> str:
    """Name a few teams and count the rest."""
    names = [team.name for team in teams[:MOST_NAMES]]
    more = len(teams) - len(names)
    if not more:
        return ", ".join(names)
    return _("%(names)s and %(more)s more") % {"names": ", ".join(names), "more": grouped(more)}


def _what(allocated: Allocated) -> str:
    pool, n = allocated.pool, allocated.seats
    if pool.capacity is None:
        return _("%(pool)s is available without a limit.") % {"pool": pool}
    if not n:
        return _("%(pool)s is available to the team now.") % {"pool": pool}
    made = ngettext("Made %(pool)s with %(n)s seat.", "Made %(pool)s with %(n)s seats.", n)
    added = ngettext("Added %(n)s seat to %(pool)s.", "Added %(n)s seats to %(pool)s.", n)
    return (made if allocated.created else added) % {"pool": pool, "n": grouped(n)}


def _issued(issued: int) -> str:
    words = ngettext(
        "%(n)s of them was not in stock and was issued.",
        "%(n)s of them were not in stock and were issued.",
        issued,
    )
    return words % {"n": grouped(issued)} if issued else ""


def _shared(teams: Sequence[Team]) -> str:
    if not teams:
        return ""
    return _("The pool is shared: %(teams)s draw on it too.") % {"teams": names_of(teams)}
