"""Statements: every figure of a period, line by line."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from seats import clock
from seats.models import Allocation, Product
from seats.services.allocation import increment, share, take_off
from seats.services.archive import archive_pool
from seats.services.catalogue import create_product
from seats.services.expiry import expire_due
from seats.services.leaving import leave
from seats.services.moving import move
from seats.services.revocation import revoke
from seats.services.stock import issue, retire
from seats.services.taking import take_away
from seats.services.terms import Terms
from seats.services.transfer import transfer
from seats.statements import Figures, Line, Statement, statement
from tests.conftest import Cast
from tests.factories import (
    enrol_new,
    enrolment_of,
    make_allocation,
    make_shared_pool,
)

MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))
DAY = timedelta(days=1)


def of_april(cast: Cast, **only: object) -> Statement:
    return statement(cast.organisation, since=APRIL, until=MAY, **only)  # type: ignore[arg-type]


def line_of(found: Statement, kind: str, team: str | None = None) -> Line:
    (line,) = (each for each in found.lines if (each.kind, each.team) == (kind, team))
    return line


def figures_of(found: Statement, kind: str, team: str | None = None) -> Figures:
    return line_of(found, kind, team).figures


def give(cast: Cast, seats: int | None = 10, terms: Terms | None = None) -> Allocation:
    """Give Classroom A a pool in March."""
    with clock.telling(MARCH + DAY):
        return make_allocation(cast.admin, cast.team, cast.product, seats, terms)


def test_seats_given_in_the_period_move_from_nobody_to_the_team(cast: Cast) -> None:
    with clock.telling(APRIL + DAY):
        issue(actor=cast.admin, product=cast.product, seats=12)
        make_allocation(cast.admin, cast.team, cast.product, seats=10)
    found = of_april(cast)
    team, nobody = figures_of(found, "team", "Classroom A"), figures_of(found, "unallocated")
    assert (team.opening_seats, team.moved_in, team.closing_seats) == (0, 10, 10)
    assert (nobody.issued, nobody.moved_out, nobody.closing_seats) == (12, 10, 2)
    assert team.balances
    assert nobody.balances


def test_what_was_before_the_period_is_its_opening(cast: Cast) -> None:
    allocation = give(cast)
    with clock.telling(MARCH + 2 * DAY):
        enrol_new(cast.manager, allocation, 3)
    team = figures_of(of_april(cast), "team", "Classroom A")
    assert (team.opening_seats, team.closing_seats, team.moved_in) == (10, 10, 0)
    assert (team.opening_used, team.closing_used, team.enrolled) == (3, 3, 0)


def test_what_comes_at_the_end_of_the_period_belongs_to_the_next(cast: Cast) -> None:
    with clock.telling(MAY):
        give_in_may = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    assert give_in_may
    assert of_april(cast).lines == ()


def test_each_end_of_an_enrolment_is_counted_as_what_it_was(cast: Cast) -> None:
    allocation = give(cast, 10, Terms(terms_days=10))
    with clock.telling(APRIL + DAY):
        revoked, leaver, *_others = enrol_new(cast.manager, allocation, 4)
    with clock.telling(APRIL + 2 * DAY):
        revoke(actor=cast.admin, enrolment=enrolment_of(revoked))
        leave(actor=cast.admin, member=enrolment_of(leaver).member, team=cast.team)
    with clock.telling(APRIL + 12 * DAY):
        expire_due(organisation=cast.organisation)
    team = figures_of(of_april(cast), "team", "Classroom A")
    assert (team.enrolled, team.revoked, team.leaving, team.expired) == (4, 2, 1, 2)
    assert (team.closing_used, team.balances) == (0, True)


def test_expired_enrolment_that_holds_its_seat_uses_it_on(cast: Cast) -> None:
    allocation = give(cast, 10, Terms(terms_days=10, reusable=False))
    with clock.telling(APRIL + DAY):
        enrol_new(cast.manager, allocation, 2)
    with clock.telling(APRIL + 12 * DAY):
        expire_due(organisation=cast.organisation)
    team = figures_of(of_april(cast), "team", "Classroom A")
    assert (team.expired, team.held, team.closing_used) == (0, 2, 2)


def test_second_team_takes_the_seats_of_a_pool_to_the_shared_ones(cast: Cast) -> None:
    allocation = give(cast)
    with clock.telling(APRIL + DAY):
        share(actor=cast.admin, pool=allocation.pool, team=cast.other_team)
    found = of_april(cast)
    team, shared = figures_of(found, "team", "Classroom A"), figures_of(found, "shared")
    assert (team.opening_seats, team.moved_out, team.closing_seats) == (10, 10, 0)
    assert (shared.opening_seats, shared.moved_in, shared.closing_seats) == (0, 10, 10)


def test_seats_go_back_to_the_one_team_that_is_left(cast: Cast) -> None:
    with clock.telling(MARCH + DAY):
        teams = [cast.team, cast.other_team]
        _pool, (_first, second) = make_shared_pool(cast.admin, cast.product, teams, seats=20)
    with clock.telling(APRIL + DAY):
        take_off(actor=cast.admin, allocation=second)
    found = of_april(cast)
    team, shared = figures_of(found, "team", "Classroom A"), figures_of(found, "shared")
    assert (team.moved_in, team.closing_seats) == (20, 20)
    assert (shared.opening_seats, shared.moved_out, shared.closing_seats) == (20, 20, 0)


def test_use_of_a_shared_pool_stands_with_the_team_that_uses_it(cast: Cast) -> None:
    with clock.telling(MARCH + DAY):
        teams = [cast.team, cast.other_team]
        _pool, (first, second) = make_shared_pool(cast.admin, cast.product, teams, seats=20)
    with clock.telling(APRIL + DAY):
        enrol_new(cast.admin, first, 3)
        enrol_new(cast.admin, second, 4)
    found = of_april(cast)
    assert figures_of(found, "team", "Classroom A").closing_used == 3
    assert figures_of(found, "team", "Classroom B").closing_used == 4
    assert figures_of(found, "shared").closing_used == 0
    assert found.sums(lambda line: line.product_code)["ACC-101"].closing_used == 7


def test_transfer_moves_seats_from_team_to_team(cast: Cast) -> None:
    give(cast)
    with clock.telling(APRIL + DAY):
        transfer(
            actor=cast.admin,
            product=cast.product,
            source=cast.team,
            target=cast.other_team,
            seats=4,
        )
    found = of_april(cast)
    assert figures_of(found, "team", "Classroom A").moved_out == 4
    assert figures_of(found, "team", "Classroom B").moved_in == 4
    assert {line.kind for line in found.lines if line.figures.moved_in} == {"team"}


def test_seats_taken_away_and_retired_leave_the_product(cast: Cast) -> None:
    allocation = give(cast)
    with clock.telling(APRIL + DAY):
        take_away(actor=cast.admin, pool=allocation.pool, seats=3, retire=True)
    found = of_april(cast)
    assert figures_of(found, "team", "Classroom A").moved_out == 3
    of_product = found.sums(lambda line: line.product_id)[cast.product.pk]
    assert (of_product.opening_seats, of_product.retired, of_product.closing_seats) == (10, 3, 7)
    assert of_product.moved_in == of_product.moved_out == 3


def test_archived_pool_gives_back_its_free_seats_and_keeps_those_held(cast: Cast) -> None:
    allocation = give(cast, 10, Terms(terms_days=10, reusable=False))
    with clock.telling(MARCH + DAY):
        enrol_new(cast.manager, allocation, 2)
    with clock.telling(APRIL + DAY):
        expire_due(organisation=cast.organisation)
        archive_pool(actor=cast.admin, pool=allocation.pool)
    team = figures_of(of_april(cast), "team", "Classroom A")
    assert (team.moved_out, team.closing_seats, team.closing_used) == (8, 2, 2)


def test_pool_without_a_limit_has_use_and_no_seats(cast: Cast) -> None:
    allocation = give(cast, None)
    with clock.telling(APRIL + DAY):
        enrol_new(cast.manager, allocation, 5)
    team = figures_of(of_april(cast), "team", "Classroom A")
    assert (team.closing_seats, team.closing_used) == (0, 5)


def test_peak_is_the_highest_use_and_when_it_was_first_reached(cast: Cast) -> None:
    allocation = give(cast)
    with clock.telling(APRIL + DAY):
        (one,) = enrol_new(cast.manager, allocation)
    with clock.telling(APRIL + 2 * DAY):
        enrol_new(cast.manager, allocation, 4)
    with clock.telling(APRIL + 3 * DAY):
        revoke(actor=cast.admin, enrolment=enrolment_of(one))
    found = of_april(cast)
    peak = line_of(found, "team", "Classroom A").peak
    assert (peak.used, peak.at) == (5, APRIL + 2 * DAY)
    assert found.peak() == found.peak(cast.product.pk) == found.peak(team=cast.team.pk) == peak


def test_peak_may_be_the_opening(cast: Cast) -> None:
    allocation = give(cast)
    with clock.telling(MARCH + DAY):
        (one, *_more) = enrol_new(cast.manager, allocation, 3)
    with clock.telling(APRIL):
        revoke(actor=cast.admin, enrolment=enrolment_of(one))
    peak = line_of(of_april(cast), "team", "Classroom A").peak
    assert (peak.used, peak.at) == (3, APRIL)


def test_member_who_moves_between_teams_is_never_counted_twice(cast: Cast) -> None:
    allocation = give(cast)
    with clock.telling(MARCH + DAY):
        make_allocation(cast.admin, cast.other_team, cast.product)
        (line,) = enrol_new(cast.manager, allocation)
    with clock.telling(APRIL + DAY):
        move(actor=cast.admin, enrolments=[enrolment_of(line)], target=cast.other_team)
    assert of_april(cast).peak(cast.product.pk).used == 1


def test_seat_days_are_seats_by_time(cast: Cast) -> None:
    allocation = give(cast)
    with clock.telling(MARCH + DAY):
        (one, _other) = enrol_new(cast.manager, allocation, 2)
    with clock.telling(APRIL + timedelta(days=7, hours=12)):
        revoke(actor=cast.admin, enrolment=enrolment_of(one))
        increment(actor=cast.admin, pool=allocation.pool, seats=4)
    team = figures_of(of_april(cast), "team", "Classroom A")
    assert team.seat_days_used == Decimal("37.5")
    assert team.seat_days_allocated == 10 * 30 + 4 * Decimal("22.5")


def test_seat_days_are_rounded_half_up_to_four_decimals(cast: Cast) -> None:
    allocation = give(cast)
    with clock.telling(MAY - timedelta(seconds=12.96)):
        enrol_new(cast.manager, allocation)
    team = figures_of(of_april(cast), "team", "Classroom A")
    assert team.seat_days_used == Decimal("0.0002")


def test_only_what_is_asked_for_is_in_it(cast: Cast) -> None:
    give(cast)
    with clock.telling(MARCH + DAY):
        other = create_product(actor=cast.admin, code="BUS", name="Business")
        make_allocation(cast.admin, cast.other_team, other)
    assert {line.product for line in of_april(cast, product=other.pk).lines} == {"Business"}
    found = of_april(cast, team=cast.team.pk)
    assert [(line.product_code, line.team) for line in found.lines] == [("ACC-101", "Classroom A")]


def test_retired_stock_leaves_nothing_behind(cast: Cast) -> None:
    with clock.telling(MARCH):
        issue(actor=cast.admin, product=cast.product, seats=5)
    with clock.telling(APRIL + DAY):
        retire(actor=cast.admin, product=Product.objects.get(pk=cast.product.pk), seats=5)
    nobody = figures_of(of_april(cast), "unallocated")
    assert (nobody.opening_seats, nobody.retired, nobody.closing_seats) == (5, 5, 0)


@pytest.mark.parametrize("months", [(MARCH, APRIL), (APRIL, MAY)])
def test_organisation_without_entries_has_an_empty_statement(
    cast: Cast, months: tuple[datetime, datetime]
) -> None:
    found = statement(cast.organisation, since=months[0], until=months[1])
    assert (found.lines, found.peak().used) == ((), 0)
