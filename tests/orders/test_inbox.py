"""What cannot be mapped waits with its reason, and is mapped and run, or ignored, by an admin."""

import pytest

from orgs.navigation import navigation
from seatdash.orders.errors import NothingToRefund
from seatdash.orders.models import Order, Source
from seatdash.orders.services import settling
from seatdash.orders.services.inbox import count_refund, ignore, run, run_all
from seatdash.orders.services.rules import map_customer
from seats.models import LedgerEntry, Pool
from seats.services.allocation import create_pool
from seats.services.archive import archive_product
from seats.services.taking import take_away
from teams.models import Team
from tests.conftest import Cast
from tests.orders import messages
from tests.orders.messages import capacities, make_rule, make_source, send_all
from tests.pages import text, url


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast.admin, "generic")


def waiting(words: str) -> Order:
    order = Order.objects.get()
    assert order.state == "waiting"
    assert words in order.problem
    assert not LedgerEntry.objects.exists()
    return order


def sell(source: Source, quantity: int = 2) -> None:
    send_all(source, [messages.generic(messages.generic_order(quantity))])


def refund(source: Source, units: int | None) -> None:
    send_all(source, [messages.generic(messages.generic_refund(units))])


def test_product_that_nothing_stands_for_waits_until_it_is_mapped(
    cast: Cast, source: Source
) -> None:
    sell(source)
    order = waiting("Nothing here stands for course-1.")
    make_rule(cast.admin, source, "course-1", cast.product, seats=3)
    assert run(actor=cast.admin, order=order).state == "done"
    assert capacities() == {"ACC-101": 6}


def test_customer_that_no_team_stands_for_waits(cast: Cast, source: Source) -> None:
    source.makes_teams = False
    source.save()
    make_rule(cast.admin, source, "course-1", cast.product)
    sell(source)
    order = waiting("No team stands for the customer West School.")
    map_customer(actor=cast.admin, source=source, customer=" WEST school", team=cast.team)
    assert run(actor=cast.admin, order=order).team == cast.team


def test_refund_while_an_order_waits_is_netted(cast: Cast, source: Source) -> None:
    sell(source, quantity=5)
    refund(source, 2)
    order = waiting("course-1")
    make_rule(cast.admin, source, "course-1", cast.product)
    run(actor=cast.admin, order=order)
    assert capacities() == {"ACC-101": 3}


def test_all_that_wait_are_run_at_once(cast: Cast, source: Source) -> None:
    sell(source)
    make_rule(cast.admin, source, "course-1", cast.product)
    other = make_source(cast.admin, "generic")
    sell(other)
    ran = run_all(actor=cast.admin)
    assert (ran.done, ran.waiting) == (1, 1)


def test_ignored_order_stays_ignored_until_it_is_run(cast: Cast, source: Source) -> None:
    sell(source)
    order = ignore(actor=cast.admin, order=Order.objects.get(), word="a test of ours")
    assert (order.state, order.word) == ("ignored", "a test of ours")
    make_rule(cast.admin, source, "course-1", cast.product)
    sell(source)
    assert capacities() == {}
    assert run(actor=cast.admin, order=order).state == "done"


def test_later_change_of_the_mapping_changes_no_refund(cast: Cast, source: Source) -> None:
    rule = make_rule(cast.admin, source, "course-1", cast.product, seats=5)
    sell(source)
    rule.seats = 1
    rule.save()
    refund(source, 1)
    assert capacities() == {"ACC-101": 5}


def test_unknown_products_are_left_out_where_the_shop_says_so(cast: Cast, source: Source) -> None:
    source.skips_unknown = True
    source.save()
    sell(source)
    order = Order.objects.get()
    assert (order.state, order.team) == ("done", None)
    assert not Team.objects.filter(name="West School").exists()


def test_product_that_is_no_seats_gives_none(cast: Cast, source: Source) -> None:
    make_rule(cast.admin, source, "course-1", mode="nothing", seats=0)
    sell(source)
    refund(source, None)
    assert Order.objects.get().state == "refunded"
    assert not LedgerEntry.objects.exists()


def test_shared_pool_is_made_available_and_raised(cast: Cast, source: Source) -> None:
    pool = create_pool(actor=cast.admin, product=cast.product, name="Shared", seats=10)
    make_rule(cast.admin, source, "course-1", mode="shared", pool=pool, seats=4)
    sell(source)
    pool.refresh_from_db()
    assert (pool.capacity, pool.allocations.get().team.name) == (18, "West School")
    refund(source, 1)
    pool.refresh_from_db()
    assert pool.capacity == 14


def test_template_is_cloned_once_and_taken_back_with_the_last_unit(
    cast: Cast, source: Source
) -> None:
    template = create_pool(actor=cast.admin, product=cast.product, name="Template", seats=10)
    make_rule(cast.admin, source, "course-1", mode="template", pool=template, seats=0)
    sell(source, quantity=2)
    clone = Pool.objects.get(cloned_from=template)
    refund(source, 1)
    clone.refresh_from_db()
    assert clone.capacity == 10
    send_all(source, [messages.generic(messages.generic_refund(1, refund="r-2"))])
    clone.refresh_from_db()
    template.refresh_from_db()
    assert (clone.capacity, template.capacity) == (0, 10)


def test_seats_that_left_the_pool_are_not_taken_twice(cast: Cast, source: Source) -> None:
    make_rule(cast.admin, source, "course-1", cast.product, seats=5)
    sell(source)
    take_away(actor=cast.admin, pool=Pool.objects.get(), seats=8)
    refund(source, None)
    assert capacities() == {"ACC-101": 0}
    assert "8 more had left the pool already." in Order.objects.get().deeds.last().words  # type: ignore[union-attr]


def test_rule_that_says_no_is_the_reason(cast: Cast, source: Source) -> None:
    make_rule(cast.admin, source, "course-1", cast.product)
    archive_product(actor=cast.admin, product=cast.product)
    before = LedgerEntry.objects.count()
    sell(source)
    order = Order.objects.get()
    assert "is archived" in order.problem
    assert (order.state, order.team) == ("waiting", None)
    assert not Team.objects.filter(name="West School").exists()
    assert LedgerEntry.objects.count() == before


@pytest.fixture
def unclear(cast: Cast) -> Order:
    """An order of Stripe of two lines, of which some money was refunded."""
    source = make_source(cast.admin, "stripe")
    for price in ("price_1", "price_2"):
        make_rule(cast.admin, source, price, cast.product)
    session = messages.stripe_session("price_1:2,price_2:3")
    send_all(source, [messages.stripe_signed(session)])
    send_all(source, [messages.stripe_signed(messages.stripe_refund(700))])
    return Order.objects.get()


def test_money_that_could_be_for_anything_waits_and_is_counted(cast: Cast, unclear: Order) -> None:
    assert (unclear.state, capacities()) == ("waiting", {"ACC-101": 5})
    done = count_refund(actor=cast.admin, order=unclear, units={"1:price_2": 2})
    assert (done.state, capacities()) == ("done", {"ACC-101": 3})
    with pytest.raises(NothingToRefund):
        count_refund(actor=cast.admin, order=unclear, units={"1:price_2": 1})


def test_refund_that_is_ignored_leaves_the_order_to_later_refunds(
    cast: Cast, unclear: Order
) -> None:
    assert ignore(actor=cast.admin, order=unclear, word="goodwill").state == "done"
    assert capacities() == {"ACC-101": 5}
    whole = messages.stripe_refund(4000, whole=True)
    send_all(unclear.source, [messages.stripe_signed(whole)])
    assert capacities() == {"ACC-101": 0}


def test_order_that_breaks_something_is_kept_as_failed(
    cast: Cast, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rule(cast.admin, source, "course-1", cast.product)
    with monkeypatch.context() as broken:
        broken.setattr(settling, "take_back", lambda *_facts: 1 // 0)
        sell(source)
    order = Order.objects.get()
    assert (order.state, capacities()) == ("failed", {})
    assert run(actor=cast.admin, order=order).state == "done"
    assert capacities() == {"ACC-101": 2}


def test_name_of_another_team_lets_the_order_wait_for_a_team(cast: Cast, source: Source) -> None:
    make_rule(cast.admin, source, "course-1", cast.product)
    bought = messages.generic_order() | {"customer": {"id": "c-7", "name": "classroom a"}}
    send_all(source, [messages.generic(bought)])
    order = waiting("There is a team of this name or id already.")
    page = cast.client(cast.admin).get(url(cast, "order", order.pk))
    assert "Choose the team" in text(page)


def test_sidebar_counts_what_waits_for_admins(cast: Cast, source: Source) -> None:
    sell(source)
    send_all(source, [messages.Message(b"{", {"X-Seatdash-Token": messages.SECRET})])
    counts = {item.name: item.count for item in navigation("admin", cast.admin, "/")}
    assert counts["settings"] == 2
