"""What waits for an admin: to be run again, ignored with a word, or a refund counted in seats."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.ids import new_id
from orgs.models import Member
from seatdash.orders.errors import NothingToRefund
from seatdash.orders.models import Order, OrderMessage, OrderRefund, Source
from seatdash.orders.services.fetching import ask_for_items
from seatdash.orders.services.reckoning import refunded_amount
from seatdash.orders.services.settling import hold, note_deed, reckoning_of, settle
from seatdash.tenancy import atomically

State = Order.State
# So many are run in one step.
MOST_RUN = 100


@dataclass(frozen=True, kw_only=True)
class Run:
    """How many orders of the inbox are done now, and how many wait still."""

    done: int
    waiting: int


@atomically
def run(*, actor: Member, order: Order) -> Order:
    """Try an order again, one that was ignored too; answers it as it is now."""
    locked = hold(actor, order.pk)
    if locked.state == State.IGNORED:
        locked.state, locked.word = State.WAITING, ""
        locked.save(update_fields=["state", "word"])
    if not locked.is_told:
        _fetch_again(locked)
    return settle(actor=actor, order_id=order.pk)


@atomically
def run_all(*, actor: Member, source: Source | None = None) -> Run:
    """Try what waits in the inbox again, the oldest first, each on its own."""
    orders = Order.objects.for_org(actor.organisation_id).in_inbox()
    if source:
        orders = orders.filter(source=source)
    ran = [run(actor=actor, order=order) for order in orders[:MOST_RUN]]
    waiting = sum(order.state in (State.WAITING, State.FAILED) for order in ran)
    return Run(done=len(ran) - waiting, waiting=waiting)


@atomically
def ignore(*, actor: Member, order: Order, word: str) -> Order:
    """Put an order aside with a word. Where seats were given for it, only the refund that waits is
    put aside: what comes later is still taken back.
    """
    locked = hold(actor, order.pk)
    if any(line.units for line in locked.lines.all()) and reckoning_of(locked).unclear:
        locked.settled_amount = refunded_amount(locked.refunds.all())
    else:
        locked.state, locked.problem = State.IGNORED, ""
    locked.word = word
    locked.save()
    note_deed(actor, locked, _("Ignored: %(word)s") % {"word": word})
    return settle(actor=actor, order_id=order.pk)


@atomically
def count_refund(*, actor: Member, order: Order, units: Mapping[str, int]) -> Order:
    """Say for how many units of each line, by its key, the money that waits was refunded.

    Raises NothingToRefund.
    """
    locked = hold(actor, order.pk)
    if not reckoning_of(locked).unclear:
        raise NothingToRefund(_("Look at the order again."))
    key = f"counted {new_id()}"
    OrderRefund.objects.bulk_create(
        OrderRefund(
            organisation_id=locked.organisation_id,
            order=locked,
            key=key,
            line_key=line_key,
            units=number,
        )
        for line_key, number in units.items()
        if number
    )
    locked.settled_amount = refunded_amount(locked.refunds.all())
    locked.save(update_fields=["settled_amount"])
    return settle(actor=actor, order_id=order.pk)


@atomically
def ignore_message(*, actor: Member, message: OrderMessage) -> None:
    """Put a message aside that says nothing we understand."""
    messages = OrderMessage.objects.for_org(actor.organisation_id)
    unread = messages.filter(pk=message.pk, outcome=OrderMessage.Outcome.NOT_UNDERSTOOD)
    unread.update(outcome=OrderMessage.Outcome.IGNORED)


def _fetch_again(order: Order) -> None:
    """Ask the shop once more for what it did not tell; the worker goes on when it has."""
    message = order.messages.filter(topic__startswith="checkout.").order_by("received_at").last()
    if message and message.body:
        message.fetched, message.outcome = None, OrderMessage.Outcome.WAITS
        with transaction.atomic():
            if ask_for_items(message):
                message.save(update_fields=["fetched", "outcome"])
