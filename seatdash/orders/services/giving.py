"""The seats of an order are given by one provision, all of its lines or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.models import Member
from orgs.words import grouped
from seatdash.orders.models import Order, OrderLine, ProductRule
from seatdash.orders.services.mapping import team_for
from seats.models import Pool
from seats.services.provisioning import Provision, SeatsPart, provision
from seats.services.provisioning.order import SeatsDone

Mode = ProductRule.Mode


@dataclass(frozen=True, kw_only=True)
class Share:
    """The part of a provision that is one line's; with `is_filling`, it is what raises a pool."""

    line: OrderLine
    part: SeatsPart


def give(
    actor: Member, order: Order, wanted: Mapping[str, int], rules: Mapping[str, ProductRule]
) -> list[str]:
    """Give each line the units that it lacks; answers what was done, in words.

    Raises NotMapped, and what `provision` raises.
    """
    lines = [line for line in order.lines.order_by("key") if wanted[line.key] > line.units]
    shares = [
        share
        for line in lines
        for share in _shares(line, wanted[line.key] - line.units, rules[line.key])
    ]
    said = _provide(actor, order, shares, rules) if shares else []
    for line in lines:
        _keep(line, wanted[line.key], rules[line.key])
    return said


def _provide(
    actor: Member, order: Order, shares: Sequence[Share], rules: Mapping[str, ProductRule]
) -> list[str]:
    asked = Provision(
        team=team_for(order),
        seats=tuple(share.part for share in shares),
        reference=reason_for(order),
    )
    done = provision(actor=actor, order=asked)
    order.team = done.team.team
    for share, seats in zip(shares, done.seats, strict=True):
        share.line.given += seats.seats
        share.line.pool = rules[share.line.key].pool or seats.pool
        if share.part.mode == "template":
            share.line.pool = seats.pool
    return [_said(order, seats) for seats in done.seats]


def reason_for(order: Order) -> str:
    """Return what the ledger says of why."""
    words = _("%(shop)s order %(number)s") % {"shop": order.source.called, "number": order}
    return words[:500]


def _shares(line: OrderLine, units: int, rule: ProductRule) -> list[Share]:
    """Return the parts that give a line so many units more."""
    product = str(rule.product_id)
    parts: list[SeatsPart] = []
    if rule.mode == Mode.TEMPLATE and line.units == 0:
        parts.append(SeatsPart(mode="template", pool=str(_pool(rule).pk)))
    if rule.mode == Mode.SHARED:
        parts.append(SeatsPart(mode="shared", pool=str(_pool(rule).pk)))
    if rule.mode in (Mode.OWN, Mode.SHARED) and rule.seats:
        parts.append(SeatsPart(product=product, seats=units * rule.seats))
    return [Share(line=line, part=part) for part in parts]


def _pool(rule: ProductRule) -> Pool:
    assert rule.pool is not None
    return rule.pool


def _keep(line: OrderLine, units: int, rule: ProductRule) -> None:
    line.units, line.mode = units, rule.mode
    line.product, line.seats = rule.product, rule.seats
    line.save()


def _said(order: Order, seats: SeatsDone) -> str:
    facts = {"n": grouped(seats.seats), "team": order.team, "product": seats.product.code}
    if not seats.seats:
        return _("%(product)s is available to %(team)s.") % facts
    words = ngettext(
        "Gave %(team)s %(n)s seat of %(product)s.",
        "Gave %(team)s %(n)s seats of %(product)s.",
        seats.seats,
    )
    return words % facts
