"""How many units of each line of an order stand, after all that was refunded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seatdash.orders.models import Order, OrderLine, OrderRefund


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """Units that stand, by the line's key; `unclear` money was refunded for nobody knows what."""

    units: Mapping[str, int]
    unclear: int


def reckon(order: Order, lines: Iterable[OrderLine], refunds: Iterable[OrderRefund]) -> Reckoning:
    """Reckon an order from all that was told of it."""
    lines, refunds = list(lines), list(refunds)
    amount = refunded_amount(refunds)
    is_all = any(_is_whole(refund) for refund in refunds)
    if order.is_cancelled or is_all or (order.total and amount >= order.total):
        return Reckoning(units={line.key: 0 for line in lines}, unclear=0)
    unclear = max(0, amount - order.settled_amount)
    by_amount = _units_of(order, lines, unclear)
    units = {}
    for line in lines:
        gone = sum(refund.units or 0 for refund in refunds if refund.line_key == line.key)
        units[line.key] = max(0, line.quantity - gone - by_amount.get(line.key, 0))
    return Reckoning(units=units, unclear=0 if by_amount else unclear)


def refunded_amount(refunds: Iterable[OrderRefund]) -> int:
    """Return the money of those refunds that name no units."""
    return sum(refund.amount or 0 for refund in refunds)


def _is_whole(refund: OrderRefund) -> bool:
    return not refund.line_key and refund.units is None and refund.amount is None


def _units_of(order: Order, lines: list[OrderLine], amount: int) -> dict[str, int]:
    """Return the units that an amount pays for, where there is one line and it comes out even."""
    bought = [line for line in lines if line.quantity]
    if not amount or not order.total or len(bought) != 1:
        return {}
    units, rest = divmod(amount * bought[0].quantity, order.total)
    return {} if rest else {bought[0].key: units}
