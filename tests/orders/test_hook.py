"""What the address of a shop answers, and what it keeps."""

from uuid import uuid4

import pytest
from django.test import Client

from seatdash.orders.models import Order, OrderMessage
from seatdash.orders.services.sources import pause, resume
from seatdash.orders.tasks import forget_order_messages, take_up_orders
from seatdash.orders.views.hook import MOST_BYTES
from tests.conftest import Cast
from tests.orders import messages
from tests.orders.messages import SECRET, Message, capacities, make_rule, make_source, send


def with_token(body: bytes) -> Message:
    return Message(body, {"X-Seatdash-Token": SECRET})


def test_unknown_shop_is_not_found(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    source.pk = uuid4()
    assert send(source, with_token(b"{}")).status_code == 404


def test_shops_only_post(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert Client().generic(method, f"/hooks/{source.pk}/").status_code == 405


def test_message_of_more_than_a_mebibyte_is_refused(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    assert send(source, with_token(b"x" * (MOST_BYTES + 1))).status_code == 413
    assert send(source, with_token(b"x" * MOST_BYTES)).status_code == 200


def test_no_form_of_another_site_is_needed(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        f"/hooks/{source.pk}/",
        b"{}",
        content_type="application/json",
        headers={"X-Seatdash-Token": SECRET},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"\xff"',
        b"\x00\x01",
        b"[" * 100_000,
        b'{"event": "order.paid"}',
        b'{"event": "order.paid", "order": "1", "items": [{"product": "x", "quantity": -1}]}',
        b'{"event": "order.paid", "order": "1", "items": [{"product": "x", "quantity": 1e99}]}',
        b'{"event": "order.paid", "order": "1", "items": [{"product": "x", "quantity": true}]}',
        b'{"event": "order.paid", "order": "1", "items": "all"}',
        b'{"event": "order.paid", "order": {"a": 1}, "items": []}',
        b'{"event": "order.refunded", "order": "1"}',
        b'{"event": "something"}',
        b'{"event": 1}',
    ],
)
def test_signed_nonsense_waits_in_the_inbox(cast: Cast, body: bytes) -> None:
    source = make_source(cast.admin, "generic")
    assert send(source, with_token(body)).status_code == 200
    message = OrderMessage.objects.get()
    assert message.outcome == "not_understood"
    assert message.problem
    assert bytes(message.body) == body
    assert not Order.objects.exists()


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "x" * 5000, "<script>"])
def test_what_no_database_takes_is_left_out(cast: Cast, text: str) -> None:
    source = make_source(cast.admin, "generic")
    body = f"""{{"event": "order.paid", "order": "{text}", "customer": {{"name": "{text}"}},
        "items": [{{"product": "{text}", "title": "{text}"}}]}}"""
    assert send(source, with_token(body.encode())).status_code == 200
    assert Order.objects.get().state == "waiting"


def test_knock_of_woocommerce_is_answered_and_kept_nowhere(cast: Cast) -> None:
    source = make_source(cast.admin, "woocommerce")
    assert send(source, Message(b"webhook_id=3", {})).status_code == 200
    assert not OrderMessage.objects.exists()
    other = make_source(cast.admin, "shopify")
    assert send(other, Message(b"webhook_id=3", {})).status_code == 401


def test_topics_that_are_not_needed_change_nothing(cast: Cast) -> None:
    source = make_source(cast.admin, "shopify")
    send(source, messages.shopify("products/update", {"id": 1}))
    assert OrderMessage.objects.get().outcome == "not_needed"
    assert not Order.objects.exists()


def test_topic_that_its_body_denies_is_not_believed(cast: Cast) -> None:
    source = make_source(cast.admin, "shopify")
    send(source, messages.shopify("orders/paid", messages.shopify_refund(1)))
    assert not Order.objects.exists()


def test_paused_shop_is_heard_and_waits(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    make_rule(cast.admin, source, "course-1", cast.product)
    pause(actor=cast.admin, source=source)
    assert send(source, messages.generic(messages.generic_order())).status_code == 200
    take_up_orders(timestamp=0)
    assert capacities() == {}
    resume(actor=cast.admin, source=source)
    take_up_orders(timestamp=0)
    assert capacities() == {"ACC-101": 2}


def test_what_a_dead_process_left_is_taken_up(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    make_rule(cast.admin, source, "course-1", cast.product)
    send(source, messages.generic(messages.generic_order(quantity=1)))
    OrderMessage.objects.update(outcome="waits")
    Order.objects.update(is_due=True, state="expected")
    take_up_orders(timestamp=0)
    assert Order.objects.get().state == "done"
    assert capacities() == {"ACC-101": 1}


def test_old_messages_are_forgotten_and_their_orders_kept(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    send(source, messages.generic(messages.generic_order()))
    forget_order_messages(timestamp=0)
    assert OrderMessage.objects.exclude(body=b"").exists()
    OrderMessage.objects.update(received_at="2026-01-01T00:00Z")
    forget_order_messages(timestamp=0)
    assert not OrderMessage.objects.exclude(body=b"").exists()
    assert Order.objects.count() == 1
