"""What is given to many teams, or what team many people join, shown beforehand."""

from collections.abc import Container, Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orgs.models import Member
from orgs.words import grouped
from seats.models import Pool, Product
from seats.reports import previews
from seats.reports.allocations import names_of
from seats.reports.selected import Preview, Row
from seats.services.giving import Gift
from seats.services.giving_many import Fate, Line
from teams.models import Team

WORDS = {
    Fate.SHARED: gettext_lazy("Draws on %(pool)s too"),
    Fate.DRAWS: gettext_lazy("Draws on %(pool)s already"),
    Fate.UNLIMITED: gettext_lazy("%(pool)s has no limit already"),
    Fate.ARCHIVED: gettext_lazy("Is archived"),
}


def giving(lines: Sequence[Line], gift: Gift, *, strict: bool) -> Preview:
    """Show what each team gets, and where the seats come from."""
    seats = gift.seats_out_of_stock * sum(line.fate.goes for line in lines)
    product = Product.objects.get(pk=gift.of_product.pk)
    issued = max(0, seats - product.stock)
    return Preview(
        rows=[_row(line, gift) for line in lines],
        note=_from_where(product, seats, issued, strict=strict),
        lacking=issued if strict else 0,
        pools=_raised(lines, gift),
    )


def joining(people: Sequence[Member], team: Team, inside: Container[UUID]) -> Preview:
    """Show who joins a team, and who is in it already."""
    return Preview(
        intro=_("To %(team)s:") % {"team": team},
        rows=[
            Row(
                row_id=each.pk,
                name=str(each),
                sub=each.email if each.name else "",
                through="",
                what=_("Is in this team already") if each.pk in inside else _("Joins the team"),
                goes=each.pk not in inside,
            )
            for each in people
        ],
    )


def _raised(lines: Sequence[Line], gift: Gift) -> previews.Preview:
    """Show each pool that gets more seats: once, where several of the teams draw on it."""
    teams: dict[Pool, list[Team]] = {}
    for line in lines:
        if line.fate is Fate.RAISED and line.pool:
            teams.setdefault(line.pool, []).append(line.team)
    parts = []
    for pool, drawing in teams.items():
        (whole,) = previews.parts_of(pool, gift.seats_out_of_stock * len(drawing), [])
        parts.append(replace(whole, sub=names_of(drawing)))
    return previews.Preview(parts=parts)


def _row(line: Line, gift: Gift) -> Row:
    return Row(
        row_id=line.team.pk,
        name=str(line.team),
        sub=line.team.external_id or "",
        through=str(line.pool or ""),
        what=_what(line, gift),
        goes=line.fate.goes,
    )


def _what(line: Line, gift: Gift) -> str:
    seats = gift.seats_out_of_stock
    if line.fate is Fate.NEW:
        return _new(gift, seats)
    if line.fate is Fate.RAISED and line.pool:
        words = ngettext("%(n)s more seat", "%(n)s more seats", seats)
        return words % {"n": grouped(seats)}
    return str(WORDS[line.fate]) % {"pool": line.pool}


def _new(gift: Gift, seats: int) -> str:
    capacity = gift.pool.capacity if gift.pool else gift.seats
    if capacity is None:
        return _("A new pool without a limit")
    words = ngettext("A new pool of %(n)s seat", "A new pool of %(n)s seats", seats)
    return words % {"n": grouped(seats)}


def _from_where(product: Product, seats: int, issued: int, *, strict: bool) -> str:
    if not seats:
        return ""
    numbers = {"seats": grouped(seats), "stock": grouped(product.stock), "issued": grouped(issued)}
    if not issued:
        return _("%(seats)s seats come out of stock, which holds %(stock)s.") % numbers
    if strict:
        return _("%(seats)s seats are needed and %(stock)s are in stock: %(issued)s too few.") % (
            numbers
        )
    return _("%(seats)s seats are needed; %(issued)s are not in stock and will be issued.") % (
        numbers
    )
