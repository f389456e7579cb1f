"""The tab Orders: shops, their mapping, the inbox and one order."""

from urllib.parse import urlencode

import pytest

from seatdash.orders.models import Order, OrderMessage, ProductRule, Source
from seatdash.secrets import decrypt
from seats.services.allocation import create_pool
from tests.conftest import Cast
from tests.orders import messages
from tests.orders.messages import capacities, make_order, make_rule, make_source, send, send_all
from tests.pages import queries, text, url


def test_secret_of_ours_is_shown_once_and_signs(cast: Cast) -> None:
    client = cast.client(cast.admin)
    shown = client.post(url(cast, "new-shop"), {"kind": "generic", "name": "Zapier"})
    source = Source.objects.get()
    secret = decrypt(bytes(source.secret or b""))
    assert secret in shown.content.decode()
    assert f"/hooks/{source.pk}/" in shown.content.decode()
    assert secret not in client.get(url(cast, "shop", source.pk)).content.decode()
    token = messages.Message(b"{}", {"X-Seatdash-Token": secret})
    assert send(source, token).status_code == 200


def test_renewed_secret_ends_the_one_before(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    shown = cast.client(cast.admin).post(url(cast, "shop-secret", source.pk))
    assert decrypt(bytes(Source.objects.get().secret or b"")) in shown.content.decode()
    message = messages.generic(messages.generic_order())
    assert send(source, message).status_code == 401


def test_secret_of_the_shop_is_pasted(cast: Cast) -> None:
    client = cast.client(cast.admin)
    client.post(url(cast, "new-shop"), {"kind": "stripe", "name": "Web shop"})
    source = Source.objects.get()
    assert "No secret yet" in text(client.get(url(cast, "shop", source.pk)))
    client.post(url(cast, "shop-secret", source.pk), {"secret": messages.SECRET})
    message = messages.stripe_signed(messages.stripe_session())
    assert send(source, message).status_code == 200


def test_name_of_another_shop_is_refused(cast: Cast) -> None:
    source = make_source(cast.admin, "stripe")
    form = {"kind": "generic", "name": source.name}
    answer = cast.client(cast.admin).post(url(cast, "new-shop"), form)
    assert answer.status_code == 409
    assert "There is a shop of this name already." in text(answer)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"mode": "dedicated", "seats": "2"}, "product"),
        ({"mode": "dedicated", "seats": "0"}, "seats"),
        ({"mode": "shared"}, "shared_pool"),
        ({"mode": "template"}, "template_pool"),
        ({"mode": "gift"}, "mode"),
        ({"mode": "nothing", "external": ""}, "external"),
    ],
)
def test_wrong_mapping_is_said_at_its_field(cast: Cast, sent: dict[str, str], field: str) -> None:
    source = make_source(cast.admin, "generic")
    answer = cast.client(cast.admin).post(
        url(cast, "map-product", source.pk), {"external": "x"} | sent
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ProductRule.objects.exists()


def test_product_is_mapped_changed_and_removed(cast: Cast) -> None:
    client = cast.client(cast.admin)
    source = make_source(cast.admin, "generic")
    own = {"external": "x", "mode": "dedicated", "product": cast.product.pk, "seats": 4}
    answer = client.post(url(cast, "map-product", source.pk), own, follow=True)
    assert "4 seats of ACC-101 Accounting for Beginners for each unit" in text(answer)
    rule = ProductRule.objects.get()
    pool = create_pool(actor=cast.admin, product=cast.product, name="Shared", seats=5)
    shared = {"external": "x", "mode": "shared", "shared_pool": pool.pk, "shared_seats": 0}
    answer = client.post(url(cast, "change-mapping", rule.pk), shared, follow=True)
    assert "Shares Shared" in text(answer)
    again = client.post(url(cast, "map-product", source.pk), own)
    assert again.status_code == 409
    client.post(url(cast, "unmap-product", rule.pk))
    assert not ProductRule.objects.exists()


def test_order_in_the_inbox_is_mapped_and_run_from_its_page(cast: Cast) -> None:
    client = cast.client(cast.admin)
    source = make_source(cast.admin, "generic", makes_teams=False)
    send_all(source, [messages.generic(messages.generic_order())])
    order = Order.objects.get()
    assert "Nothing here stands for course-1." in text(client.get(url(cast, "orders")))
    back = "?" + urlencode({"order": order.vendor_id, "external": "course-1"})
    form = {"external": "course-1", "mode": "dedicated", "product": cast.product.pk, "seats": 1}
    answer = client.post(url(cast, "map-product", source.pk) + back, form, follow=True)
    assert "No team stands for the customer West School." in text(answer)
    assert "Choose the team" in text(answer)
    back = "?" + urlencode({"order": order.vendor_id})
    form = {"customer": "c-7", "team": cast.team.pk}
    answer = client.post(url(cast, "map-customer", source.pk) + back, form, follow=True)
    assert "Order A-1 is done: Classroom A has its seats." in text(answer)
    assert "Gave Classroom A 2 seats of ACC-101." in text(answer)
    assert capacities() == {"ACC-101": 2}


def test_mapping_offers_to_run_what_waits(cast: Cast) -> None:
    client = cast.client(cast.admin)
    source = make_source(cast.admin, "generic")
    send_all(source, [messages.generic(messages.generic_order())])
    form = {"external": "course-1", "mode": "dedicated", "product": cast.product.pk, "seats": 1}
    answer = client.post(url(cast, "map-product", source.pk), form, follow=True)
    assert "1 order of this shop waits" in text(answer)
    assert "1 order is done." in text(client.post(url(cast, "run-orders"), follow=True))


def test_refund_is_counted_on_the_page(cast: Cast) -> None:
    client = cast.client(cast.admin)
    order_id = make_order(cast.admin, cast.team)["order_id"]
    assert "Count the refund" in text(client.get(url(cast, "order", order_id)))
    too_many = client.post(url(cast, "count-refund", order_id), {"line_0": 3})
    assert too_many.status_code == 422
    answer = client.post(url(cast, "count-refund", order_id), {"line_0": 1}, follow=True)
    assert "is done" in text(answer)
    assert capacities() == {"ACC-101": 1}


def test_message_that_was_not_understood_is_read_and_ignored(cast: Cast) -> None:
    client = cast.client(cast.admin)
    source = make_source(cast.admin, "generic")
    body = b"<script>alert(1)</script>"
    send(source, messages.Message(body, {"X-Seatdash-Token": messages.SECRET}))
    message = OrderMessage.objects.get()
    assert "A message was not understood" in text(client.get(url(cast, "orders")))
    page = client.get(url(cast, "order-message", message.pk)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    client.post(url(cast, "ignore-message", message.pk))
    assert "A message was not understood" not in text(client.get(url(cast, "orders")))


def test_order_is_ignored_with_a_word(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    send_all(source, [messages.generic(messages.generic_order())])
    order = Order.objects.get()
    form = {"word": "a test of ours"}
    client = cast.client(cast.admin)
    answer = client.post(url(cast, "ignore-order", order.pk), form, follow=True)
    assert "Ignored: “a test of ours”" in text(answer)


def test_queries_do_not_grow_with_the_orders(cast: Cast) -> None:
    client = cast.client(cast.admin)
    source = make_source(cast.admin, "generic")
    make_rule(cast.admin, source, "course-1", cast.product)
    send_all(source, [messages.generic(messages.generic_order() | {"order": "1"})])
    send_all(source, [messages.generic(messages.generic_order(product="x") | {"order": "2"})])
    few = queries(client, url(cast, "orders"))
    for number in range(5):
        known = messages.generic_order() | {"order": f"a{number}"}
        unknown = messages.generic_order(product="x") | {"order": f"b{number}"}
        send_all(source, [messages.generic(known), messages.generic(unknown)])
    make_source(cast.admin, "stripe")
    assert queries(client, url(cast, "orders")) == few
