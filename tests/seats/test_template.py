"""Rule 7: a clone has its template's product, terms and capacity, and goes its own way."""

from datetime import date

import pytest

from seats.errors import AlreadyAllocated, Archived, ChangedMeanwhile, NotEnoughStock
from seats.models import Pool, Product
from seats.services.allocation import clone, create_pool
from seats.services.archive import archive_team
from seats.services.taking import take_away
from seats.services.terms import Terms, set_terms
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation


@pytest.fixture
def template(cast: Cast) -> Pool:
    return create_pool(
        actor=cast.admin,
        product=cast.product,
        name="90 days",
        seats=20,
        terms=Terms(terms_days=90, reusable=False, extendable=True),
    )


def test_clone_has_the_product_terms_and_capacity_of_its_template(
    cast: Cast, template: Pool
) -> None:
    done = clone(actor=cast.admin, pool=template, team=cast.team)
    assert done.pool.pk != template.pk
    assert (done.pool.product, done.pool.capacity) == (cast.product, 20)
    assert Terms.of(done.pool) == Terms(terms_days=90, reusable=False, extendable=True)
    assert done.pool.cloned_from == template


def test_clone_is_dedicated_to_its_team(cast: Cast, template: Pool) -> None:
    done = clone(actor=cast.admin, pool=template, team=cast.team)
    assert [each.team for each in done.pool.allocations.current()] == [cast.team]
    assert done.created


def test_answer_says_how_many_seats_were_issued_for_the_clone(cast: Cast, template: Pool) -> None:
    take_away(actor=cast.admin, pool=template, seats=8)
    done = clone(actor=cast.admin, pool=template, team=cast.team)
    assert (done.seats, done.issued) == (12, 4)


def test_use_of_the_clone_is_not_deducted_from_the_template(cast: Cast, template: Pool) -> None:
    done = clone(actor=cast.admin, pool=template, team=cast.team)
    assert done.allocation is not None
    enrol_new(cast.admin, done.allocation, 20)
    template.refresh_from_db()
    assert (template.used, template.capacity) == (0, 20)


def test_later_changes_of_the_template_change_no_clone(cast: Cast, template: Pool) -> None:
    done = clone(actor=cast.admin, pool=template, team=cast.team)
    set_terms(actor=cast.admin, pool=template, terms=Terms(terms_date=date(2030, 1, 1)))
    take_away(actor=cast.admin, pool=template, seats=20)
    done.pool.refresh_from_db()
    assert (done.pool.terms_days, done.pool.capacity) == (90, 20)


def test_unlimited_template_makes_unlimited_clones(cast: Cast) -> None:
    template = create_pool(actor=cast.admin, product=cast.product, name="Open", seats=None)
    assert clone(actor=cast.admin, pool=template, team=cast.team).pool.capacity is None


def test_empty_template_makes_empty_clones(cast: Cast, template: Pool) -> None:
    take_away(actor=cast.admin, pool=template, seats=20)
    assert clone(actor=cast.admin, pool=template, team=cast.team).pool.capacity == 0


def test_team_with_a_pool_of_the_product_gets_no_clone(cast: Cast, template: Pool) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=5)
    with pytest.raises(AlreadyAllocated):
        clone(actor=cast.admin, pool=template, team=cast.team)
    assert not Pool.objects.filter(cloned_from=template).exists()
    assert Product.objects.get().stock == 0


def test_clone_needs_its_seats_in_a_strict_stock(cast: Cast, template: Pool) -> None:
    cast.organisation.strict_stock = True
    cast.organisation.save()
    with pytest.raises(NotEnoughStock):
        clone(actor=cast.admin, pool=template, team=cast.team)


def test_long_names_make_a_clone_all_the_same(cast: Cast, template: Pool) -> None:
    Pool.objects.update(name="T" * 200)
    assert len(clone(actor=cast.admin, pool=template, team=cast.team).pool.name) == 200


def test_archived_team_gets_no_clone(cast: Cast, template: Pool) -> None:
    archive_team(actor=cast.admin, team=type(cast.team).objects.get(pk=cast.team.pk))
    with pytest.raises(Archived):
        clone(actor=cast.admin, pool=template, team=cast.team)


def test_template_that_changed_since_the_form_is_not_cloned(cast: Cast, template: Pool) -> None:
    template.refresh_from_db()
    seen = template.version
    take_away(actor=cast.admin, pool=template, seats=1)
    with pytest.raises(ChangedMeanwhile):
        clone(actor=cast.admin, pool=template, team=cast.team, seen=seen)
