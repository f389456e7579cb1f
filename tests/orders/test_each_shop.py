"""An order from each shop: three deliveries out of order, the right number of seats; a refund."""

from collections.abc import Callable
from itertools import permutations

import pytest

from seatdash.orders.models import Order, OrderMessage, Source
from seats.books import check
from seats.models import Enrolment, LedgerEntry, Pool
from tests.conftest import Cast
from tests.factories import enrol_new
from tests.orders import messages
from tests.orders.messages import Message, capacities, make_rule, make_source, send_all

SEATS_A_UNIT = 5
Story = tuple[str, str, Callable[[], Message], Callable[[], Message]]

# The shop, its id of what is bought, two units of it, and the refund of one.
SHOPS: list[Story] = [
    (
        "stripe",
        "price_1",
        lambda: messages.stripe_signed(messages.stripe_session()),
        lambda: messages.stripe_signed(messages.stripe_refund(2000)),
    ),
    (
        "shopify",
        "808",
        lambda: messages.shopify("orders/paid", messages.shopify_order()),
        lambda: messages.shopify("refunds/create", messages.shopify_refund(1)),
    ),
    (
        "woocommerce",
        "93",
        lambda: messages.woocommerce(messages.woocommerce_order(second=1)),
        lambda: messages.woocommerce(
            messages.woocommerce_order(second=2, refunds=["20.00"], status="completed")
        ),
    ),
    (
        "generic",
        "course-1",
        lambda: messages.generic(messages.generic_order()),
        lambda: messages.generic(messages.generic_refund(1)),
    ),
]
EACH = pytest.mark.parametrize("story", SHOPS, ids=[story[0] for story in SHOPS])


def open_shop(cast: Cast, story: Story) -> Source:
    source = make_source(cast.admin, story[0])
    make_rule(cast.admin, source, story[1], cast.product, seats=SEATS_A_UNIT)
    return source


@EACH
def test_order_gives_its_seats_once_however_often_it_is_told(cast: Cast, story: Story) -> None:
    source = open_shop(cast, story)
    same, again = story[2](), story[2]()
    send_all(source, [same, same, again])
    assert capacities() == {"ACC-101": 10}
    order = Order.objects.get()
    assert (order.state, str(order.team)) == ("done", "West School")
    assert check(cast.organisation).holds


@EACH
@pytest.mark.parametrize("turn", range(6))
def test_sequence_of_deliveries_does_not_matter(cast: Cast, story: Story, turn: int) -> None:
    source = open_shop(cast, story)
    first, second, refund = story[2](), story[2](), story[3]()
    sequence = list(permutations([first, second, refund]))[turn]
    send_all(source, [*sequence, refund])
    assert sum(each or 0 for each in capacities().values()) == SEATS_A_UNIT
    assert Order.objects.get().state == "done"
    assert check(cast.organisation).holds


@EACH
def test_refund_takes_seats_back_and_enrolments_stay(cast: Cast, story: Story) -> None:
    source = open_shop(cast, story)
    send_all(source, [story[2]()])
    pool = Pool.objects.get()
    enrol_new(cast.admin, pool.allocations.get(), 8)
    send_all(source, [story[3]()])
    pool.refresh_from_db()
    assert (pool.capacity, pool.used) == (5, 8)
    assert Enrolment.objects.live().count() == 8
    pool.product.refresh_from_db()
    assert pool.product.stock == 5


@EACH
def test_ledger_names_the_order(cast: Cast, story: Story) -> None:
    source = open_shop(cast, story)
    send_all(source, [story[2](), story[3]()])
    order = Order.objects.get()
    reasons = set(LedgerEntry.objects.values_list("reason", flat=True))
    assert reasons == {f"{source.called} order {order}", f"{source.called} order {order} refunded"}
    assert {each.actor for each in LedgerEntry.objects.all()} == {source.member}
    assert str(source.member) == source.name


WHOLE: dict[str, Callable[[], list[Message]]] = {
    "stripe": lambda: [messages.stripe_signed(messages.stripe_refund(4000, whole=True))],
    "shopify": lambda: [
        messages.shopify("refunds/create", messages.shopify_refund(2, refund=1)),
        messages.shopify("refunds/create", messages.shopify_refund(2, refund=2)),
    ],
    "woocommerce": lambda: [
        messages.woocommerce(messages.woocommerce_order("refunded", second=5, refunds=["40.00"]))
    ],
    "generic": lambda: [messages.generic(messages.generic_refund(None))],
}


@EACH
def test_refunds_take_back_no_more_than_was_given(cast: Cast, story: Story) -> None:
    source = open_shop(cast, story)
    send_all(source, [story[2](), story[3](), *WHOLE[story[0]](), *WHOLE[story[0]]()])
    assert capacities() == {"ACC-101": 0}
    assert Order.objects.get().state == "refunded"
    assert OrderMessage.objects.filter(outcome="read").count() == OrderMessage.objects.count()
