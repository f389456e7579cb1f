"""Whoever is erased is forgotten in what shops said; what was given stays."""

from seatdash.orders.models import CustomerRule, Order, OrderMessage
from seatdash.orders.services.rules import map_customer
from seats.services.erasing import erase
from tests.conftest import Cast
from tests.factories import make_member
from tests.orders import messages
from tests.orders.messages import capacities, make_rule, make_source, send, send_all


def test_customer_is_forgotten_and_the_seats_stay(cast: Cast) -> None:
    pat = make_member(cast.organisation, "Pat@north.example")
    source = make_source(cast.admin, "generic")
    make_rule(cast.admin, source, "course-1", cast.product)
    map_customer(actor=cast.admin, source=source, customer="pat@north.example", team=cast.team)
    bought = messages.generic_order() | {"customer": {"email": "PAT@north.example"}}
    other = messages.generic_order() | {"order": "A-2"}
    send_all(source, [messages.generic(bought), messages.generic(other)])
    nonsense = messages.Message(b"[pat@north.example", {"X-Seatdash-Token": messages.SECRET})
    send(source, nonsense)
    erase(actor=cast.admin, member=pat)
    assert not Order.objects.filter(customer_email__icontains="pat").exists()
    assert not CustomerRule.objects.exists()
    kept = [bytes(each.body) for each in OrderMessage.objects.all()]
    assert len([body for body in kept if body]) == 1
    assert not any(b"pat@" in body.lower() for body in kept)
    assert capacities() == {"ACC-101": 2}
    assert Order.objects.filter(state="done").count() == 2
