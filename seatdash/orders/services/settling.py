"""An order is settled: what was given for it becomes what it should be, by all that was told.

The difference is given or taken back, so settling again changes nothing.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.errors import Refusal
from orgs.models import Member
from seatdash.orders.errors import NotMapped
from seatdash.orders.models import Order, OrderDeed
from seatdash.orders.services.giving import give
from seatdash.orders.services.mapping import rules_for
from seatdash.orders.services.reckoning import Reckoning, reckon
from seatdash.orders.services.taking_back import take_back
from seatdash.tenancy import atomically
from seats.errors import InvalidOrder
from seats.fields import current_transaction_id

State = Order.State


@atomically
def settle(*, actor: Member, order_id: UUID) -> Order:
    """Bring about what an order asks for, all of it or nothing; answers it as it is now.

    Where that cannot be, it is WAITING with the reason. One that is ignored is left alone.
    """
    order = hold(actor, order_id)
    if order.state != State.IGNORED:
        order = _tried(actor, order)
    order.is_due = False
    order.save()
    return order


def _tried(actor: Member, order: Order) -> Order:
    try:
        with transaction.atomic():
            _bring_about(actor, order)
    except NotMapped as refusal:
        problem = refusal.detail
    except Refusal as refusal:
        problem = f"{refusal.title} {refusal.detail}".strip()
    except InvalidOrder as error:
        problem = " ".join(error.problems.values())
    else:
        return order
    # What was rolled back is forgotten here, too.
    return _wait(hold(actor, order.pk), problem)


@atomically
def give_up(*, actor: Member, order_id: UUID) -> None:
    """Say that an order broke something, so that a person looks at it."""
    order = hold(actor, order_id)
    order.is_due, order.state = False, State.FAILED
    order.problem = _("Something went wrong here, and nothing was done. Run it again.")
    order.save()


def hold(actor: Member, order_id: UUID) -> Order:
    """Lock an order, with its shop. For services only."""
    orders = Order.objects.for_org(actor.organisation_id).select_related("source", "team")
    return orders.locked().get(pk=order_id)


def reckoning_of(order: Order) -> Reckoning:
    """Return how many units of each line stand."""
    return reckon(order, order.lines.all(), order.refunds.all())


def _bring_about(actor: Member, order: Order) -> None:
    reckoning = reckoning_of(order)
    if not order.is_paid or not order.is_told:
        _stay(order)
        return
    said = [*_give(actor, order, reckoning.units), *take_back(actor, order, reckoning.units)]
    note_deed(actor, order, " ".join(said))
    order.state = State.DONE if any(reckoning.units.values()) else State.REFUNDED
    order.problem = ""
    if reckoning.unclear:
        _wait(order, _("Money was refunded. Say for how many units, or that it takes none."))


def _give(actor: Member, order: Order, wanted: Mapping[str, int]) -> list[str]:
    standing = [line for line in order.lines.all() if wanted[line.key]]
    return give(actor, order, wanted, rules_for(order, standing))


def _stay(order: Order) -> None:
    """Say what is still to come; a sale that the shop says nothing of needs a person."""
    if order.is_paid:
        _wait(order, _not_told(order))
        return
    order.state = State.EXPECTED
    order.problem = (
        _("It is not paid yet.") if order.is_told else _("The refund came before the order.")
    )


def _not_told(order: Order) -> str:
    """Say why it is not known what was bought."""
    fetched = order.messages.filter(fetched__isnull=False).values_list("fetched", flat=True).first()
    if isinstance(fetched, dict) and fetched.get("problem"):
        return str(fetched["problem"])
    return _(
        "Stripe does not say what was bought. Give seatdash a restricted key, or fill in the"
        " metadata seatdash_items, as the shop's page here explains."
    )


def _wait(order: Order, problem: str) -> Order:
    order.state, order.problem = State.WAITING, problem[:1000]
    return order


def note_deed(actor: Member, order: Order, words: str) -> None:
    """Keep what was done, with the transaction that the ledger's entries carry."""
    if words:
        OrderDeed.objects.create(
            organisation_id=order.organisation_id,
            order=order,
            words=words[:1000],
            xid=current_transaction_id(),
            actor=None if actor.pk == order.source.member_id else actor,
        )
