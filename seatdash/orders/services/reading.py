"""A stored message is read into its order: what it says is merged with what is known.

Nothing here depends on the sequence in which messages come, nor on how often.
"""

from uuid import UUID

from orgs.models import Member
from seatdash.orders.errors import NotUnderstood
from seatdash.orders.models import Order, OrderLine, OrderMessage, OrderRefund, Source
from seatdash.orders.services.fetching import ask_for_items
from seatdash.orders.shops import SHOPS, parsed
from seatdash.orders.shops.reading import Line, Reading, Refund
from seatdash.tenancy import atomically

Outcome = OrderMessage.Outcome


@atomically
def read_message(*, actor: Member, message_id: UUID) -> UUID | None:
    """Read a message once; answers the order that is to be settled then, if any.

    One whose items must be fetched first, or whose shop is paused, waits.
    """
    rows = OrderMessage.objects.for_org(actor.organisation_id).select_related("source")
    message = rows.filter(pk=message_id).locked().first()
    if message is None or message.outcome != Outcome.WAITS or message.source.paused_at:
        return None
    try:
        content = parsed(bytes(message.body))
        reading = SHOPS[message.source.kind].read(message.topic, content, message.fetched)
    except NotUnderstood as error:
        return _settle(message, Outcome.NOT_UNDERSTOOD, problem=str(error))
    if reading is None:
        return _settle(message, Outcome.NOT_NEEDED)
    if reading.needs_lines and ask_for_items(message):
        return None
    message.order = note(message.source, reading)
    return _settle(message, Outcome.READ)


def _settle(message: OrderMessage, outcome: Outcome, *, problem: str = "") -> UUID | None:
    message.outcome, message.problem = outcome, problem[:500]
    message.save(update_fields=["order", "outcome", "problem"])
    return message.order_id


def note(source: Source, reading: Reading) -> Order:
    """Merge what a message says into its order; answers it, locked."""
    order = _hold(source, reading.order_id)
    is_latest = reading.revision >= order.revision
    _note_facts(order, reading, is_latest=is_latest)
    if reading.lines is not None and is_latest:
        _note_lines(order, reading.lines, is_whole=bool(reading.revision))
    for refund in reading.refunds:
        _note_refund(order, refund)
    order.save()
    return order


def _hold(source: Source, vendor_id: str) -> Order:
    order = Order(
        organisation_id=source.organisation_id, source=source, vendor_id=vendor_id, number=vendor_id
    )
    Order.objects.bulk_create([order], ignore_conflicts=True)
    orders = Order.objects.for_org(source.organisation_id).filter(source=source)
    return orders.locked().get(vendor_id=vendor_id)


def _note_facts(order: Order, reading: Reading, *, is_latest: bool) -> None:
    order.is_due = True
    order.is_paid = order.is_paid or reading.is_paid
    order.is_told = order.is_told or reading.lines is not None
    if reading.total is not None and is_latest:
        order.total = reading.total
    if reading.number:
        order.number = reading.number
    if reading.revision and is_latest:
        # Two within one second cannot be told apart: what takes back is the safer.
        is_tie = reading.revision == order.revision and order.is_cancelled
        order.is_cancelled = reading.is_cancelled or is_tie
        order.revision = reading.revision
    if reading.customer and is_latest:
        for name in ("id", "email", "name", "company"):
            told = getattr(reading.customer, name)
            setattr(order, f"customer_{name}", told or getattr(order, f"customer_{name}"))


def _note_lines(order: Order, lines: tuple[Line, ...], *, is_whole: bool) -> None:
    """Keep the lines. Where the message is the whole order, those it leaves out are no more."""
    known = {line.key: line for line in order.lines.all()}
    for told in lines:
        line = known.pop(told.key, None) or OrderLine(
            organisation_id=order.organisation_id, order=order, key=told.key, quantity=0
        )
        line.quantity = told.quantity if is_whole else max(line.quantity, told.quantity)
        line.externals, line.title = list(told.externals), told.title
        line.save()
    for gone in known.values() if is_whole else ():
        gone.quantity = 0
        gone.save(update_fields=["quantity"])


def _note_refund(order: Order, told: Refund) -> None:
    refund, is_new = OrderRefund.objects.get_or_create(
        organisation_id=order.organisation_id,
        order=order,
        key=told.key,
        line_key=told.line_key,
        defaults={"units": told.units, "amount": told.amount},
    )
    if is_new:
        return
    # Neither units nor an amount is all of it, and stays so.
    is_whole = told.units is None and told.amount is None
    if is_whole or (refund.units is None and refund.amount is None):
        refund.units = refund.amount = None
    else:
        refund.units = _greater(refund.units, told.units)
        refund.amount = _greater(refund.amount, told.amount)
    refund.save(update_fields=["units", "amount"])


def _greater(known: int | None, told: int | None) -> int | None:
    return max(known or 0, told or 0) if known is not None or told is not None else None
