"""A message arrives: checked, and stored as it came before anything is done about it."""

import logging
import re
from collections.abc import Mapping
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from orgs.models import Member
from seatdash import tenancy
from seatdash.orders.errors import NotUnderstood, SecretLost, WrongSignature
from seatdash.orders.models import Order, OrderMessage, Source
from seatdash.orders.services.reading import read_message
from seatdash.orders.services.settling import give_up, settle
from seatdash.orders.shops import SHOPS, parsed
from seatdash.orders.shops.signing import fingerprint
from seatdash.secrets import UnreadableSecretError, decrypt
from seatdash.tenancy import atomically

Outcome = OrderMessage.Outcome
LONGEST_HEADER = 200
# So many are taken up at a time, in one organisation.
SOME = 200
# What WooCommerce sends when a webhook is saved, unsigned, and wants answered by 200.
KNOCK = re.compile(rb"webhook_id=[0-9]{1,20}")

log = logging.getLogger(__name__)


def source_of(source_id: UUID) -> Source | None:
    """Return the shop whose address this is, in whatever organisation."""
    # The address names the shop, not the organisation.
    with tenancy.system():
        return Source.objects.select_related("member").filter(pk=source_id).first()


def is_knock(source: Source, body: bytes) -> bool:
    """Say whether a message only asks whether anybody is there."""
    return source.kind == Source.Kind.WOOCOMMERCE and bool(KNOCK.fullmatch(body))


def check_signature(source: Source, headers: Mapping[str, str], body: bytes) -> None:
    """Raise WrongSignature unless the shop signed these bytes; it is counted then.

    Raises SecretLost where our own secret cannot be read any more.
    """
    try:
        SHOPS[source.kind].check(_secret_of(source), headers, body)
    except UnreadableSecretError as error:
        raise SecretLost from error
    except WrongSignature:
        with tenancy.scope(source.organisation_id):
            Source.objects.filter(pk=source.pk).update(refused=F("refused") + 1)
        raise


def _secret_of(source: Source) -> str:
    if source.secret is None:
        raise WrongSignature
    return decrypt(bytes(source.secret))


def receive(source: Source, headers: Mapping[str, str], body: bytes) -> None:
    """Store a message that is signed, then do what it asks for."""
    message = store(actor=source.member, source=source, headers=headers, body=body)
    work_on(message)


@atomically
def store(
    *, actor: Member, source: Source, headers: Mapping[str, str], body: bytes
) -> OrderMessage:
    """Keep a message as it came; one that came before is counted."""
    shop, problem, topic = SHOPS[source.kind], "", ""
    try:
        content = parsed(body)
        topic, vendor_id = shop.topic_of(headers, content), shop.id_of(headers, content)
    except NotUnderstood as error:
        problem, vendor_id = str(error), fingerprint(body)
    kept = {name: headers[name][:LONGEST_HEADER] for name in shop.headers if name in headers}
    message = OrderMessage(
        organisation_id=actor.organisation_id,
        source=source,
        vendor_id=_clean(vendor_id),
        topic=_clean(topic),
        headers={name: _clean(value) for name, value in kept.items()},
        body=body,
        outcome=Outcome.NOT_UNDERSTOOD if problem else Outcome.WAITS,
        problem=problem,
    )
    OrderMessage.objects.bulk_create([message], ignore_conflicts=True)
    Source.objects.filter(pk=source.pk).update(last_received_at=timezone.now())
    stored = OrderMessage.objects.get(source=source, vendor_id=message.vendor_id)
    if stored.pk != message.pk:
        OrderMessage.objects.filter(pk=stored.pk).update(times=F("times") + 1)
    return stored


def work_on(message: OrderMessage) -> None:
    """Read a stored message, and settle its order; whoever calls is in no transaction."""
    actor = _shop_of(message)
    order_id = read_message(actor=actor, message_id=message.pk)
    if order_id:
        settle_safely(actor, order_id)


def settle_safely(actor: Member, order_id: UUID) -> None:
    """Settle an order; where that breaks, it is kept in the inbox as failed."""
    try:
        settle(actor=actor, order_id=order_id)
    except Exception:
        log.exception("The order %s was not settled", order_id)
        give_up(actor=actor, order_id=order_id)


def take_up(organisation_id: UUID) -> None:
    """Do what was received and not done: a process may have died, or the shop was paused."""
    with tenancy.scope(organisation_id):
        messages = list(OrderMessage.objects.left_over()[:SOME])
        orders = list(Order.objects.due()[:SOME])
    for message in messages:
        work_on(message)
    for order in orders:
        settle_safely(_shop_of(order), order.pk)


def _shop_of(thing: OrderMessage | Order) -> Member:
    """Return the member that the thing's shop acts as."""
    with tenancy.scope(thing.organisation_id):
        return Source.objects.select_related("member").get(pk=thing.source_id).member


def _clean(text: str) -> str:
    # A header may hold what the database cannot.
    return text.replace("\0", "").encode(errors="replace").decode()[:LONGEST_HEADER]
