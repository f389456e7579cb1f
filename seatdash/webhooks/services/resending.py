"""Sending by hand: a test, and once more what failed or was sent before."""

from django.db.models import F

from orgs.models import Member
from seatdash.tenancy import atomically
from seatdash.webhooks.events import Type
from seatdash.webhooks.models import Attempt, Delivery, Endpoint
from seatdash.webhooks.payloads import bodies_of
from seatdash.webhooks.posting import post_now
from seatdash.webhooks.querysets import DeliveryQuerySet
from seatdash.webhooks.services.endpoints import lock_endpoint
from seatdash.webhooks.services.recording import attempt_of
from seatdash.webhooks.services.rounds import Message, keys_of
from seats import clock

State = Delivery.State


@atomically
def send_again(*, actor: Member, delivery: Delivery) -> None:
    """Send one delivery once more, under the same id."""
    endpoint = lock_endpoint(delivery.endpoint_id)
    _again(endpoint, Delivery.objects.to(endpoint).filter(pk=delivery.pk))


@atomically
def send_failed_again(*, actor: Member, endpoint: Endpoint) -> int:
    """Send all that failed once more; answers how many."""
    locked = lock_endpoint(endpoint)
    return _again(locked, Delivery.objects.to(locked).failed())


@atomically
def send_test(*, actor: Member, endpoint: Endpoint) -> Attempt:
    """Send a test at once, while somebody waits, and answer what came back.

    It has no part in whether the endpoint is switched off.
    """
    delivery = _test_for(endpoint)
    body = bodies_of([delivery])[delivery.pk]
    message = Message(delivery.pk, delivery.message_id, body)
    sent = post_now(endpoint.address, keys_of(endpoint), message)
    delivery.state = State.DONE if sent.is_success else State.FAILED
    delivery.tried, delivery.last_status = 1, sent.status
    delivery.save(force_insert=True)
    attempt = attempt_of(endpoint, sent)
    attempt.save(force_insert=True)
    return attempt


def _test_for(endpoint: Endpoint) -> Delivery:
    now = clock.now()
    delivery = Delivery(
        organisation_id=endpoint.organisation_id,
        endpoint=endpoint,
        type=Type.TEST,
        next_at=now,
        created_at=now,
    )
    delivery.lane = delivery.about = delivery.pk
    return delivery


def _again(endpoint: Endpoint, deliveries: DeliveryQuerySet) -> int:
    # Each in a lane of its own: what came later was sent long ago, and need not wait for it. One
    # that waits in its lane is only tried at once.
    now = clock.now()
    waiting = deliveries.waiting().update(next_at=now)
    others = deliveries.exclude(state=State.WAITING).update(
        state=State.WAITING, lane=F("id"), step=0, tried_since=None, next_at=now
    )
    endpoint.rest_until = None
    if endpoint.state == Endpoint.State.ACTIVE:
        endpoint.due_at = now
    endpoint.save(update_fields=["rest_until", "due_at"])
    return waiting + others
