"""Seats for several teams in one step: each its own, all from one pool, or a template's clones."""

import pytest

from seats.errors import AlreadyAllocated, Archived, NotEnoughStock
from seats.models import Allocation, Pool, Product
from seats.services.allocation import create_pool
from seats.services.archive import archive_team
from seats.services.giving import Gift
from seats.services.giving_many import Fate, give_many, preview
from seats.services.stock import issue
from seats.services.terms import Terms
from teams.models import Team
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import make_allocation, make_shared_pool


@pytest.fixture
def teams(cast: Cast) -> list[Team]:
    return [cast.team, cast.other_team, create_team(actor=cast.admin, name="Classroom C")]


def capacities() -> dict[str, int | None]:
    current = Allocation.objects.current().select_related("team", "pool")
    return {each.team.name: each.pool.capacity for each in current}


def test_each_team_gets_seats_of_its_own(cast: Cast, teams: list[Team]) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=5)
    gift = Gift(mode="dedicated", product=cast.product, seats=10)
    done = give_many(actor=cast.admin, teams=teams, gift=gift)
    assert capacities() == {"Classroom A": 15, "Classroom B": 10, "Classroom C": 10}
    assert sorted(each.created for each in done) == [False, True, True]


def test_all_draw_on_one_pool(cast: Cast, teams: list[Team]) -> None:
    pool = create_pool(actor=cast.admin, product=cast.product, name="One", seats=100)
    give_many(actor=cast.admin, teams=teams, gift=Gift(mode="shared", pool=pool, cap=40))
    assert set(Allocation.objects.values_list("pool", "cap")) == {(pool.pk, 40)}
    assert Allocation.objects.count() == 3


def test_each_team_gets_a_clone_of_the_template(cast: Cast, teams: list[Team]) -> None:
    terms = Terms(terms_days=30)
    pool = create_pool(actor=cast.admin, product=cast.product, name="T", seats=20, terms=terms)
    give_many(actor=cast.admin, teams=teams, gift=Gift(mode="template", pool=pool))
    clones = Pool.objects.filter(cloned_from=pool)
    assert {(each.capacity, each.terms_days) for each in clones} == {(20, 30)}
    assert len(clones) == 3


def test_strict_stock_is_held_against_all_together(cast: Cast, teams: list[Team]) -> None:
    cast.organisation.strict_stock = True
    cast.organisation.save()
    issue(actor=cast.admin, product=cast.product, seats=29)
    gift = Gift(mode="dedicated", product=cast.product, seats=10)
    with pytest.raises(NotEnoughStock) as refusal:
        give_many(actor=cast.admin, teams=teams, gift=gift)
    assert refusal.value.numbers == {"asked": 30, "stock": 29, "lacking": 1}
    assert capacities() == {}
    issue(actor=cast.admin, product=cast.product, seats=1)
    give_many(actor=cast.admin, teams=teams, gift=gift)
    assert Product.objects.get(pk=cast.product.pk).stock == 0


def test_team_that_draws_on_another_pool_refuses_all(cast: Cast, teams: list[Team]) -> None:
    make_allocation(cast.admin, cast.other_team, cast.product, seats=5)
    pool = create_pool(actor=cast.admin, product=cast.product, name="One", seats=100)
    with pytest.raises(AlreadyAllocated, match="Classroom B"):
        give_many(actor=cast.admin, teams=teams, gift=Gift(mode="shared", pool=pool))
    assert capacities() == {"Classroom B": 5}


def test_archived_team_refuses_all(cast: Cast, teams: list[Team]) -> None:
    archive_team(actor=cast.admin, team=teams[2])
    gift = Gift(mode="dedicated", product=cast.product, seats=10)
    with pytest.raises(Archived, match="Classroom C"):
        give_many(actor=cast.admin, teams=teams, gift=gift)
    assert capacities() == {}


def test_shared_pool_gets_seats_for_each_of_its_teams(cast: Cast, teams: list[Team]) -> None:
    make_shared_pool(cast.admin, cast.product, teams[:2], seats=10)
    give_many(
        actor=cast.admin,
        teams=teams,
        gift=Gift(mode="dedicated", product=cast.product, seats=5),
    )
    assert capacities() == {"Classroom A": 20, "Classroom B": 20, "Classroom C": 5}


def test_preview_says_what_each_team_gets(cast: Cast, teams: list[Team]) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=5)
    make_allocation(cast.admin, cast.other_team, cast.product, seats=None)
    gift = Gift(mode="dedicated", product=cast.product, seats=10)
    lines = preview(actor=cast.admin, teams=teams, gift=gift)
    assert [line.fate for line in lines] == [Fate.RAISED, Fate.UNLIMITED, Fate.NEW]
    pool = create_pool(actor=cast.admin, product=cast.product, name="One", seats=100)
    lines = preview(actor=cast.admin, teams=teams, gift=Gift(mode="shared", pool=pool))
    assert [line.fate for line in lines] == [Fate.DRAWS, Fate.DRAWS, Fate.SHARED]
