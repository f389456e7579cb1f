"""Rules 3 and 4: seats come out of stock first, and go back to it."""

import pytest

from seats import books
from seats.errors import Archived, ChangedMeanwhile, NotEnoughSeats, NotEnoughStock
from seats.models import LedgerEntry, Pool, Product
from seats.services.allocation import allocate, increment
from seats.services.archive import archive_product
from seats.services.catalogue import create_product
from seats.services.stock import issue, retire
from seats.services.taking import take_away
from tests.conftest import Cast
from tests.factories import make_allocation


def stock(cast: Cast) -> int:
    return Product.objects.get(pk=cast.product.pk).stock


def test_seats_bought_wait_in_stock(cast: Cast) -> None:
    product = issue(actor=cast.admin, product=cast.product, seats=40, reason="invoice 7")
    assert product.stock == 40
    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.stock_moved, entry.stock_after) == ("issued", 40, 40)
    assert (entry.actor, entry.reason) == (cast.admin, "invoice 7")


def test_allocation_comes_out_of_stock(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=40)
    done = allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=25)
    assert done.issued == 0
    assert stock(cast) == 15


def test_what_stock_lacks_is_issued_as_new(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=10)
    done = allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=25)
    assert done.issued == 15
    assert stock(cast) == 0
    (product,) = books.check(cast.organisation).products
    assert product.issued == 25


def test_strict_stock_refuses_more_than_it_holds(cast: Cast) -> None:
    cast.organisation.strict_stock = True
    cast.organisation.save()
    issue(actor=cast.admin, product=cast.product, seats=10)
    with pytest.raises(NotEnoughStock) as refusal:
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=25)
    assert refusal.value.numbers == {"asked": 25, "stock": 10, "lacking": 15}
    assert not Pool.objects.exists()
    assert stock(cast) == 10


def test_strict_stock_gives_what_it_holds(cast: Cast) -> None:
    cast.organisation.strict_stock = True
    cast.organisation.save()
    issue(actor=cast.admin, product=cast.product, seats=10)
    allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=10)
    assert stock(cast) == 0


def test_strict_stock_is_asked_of_the_database_not_of_an_old_page(cast: Cast) -> None:
    assert not cast.admin.organisation.strict_stock
    type(cast.organisation).objects.update(strict_stock=True)
    with pytest.raises(NotEnoughStock):
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=1)


def test_increment_comes_out_of_stock_too(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    issue(actor=cast.admin, product=cast.product, seats=4)
    done = increment(actor=cast.admin, pool=allocation.pool, seats=10)
    assert (done.issued, stock(cast)) == (6, 0)


def test_seats_taken_away_go_back_to_stock(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    take_away(actor=cast.admin, pool=allocation.pool, seats=3)
    assert stock(cast) == 3


def test_seats_taken_away_may_be_retired_instead(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    take_away(actor=cast.admin, pool=allocation.pool, seats=3, retire=True)
    (product,) = books.check(cast.organisation).products
    assert (product.stock, product.issued, product.retired) == (0, 5, 3)


def test_stock_may_be_retired(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=5)
    assert retire(actor=cast.admin, product=cast.product, seats=5).stock == 0


def test_no_more_is_retired_than_stock_holds(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=5)
    with pytest.raises(NotEnoughSeats) as refusal:
        retire(actor=cast.admin, product=cast.product, seats=6)
    assert refusal.value.numbers == {"asked": 6, "stock": 5}
    assert stock(cast) == 5


def test_form_that_shows_another_stock_is_refused(cast: Cast) -> None:
    seen = cast.product.seq
    issue(actor=cast.admin, product=cast.product, seats=5, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        issue(actor=cast.admin, product=cast.product, seats=5, seen=seen)
    assert stock(cast) == 5


def test_archived_product_takes_no_seats(cast: Cast) -> None:
    archive_product(actor=cast.admin, product=cast.product)
    with pytest.raises(Archived):
        issue(actor=cast.admin, product=cast.product, seats=5)


def test_stock_of_one_product_is_not_anothers(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=5)
    other = create_product(actor=cast.admin, code="BIZ-200", name="Business")
    done = allocate(actor=cast.admin, team=cast.team, product=other, seats=5)
    assert (done.issued, stock(cast)) == (5, 5)
