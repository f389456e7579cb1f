"""Rule 5: seats from one team's pool to another's, in one step, shown beforehand."""

import pytest

from seats.errors import (
    Archived,
    ChangedMeanwhile,
    NotAllocated,
    NotEnoughSeats,
    PoolIsUnlimited,
    SamePool,
)
from seats.models import Allocation, LedgerEntry, Pool, Product
from seats.services.allocation import increment, take_off
from seats.services.archive import archive_team
from seats.services.catalogue import create_product
from seats.services.terms import Terms
from seats.services.transfer import Transfer, preview, transfer
from teams.models import Team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool


@pytest.fixture
def source(cast: Cast) -> Allocation:
    """Give Classroom A ten seats, of which it uses six."""
    allocation = make_allocation(
        cast.admin, cast.team, cast.product, seats=10, terms=Terms(terms_days=90)
    )
    enrol_new(cast.manager, allocation, 6)
    return allocation


@pytest.fixture
def target(cast: Cast) -> Allocation:
    return make_allocation(cast.admin, cast.other_team, cast.product, seats=5)


def move(cast: Cast, seats: int, seen: tuple[int, int] | None = None) -> Transfer:
    return transfer(
        actor=cast.admin,
        product=cast.product,
        source=cast.team,
        target=cast.other_team,
        seats=seats,
        reason="room 12",
        seen=seen,
    )


def look(cast: Cast, seats: int) -> Transfer:
    return preview(
        actor=cast.admin,
        product=cast.product,
        source=cast.team,
        target=cast.other_team,
        seats=seats,
    )


def capacities() -> dict[str, int | None]:
    current = Allocation.objects.current()
    return {each.team.name: each.pool.capacity for each in current.select_related("team", "pool")}


def test_seats_move_from_one_pool_to_the_other(
    cast: Cast, source: Allocation, target: Allocation
) -> None:
    move(cast, 3)
    assert capacities() == {"Classroom A": 7, "Classroom B": 8}


def test_both_sides_are_booked(cast: Cast, source: Allocation, target: Allocation) -> None:
    move(cast, 3)
    out = LedgerEntry.objects.get(kind="transferred_out")
    into = LedgerEntry.objects.get(kind="transferred_in")
    assert (out.team, out.capacity_moved, out.capacity_after) == (cast.team, -3, 7)
    assert (into.team, into.capacity_moved, into.capacity_after) == (cast.other_team, 3, 8)
    assert {out.reason, into.reason} == {"room 12"}
    assert (out.actor, into.actor) == (cast.admin, cast.admin)


def test_transfer_leaves_stock_alone(cast: Cast, source: Allocation, target: Allocation) -> None:
    move(cast, 3)
    assert Product.objects.get().stock == 0


def test_preview_shows_both_sides_and_changes_nothing(
    cast: Cast, source: Allocation, target: Allocation
) -> None:
    before = LedgerEntry.objects.count()
    plan = look(cast, 7)
    assert (plan.giving.capacity_before, plan.giving.capacity_after) == (10, 3)
    assert (plan.giving.over_after, plan.giving.available_after) == (3, 0)
    assert (plan.taking.capacity_before, plan.taking.capacity_after) == (5, 12)
    assert (plan.taking.over_after, plan.taking.available_after) == (0, 12)
    assert capacities() == {"Classroom A": 10, "Classroom B": 5}
    assert LedgerEntry.objects.count() == before


def test_preview_names_the_other_teams_of_a_shared_pool(cast: Cast, target: Allocation) -> None:
    third = Team.objects.create(
        organisation=cast.organisation, name="Classroom C", lineage=[cast.team.pk]
    )
    make_shared_pool(cast.admin, cast.product, [cast.team, third])
    assert look(cast, 7).giving.teams == (third,)


def test_transfer_does_what_its_preview_said(
    cast: Cast, source: Allocation, target: Allocation
) -> None:
    plan = look(cast, 3)
    done = move(cast, 3, seen=plan.seen)
    assert (done.giving.capacity_after, done.taking.capacity_after) == (7, 8)


def test_pool_may_be_over_committed_by_a_transfer(
    cast: Cast, source: Allocation, target: Allocation
) -> None:
    assert move(cast, 10).giving.over_after == 6
    assert source.enrolments.live().count() == 6


def test_team_without_a_pool_gets_one_with_the_same_terms(cast: Cast, source: Allocation) -> None:
    assert look(cast, 4).taking.pool is None
    move(cast, 4)
    pool = Pool.objects.get(allocations__team=cast.other_team)
    assert (pool.capacity, pool.terms_days) == (4, 90)


def test_team_without_a_pool_has_nothing_to_give(cast: Cast, target: Allocation) -> None:
    with pytest.raises(NotAllocated):
        move(cast, 1)
    with pytest.raises(NotAllocated):
        look(cast, 1)


def test_no_more_is_moved_than_the_pool_has(
    cast: Cast, source: Allocation, target: Allocation
) -> None:
    with pytest.raises(NotEnoughSeats) as refusal:
        move(cast, 11)
    assert refusal.value.numbers == {"asked": 11, "capacity": 10}
    assert capacities() == {"Classroom A": 10, "Classroom B": 5}


def test_nothing_moves_within_a_shared_pool(cast: Cast) -> None:
    make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    with pytest.raises(SamePool):
        move(cast, 1)


def test_unlimited_pools_neither_give_nor_take(cast: Cast, source: Allocation) -> None:
    make_allocation(cast.admin, cast.other_team, cast.product, seats=None)
    with pytest.raises(PoolIsUnlimited):
        move(cast, 1)
    with pytest.raises(PoolIsUnlimited):
        transfer(
            actor=cast.admin,
            product=cast.product,
            source=cast.other_team,
            target=cast.team,
            seats=1,
        )


def test_seats_of_another_product_are_not_moved(cast: Cast, source: Allocation) -> None:
    cast.product = create_product(actor=cast.admin, code="BIZ-200", name="Business")
    with pytest.raises(NotAllocated):
        move(cast, 1)


def test_archived_team_takes_no_seats(cast: Cast, source: Allocation) -> None:
    archive_team(actor=cast.admin, team=Team.objects.get(pk=cast.other_team.pk))
    with pytest.raises(Archived):
        move(cast, 1)


def test_transfer_is_refused_when_a_side_changed_since_the_preview(
    cast: Cast, source: Allocation, target: Allocation
) -> None:
    for allocation in (source, target):
        plan = look(cast, 3)
        increment(actor=cast.admin, pool=allocation.pool, seats=1)
        with pytest.raises(ChangedMeanwhile):
            move(cast, 3, seen=plan.seen)
    assert capacities() == {"Classroom A": 11, "Classroom B": 6}


def test_transfer_is_refused_when_the_other_team_lost_its_pool_since(
    cast: Cast, source: Allocation, target: Allocation
) -> None:
    plan = look(cast, 3)
    take_off(actor=cast.admin, allocation=target)
    with pytest.raises(ChangedMeanwhile):
        move(cast, 3, seen=plan.seen)


def test_transfer_is_refused_when_the_other_team_got_a_pool_since(
    cast: Cast, source: Allocation
) -> None:
    plan = look(cast, 3)
    make_allocation(cast.admin, cast.other_team, cast.product, seats=5)
    with pytest.raises(ChangedMeanwhile):
        move(cast, 3, seen=plan.seen)
