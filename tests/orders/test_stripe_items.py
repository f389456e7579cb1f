"""What Stripe's message does not hold is asked of Stripe: here, of a local server that answers as
its API documents (https://docs.stripe.com/api/checkout/sessions/line_items)."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from seatdash.orders.models import Order, OrderMessage, Source
from seatdash.orders.services.inbox import run
from seatdash.orders.services.sources import set_api_key
from seatdash.orders.shops import stripe_items
from seatdash.orders.tasks import fetch_items
from tests.conftest import Cast
from tests.orders import messages
from tests.orders.messages import capacities, make_rule, make_source, send_all
from tests.pages import text, url
from tests.receiver import Answer, Received, Receiver, receiving

KEY = "rk_test_1"


def item(number: int) -> dict[str, Any]:
    price = {"id": f"price_{number}", "product": f"prod_{number}"}
    return {"id": f"li_{number}", "object": "item", "price": price, "quantity": number}


def listed(*numbers: int, has_more: bool = False) -> Answer:
    items = [item(number) for number in numbers]
    content = {"object": "list", "data": items, "has_more": has_more}
    return Answer(200, json.dumps(content).encode())


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Receiver]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with receiving() as receiver:
        monkeypatch.setattr(stripe_items, "API", receiver.address.removesuffix("/hook"))
        yield receiver


@pytest.fixture
def source(cast: Cast) -> Source:
    source = make_source(cast.admin, "stripe")
    make_rule(cast.admin, source, "price_1", cast.product)
    make_rule(cast.admin, source, "prod_2", cast.product)
    return set_api_key(actor=cast.admin, source=source, key=KEY)


def sell(source: Source) -> None:
    send_all(source, [messages.stripe_signed(messages.stripe_session(items=""))])


def work() -> None:
    """Do the jobs of the worker that wait, as it does."""
    for job in ProcrastinateJob.objects.filter(status="todo", task_name__endswith="fetch_items"):
        fetch_items(**job.args)


def test_items_are_fetched_page_by_page_and_given(
    cast: Cast, source: Source, stripe: Receiver
) -> None:
    pages: list[Answer] = [listed(1, has_more=True), listed(2)]
    stripe.answer = lambda _received: pages.pop(0)
    sell(source)
    assert capacities() == {}
    work()
    assert capacities() == {"ACC-101": 3}
    first, second = stripe.received
    assert first.path == "/v1/checkout/sessions/cs_test_a1/line_items?limit=50"
    assert second.path.endswith("&starting_after=li_1")
    assert first.headers["authorization"] == f"Bearer {KEY}"


def test_refund_before_the_items_are_there_is_netted(
    cast: Cast, source: Source, stripe: Receiver
) -> None:
    stripe.answer = lambda _received: listed(2)
    send_all(source, [messages.stripe_signed(messages.stripe_refund(2000))])
    sell(source)
    work()
    assert capacities() == {"ACC-101": 1}


REFUSALS: list[tuple[int, Callable[[Received], Answer]]] = [
    (401, lambda _received: Answer(401, b'{"error": {}}')),
    (403, lambda _received: Answer(403, b"{}")),
]


@pytest.mark.parametrize(("status", "answer"), REFUSALS, ids=["401", "403"])
def test_key_that_is_refused_lets_the_order_wait_until_there_is_a_better(
    cast: Cast,
    source: Source,
    stripe: Receiver,
    status: int,
    answer: Callable[[Received], Answer],
) -> None:
    stripe.answer = answer
    sell(source)
    work()
    order = Order.objects.get()
    assert order.state == "waiting"
    assert f"HTTP {status}" in order.problem
    stripe.answer = lambda _received: listed(1)
    run(actor=cast.admin, order=order)
    fetch_again(order)
    order.refresh_from_db()
    assert (order.state, capacities()) == ("done", {"ACC-101": 1})


def fetch_again(order: Order) -> None:
    message = OrderMessage.objects.get(order=order)
    fetch_items(organisation_id=str(order.organisation_id), message_id=str(message.pk))


def test_order_waits_while_the_key_cannot_be_read_and_says_what_to_do(
    cast: Cast, source: Source, stripe: Receiver, settings: Settings
) -> None:
    stripe.answer = lambda _received: listed(1)
    sell(source)
    key = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    work()
    order = Order.objects.get()
    assert order.state == "waiting"
    assert "SECRET_KEY_FALLBACKS" in order.problem
    page = cast.client(cast.admin).get(url(cast, "shop", source.pk))
    assert "Its API key can no longer be read" in text(page)
    settings.SECRET_KEY_FALLBACKS = [key]
    run(actor=cast.admin, order=order)
    fetch_again(order)
    order.refresh_from_db()
    assert (order.state, capacities()) == ("done", {"ACC-101": 1})


@pytest.mark.parametrize("answer", [Answer(500), Answer(429), Answer(200, b"<html>")])
def test_stripe_that_is_away_is_asked_again(
    cast: Cast, source: Source, stripe: Receiver, answer: Answer
) -> None:
    stripe.answer = lambda _received: answer
    sell(source)
    with pytest.raises(stripe_items.StripeAwayError):
        work()
    assert OrderMessage.objects.get().outcome == "waits"
    stripe.answer = lambda _received: listed(1)
    work()
    assert capacities() == {"ACC-101": 1}


def test_without_key_and_metadata_the_order_waits_and_says_what_to_do(cast: Cast) -> None:
    source = make_source(cast.admin, "stripe")
    sell(source)
    order = Order.objects.get()
    assert order.state == "waiting"
    assert "seatdash_items" in order.problem


def test_checkout_that_is_not_paid_yet_gives_nothing_until_it_is(cast: Cast) -> None:
    source = make_source(cast.admin, "stripe")
    make_rule(cast.admin, source, "price_1", cast.product)
    unpaid = messages.stripe_session(payment_status="unpaid")
    send_all(source, [messages.stripe_signed(unpaid)])
    assert (Order.objects.get().state, capacities()) == ("expected", {})
    paid = messages.stripe_session() | {"type": "checkout.session.async_payment_succeeded"}
    send_all(source, [messages.stripe_signed(paid)])
    assert (Order.objects.get().state, capacities()) == ("done", {"ACC-101": 2})
