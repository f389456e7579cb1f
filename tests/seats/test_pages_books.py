"""The books page: the proof side by side, and every difference by name."""

import pytest
from django.db import connection

from seats.models import Pool
from seats.services.allocation import create_pool
from seats.services.catalogue import create_product
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.pages import queries, text


def test_books_that_balance_say_so_with_the_figures_beside(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=25)
    enrol_new(cast.manager, allocation, 7)
    said = text(cast.client(cast.finance).get(cast.url("books/")))
    assert "The books balance." in said
    assert "Accounting for Beginners, Classroom A 25 25 7 7 7 7 Balances" in said


def test_products_show_what_was_issued_beside_where_it_is(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=25)
    said = text(cast.client(cast.finance).get(cast.url("books/?show=products")))
    assert "ACC-101 Accounting for Beginners 25 0 0 25 Balances" in said


def test_unlimited_pool_is_shown_as_such(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=None)
    assert "no limit no limit 0 0 0 0" in text(cast.client(cast.admin).get(cast.url("books/")))


@pytest.mark.cooked
def test_cooked_books_are_named_first(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=25)
    create_pool(actor=cast.admin, product=cast.product, name="A quiet pool", seats=5)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seats_pool SET used = used + 1 WHERE capacity = 25")
    response = cast.client(cast.admin).get(cast.url("books/"))
    said = text(response)
    assert "The books balance" not in said
    assert "Accounting for Beginners, Classroom A: used 1, in the ledger 0" in said
    assert said.index("Differs") < said.index("A quiet pool")


def test_pools_come_fifty_a_page(cast: Cast) -> None:
    product = create_product(actor=cast.admin, code="MANY", name="Many")
    for number in range(60):
        create_pool(actor=cast.admin, product=product, name=f"Pool {number}", seats=1)
    client = cast.client(cast.admin)
    first, second = (client.get(cast.url(f"books/?page={page}")) for page in (1, 2))
    assert first.content.decode().count('scope="row"') == 50
    assert second.content.decode().count('scope="row"') == Pool.objects.count() - 50


def test_only_admin_and_finance_see_them(cast: Cast) -> None:
    url = cast.url("books/")
    assert cast.client(cast.manager).get(url).status_code == 403
    assert cast.client(cast.outsider).get(url).status_code == 404


def test_queries_do_not_grow_with_the_pools(cast: Cast) -> None:
    client = cast.client(cast.admin)
    counts = []
    for name in "AB":
        for number in range(10):
            create_pool(actor=cast.admin, product=cast.product, name=f"{name}{number}", seats=1)
        counts.append(queries(client, cast.url("books/")))
    assert counts[0] == counts[1]


def test_page_without_pools_says_what_to_do(cast: Cast) -> None:
    assert "Nothing to prove yet" in text(cast.client(cast.admin).get(cast.url("books/")))
