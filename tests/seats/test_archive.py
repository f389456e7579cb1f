"""Rule 9: what has history is archived, never deleted, and not while it is in use."""

from datetime import timedelta

import pytest
from django.utils import timezone

from seats import clock
from seats.errors import Archived, SeatsInUse, StillInUse
from seats.models import Allocation, Enrolment, LedgerEntry, Pool, Product
from seats.services.allocation import increment
from seats.services.archive import archive_pool, archive_product, archive_team
from seats.services.catalogue import create_product
from seats.services.enrolment import enrol
from seats.services.revocation import revoke
from seats.services.taking import take_away
from seats.services.terms import Terms
from teams.models import Team
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import (
    enrol_new,
    enrolment_of,
    make_allocation,
    make_learners,
    make_shared_pool,
)


def test_pool_with_live_enrolments_is_not_archived_and_says_how_many(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    enrol_new(cast.manager, allocation, 3)
    with pytest.raises(StillInUse) as refusal:
        archive_pool(actor=cast.admin, pool=allocation.pool)
    assert refusal.value.numbers == {"live_enrolments": 3}
    assert Pool.objects.open().exists()


def test_archiving_a_pool_returns_its_seats_to_stock(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    archived = archive_pool(actor=cast.admin, pool=allocation.pool, reason="term over")
    assert (archived.capacity, Product.objects.get().stock) == (0, 5)
    entry = LedgerEntry.objects.get(kind="archived")
    assert (entry.stock_moved, entry.capacity_moved, entry.reason) == (5, -5, "term over")


def test_archiving_a_pool_takes_its_teams_off(cast: Cast) -> None:
    pool, _ = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    archive_pool(actor=cast.admin, pool=pool)
    assert not Allocation.objects.current().exists()
    make_allocation(cast.admin, cast.team, cast.product, seats=5)


def test_pool_whose_enrolments_are_due_is_archived(cast: Cast) -> None:
    past = timezone.now() - timedelta(days=9)
    with clock.telling(past):
        allocation = make_allocation(cast.admin, cast.team, cast.product, 5, Terms(terms_days=3))
        enrol_new(cast.manager, allocation, 2)
    assert archive_pool(actor=cast.admin, pool=allocation.pool).used == 0


def test_seats_that_expired_enrolments_hold_stay_in_an_archived_pool(cast: Cast) -> None:
    terms = Terms(terms_days=3, reusable=False)
    with clock.telling(timezone.now() - timedelta(days=9)):
        allocation = make_allocation(cast.admin, cast.team, cast.product, 5, terms)
        enrol_new(cast.manager, allocation, 2)
    archived = archive_pool(actor=cast.admin, pool=allocation.pool)
    assert (archived.used, archived.capacity) == (2, 2)
    assert Product.objects.get().stock == 3


def test_over_committed_pool_of_held_seats_is_archived_as_it_is(cast: Cast) -> None:
    terms = Terms(terms_days=3, reusable=False)
    with clock.telling(timezone.now() - timedelta(days=9)):
        allocation = make_allocation(cast.admin, cast.team, cast.product, 5, terms)
        enrol_new(cast.manager, allocation, 5)
        take_away(actor=cast.admin, pool=allocation.pool, seats=4)
    archived = archive_pool(actor=cast.admin, pool=allocation.pool)
    assert (archived.used, archived.capacity) == (5, 1)


def test_unlimited_pool_is_archived(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    assert archive_pool(actor=cast.admin, pool=allocation.pool).archived_at
    assert Product.objects.get().stock == 0


def test_archived_pool_takes_part_in_nothing(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    learners = make_learners(cast.admin, cast.team)
    archive_pool(actor=cast.admin, pool=allocation.pool)
    with pytest.raises(Archived):
        enrol(actor=cast.manager, allocation=allocation, members=learners)
    with pytest.raises(Archived):
        increment(actor=cast.admin, pool=allocation.pool, seats=1)
    with pytest.raises(Archived):
        take_away(actor=cast.admin, pool=allocation.pool, seats=1)
    with pytest.raises(Archived):
        archive_pool(actor=cast.admin, pool=allocation.pool)


def test_archived_pool_keeps_its_history(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    (line,) = enrol_new(cast.manager, allocation)
    revoke(actor=cast.admin, enrolment=enrolment_of(line))
    archive_pool(actor=cast.admin, pool=allocation.pool)
    assert Enrolment.objects.filter(pool=allocation.pool).count() == 1
    assert LedgerEntry.objects.of_pool(allocation.pool).count() == 5


def test_product_with_open_pools_is_not_archived(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    with pytest.raises(StillInUse) as refusal:
        archive_product(actor=cast.admin, product=cast.product)
    assert refusal.value.numbers == {"pools": 1}
    archive_pool(actor=cast.admin, pool=allocation.pool)
    assert archive_product(actor=cast.admin, product=cast.product).archived_at


def test_product_is_archived_once(cast: Cast) -> None:
    archive_product(actor=cast.admin, product=cast.product)
    with pytest.raises(Archived):
        archive_product(actor=cast.admin, product=cast.product)


def test_team_that_uses_seats_is_not_archived(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    enrol_new(cast.manager, allocation)
    with pytest.raises(SeatsInUse):
        archive_team(actor=cast.admin, team=cast.team)
    assert Team.objects.open().filter(pk=cast.team.pk).exists()


def test_archiving_a_team_takes_it_off_all_its_pools(cast: Cast) -> None:
    for code in ("BIZ-200", "LAW-300", "ART-400"):
        product = create_product(actor=cast.admin, code=code, name=code)
        make_allocation(cast.admin, cast.team, product, seats=5)
    archive_team(actor=cast.admin, team=cast.team)
    assert not Allocation.objects.current().exists()
    assert LedgerEntry.objects.filter(kind="unshared", team=cast.team).count() == 3


def test_team_with_open_teams_below_is_not_archived(cast: Cast) -> None:
    below = create_team(actor=cast.admin, name="Evening class", parent=cast.team)
    with pytest.raises(StillInUse) as refusal:
        archive_team(actor=cast.admin, team=cast.team)
    assert refusal.value.numbers == {"teams": 1}
    archive_team(actor=cast.admin, team=below)
    assert archive_team(actor=cast.admin, team=cast.team).archived_at


def test_team_is_archived_once(cast: Cast) -> None:
    archive_team(actor=cast.admin, team=cast.team)
    with pytest.raises(Archived):
        archive_team(actor=cast.admin, team=cast.team)
