"""Rules 2, 8 and 9: giving a team seats."""

import pytest

from seats.errors import AlreadyAllocated, Archived, ChangedMeanwhile, PoolIsUnlimited
from seats.models import Allocation, LedgerEntry, Pool, Product
from seats.services.allocation import allocate, create_pool, increment, share
from seats.services.archive import archive_product, archive_team
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool


def test_team_without_seats_gets_a_dedicated_pool(cast: Cast) -> None:
    done = allocate(
        actor=cast.admin,
        team=cast.team,
        product=cast.product,
        seats=25,
        terms=Terms(terms_days=90),
        reason="order 7",
    )
    assert done.created
    assert (done.pool.capacity, done.pool.used, done.pool.terms_days) == (25, 0, 90)
    assert done.allocation == Allocation.objects.get(team=cast.team, pool=done.pool)
    assert done.shared_with == ()


def test_allocation_is_booked_with_who_and_why(cast: Cast) -> None:
    allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=25, reason="order 7")
    entry = LedgerEntry.objects.get(kind="allocated")
    assert (entry.actor, entry.reason) == (cast.admin, "order 7")
    assert (entry.stock_moved, entry.capacity_moved) == (-25, 25)
    assert (entry.stock_after, entry.capacity_after, entry.used_after) == (0, 25, 0)


def test_more_seats_go_to_the_pool_that_the_team_draws_on(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    done = allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=5)
    assert not done.created
    assert done.pool.pk == allocation.pool_id
    assert done.pool.capacity == 15
    assert Pool.objects.count() == 1


def test_more_seats_disturb_nobody(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    lines = enrol_new(cast.manager, allocation, 2)
    done = allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=5)
    assert done.pool.used == 2
    assert allocation.enrolments.live().count() == len(lines)


def test_more_seats_in_a_shared_pool_name_the_other_teams(cast: Cast) -> None:
    make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team], seats=10)
    done = allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=5)
    assert done.shared_with == (cast.other_team,)
    assert done.pool.capacity == 15


def test_increment_of_a_shared_pool_names_its_teams(cast: Cast) -> None:
    pool, _ = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team], seats=10)
    done = increment(actor=cast.admin, pool=pool, seats=5)
    assert done.shared_with == (cast.team, cast.other_team)


def test_increment_of_a_dedicated_pool_names_nobody(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    assert increment(actor=cast.admin, pool=allocation.pool, seats=5).shared_with == ()


def test_unlimited_pool_has_no_number_to_raise(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    with pytest.raises(PoolIsUnlimited):
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=5)
    with pytest.raises(PoolIsUnlimited):
        increment(actor=cast.admin, pool=allocation.pool, seats=5)


def test_unlimited_pool_enrols_without_end_and_counts(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    enrol_new(cast.manager, allocation, 30)
    pool = Pool.objects.get()
    assert (pool.capacity, pool.used) == (None, 30)


def test_unlimited_is_not_put_over_the_pool_there_is(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=5)
    with pytest.raises(AlreadyAllocated):
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=None)


def test_team_holds_one_allocation_per_product(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=5)
    pool = create_pool(actor=cast.admin, product=cast.product, name="Other", seats=5)
    with pytest.raises(AlreadyAllocated):
        share(actor=cast.admin, pool=pool, team=cast.team)
    assert Allocation.objects.count() == 1


def test_archived_team_gets_no_seats(cast: Cast) -> None:
    stale = type(cast.team).objects.get(pk=cast.team.pk)
    archive_team(actor=cast.admin, team=cast.team)
    with pytest.raises(Archived):
        allocate(actor=cast.admin, team=stale, product=cast.product, seats=5)
    assert not Pool.objects.exists()


def test_archived_product_is_not_allocated(cast: Cast) -> None:
    archive_product(actor=cast.admin, product=cast.product)
    with pytest.raises(Archived):
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=5)


def test_long_names_make_a_pool_all_the_same(cast: Cast) -> None:
    Product.objects.update(name="P" * 200)
    cast.product.refresh_from_db()
    pool = make_allocation(cast.admin, cast.team, cast.product, seats=1).pool
    assert pool.name == "P" * 200


def test_two_admins_do_not_add_the_same_seats_unseen(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    seen = allocation.pool.version
    increment(actor=cast.admin, pool=allocation.pool, seats=5, seen=seen)
    with pytest.raises(ChangedMeanwhile) as refusal:
        increment(actor=cast.admin, pool=allocation.pool, seats=5, seen=seen)
    assert refusal.value.numbers == {"capacity": 10}
    assert Pool.objects.get().capacity == 10


def test_form_opened_before_the_team_had_seats_is_refused(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=5)
    with pytest.raises(ChangedMeanwhile):
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=5, seen=0)


def test_form_of_a_pool_the_team_no_longer_has_is_refused(cast: Cast) -> None:
    with pytest.raises(ChangedMeanwhile):
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=5, seen=3)
    assert not Pool.objects.exists()


def test_enrolling_leaves_an_admins_form_valid(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    seen = allocation.pool.version
    enrol_new(cast.manager, allocation, 3)
    assert increment(actor=cast.admin, pool=allocation.pool, seats=1, seen=seen).pool.capacity == 6
