"""Deliveries that come at the same moment do it once."""

from functools import partial

from seatdash import tenancy
from seatdash.orders.models import Order, OrderMessage
from seats.books import check
from tests.conftest import Cast
from tests.orders import messages
from tests.orders.messages import capacities, make_rule, make_source, send
from tests.threads import at_once


def test_deliveries_of_one_order_at_once_give_its_seats_once(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        source = make_source(stage.admin, "shopify")
        make_rule(stage.admin, source, "808", stage.product, seats=5)
    same = messages.shopify("orders/paid", messages.shopify_order())
    others = [messages.shopify("orders/paid", messages.shopify_order()) for _ in range(2)]
    refunds = [messages.shopify("refunds/create", messages.shopify_refund(1)) for _ in range(2)]
    sent = [same, same, *others, *refunds]
    answers = at_once(*[partial(send, source, message) for message in sent])
    assert [answer.status_code for answer in answers] == [200] * 6
    with tenancy.scope(stage.organisation.pk):
        assert capacities() == {"ACC-101": 5}
        assert Order.objects.get().state == "done"
        assert sum(OrderMessage.objects.values_list("times", flat=True)) == 6
        assert check(stage.organisation).holds
