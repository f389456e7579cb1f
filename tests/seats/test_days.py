"""Use against capacity day by day: from closed days or without them, it is what the books say."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seats import books, clock
from seats.models import Allocation, ClosedDay, Pool
from seats.reports.days import DAYS, FEWEST, Day, organisation_days, pool_days, product_days
from seats.services.allocation import increment
from seats.services.archive import archive_pool
from seats.services.closing import close_days
from seats.services.enrolment import Line, Mode
from seats.services.revocation import revoke
from seats.services.taking import take_away
from seats.services.terms import Terms
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation

NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def of_all(cast: Cast) -> list[Day]:
    pools = Pool.objects.for_org(cast.organisation)
    limited = [pool for pool in pools if pool.capacity is not None]
    return organisation_days(
        cast.organisation,
        used=sum(pool.used for pool in limited),
        capacity=sum(pool.capacity or 0 for pool in limited),
        unlimited=sum(pool.used for pool in pools if pool.capacity is None),
    )


def in_the_books(cast: Cast, day: date) -> dict[UUID, books.Usage]:
    """Ask the ledger how the pools stood at a day's end."""
    zone = ZoneInfo(cast.organisation.time_zone)
    end = datetime.combine(day + ONE_DAY, time.min, tzinfo=zone) - timedelta(microseconds=1)
    return {usage.pool_id: usage for usage in books.as_of(cast.organisation, end)}


def assert_all_as_in_the_books(cast: Cast) -> None:
    pools = Pool.objects.for_org(cast.organisation)
    of_pools = {(pool.pk, day.day): day for pool in pools for day in pool_days(pool)}
    of_all_pools = of_all(cast)
    for day in of_all_pools:
        there = in_the_books(cast, day.day)
        limited = [usage for usage in there.values() if usage.capacity is not None]
        assert day.used == sum(usage.pool_used for usage in limited)
        assert day.capacity == sum(usage.capacity or 0 for usage in limited)
        assert day.unlimited == sum(usage.pool_used for usage in there.values()) - day.used
        for usage in there.values():
            of_pool = of_pools.get((usage.pool_id, day.day))
            if of_pool:
                assert (of_pool.used, of_pool.capacity) == (usage.pool_used, usage.capacity)
    assert product_days(cast.product) == of_all_pools


def play(cast: Cast, seed: int, steps: int = 25) -> None:
    """Let anything happen at any time of the last weeks, up to now."""
    chance = Random(seed)  # noqa: S311 - the hours of a story, not secrets
    hours = sorted(chance.uniform(0, 20 * 24) for _ in range(steps))
    moments = [NOW - timedelta(hours=each) for each in reversed(hours)]
    with clock.telling(moments[0] - timedelta(hours=5)):
        teams = [cast.team, cast.other_team, create_team(actor=cast.admin, name="Classroom C")]
        made = [
            make_allocation(cast.admin, team, cast.product, seats=seats)
            for team, seats in zip(teams, (30, 30, None), strict=True)
        ]
    lines: list[Line] = []
    for moment in moments:
        with clock.telling(moment):
            _something(cast, chance, chance.choice(made), lines)


def _something(cast: Cast, chance: Random, allocation: Allocation, lines: list[Line]) -> None:
    pool = Pool.objects.get(pk=allocation.pool_id)
    what = chance.choice(["enrol", "enrol", "revoke", "add", "take", "close"])
    if what == "enrol":
        enrolled = enrol_new(cast.admin, allocation, chance.randrange(1, 4), mode=Mode.FILL)
        lines += [line for line in enrolled if line.enrolment_id]
    elif what == "revoke" and lines:
        revoke(actor=cast.admin, enrolment=enrolment_of(lines.pop()))
    elif what == "add" and pool.capacity is not None:
        increment(actor=cast.admin, pool=pool, seats=3)
    elif what == "take" and pool.capacity:
        take_away(actor=cast.admin, pool=pool, seats=min(7, pool.capacity))
    elif what == "close":
        close_days(organisation=cast.organisation)


@pytest.mark.parametrize(("zone", "seed"), [("Pacific/Auckland", 1), ("America/St_Johns", 2)])
def test_each_day_is_what_the_books_say_of_its_end(cast: Cast, zone: str, seed: int) -> None:
    move_to(cast, zone)
    play(cast, seed)
    with clock.telling(NOW):
        assert_all_as_in_the_books(cast)
        close_days(organisation=cast.organisation)
        assert_all_as_in_the_books(cast)


def test_days_of_another_time_zone_are_not_used(cast: Cast) -> None:
    play(cast, 9)
    with clock.telling(NOW):
        close_days(organisation=cast.organisation)
        move_to(cast, "Asia/Kolkata")
        assert_all_as_in_the_books(cast)
        close_days(organisation=cast.organisation)
        assert set(ClosedDay.objects.values_list("time_zone", flat=True)) == {"Asia/Kolkata"}
        assert_all_as_in_the_books(cast)


def move_to(cast: Cast, zone: str) -> None:
    cast.organisation.time_zone = zone
    cast.organisation.save()


def test_closed_days_are_read_instead_of_the_ledger(cast: Cast) -> None:
    play(cast, 1)
    with clock.telling(NOW):
        close_days(organisation=cast.organisation)
        with CaptureQueriesContext(connection) as captured:
            of_all(cast)
        assert "seats_ledgerentry" not in str(captured.captured_queries)


def test_day_is_closed_an_hour_after_its_end_and_once(cast: Cast) -> None:
    with clock.telling(NOW):
        make_allocation(cast.admin, cast.team, cast.product)
    midnight = datetime(2026, 6, 16, tzinfo=UTC)
    closed = []
    for minutes in (30, 59, 61, 90):
        with clock.telling(midnight + timedelta(minutes=minutes)):
            closed.append(close_days(organisation=cast.organisation))
    assert closed == [0, 0, 1, 0]


def test_entry_that_comes_after_its_day_was_closed_is_heeded(cast: Cast) -> None:
    with clock.telling(NOW - 3 * ONE_DAY):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
    with clock.telling(NOW):
        close_days(organisation=cast.organisation)
    with clock.telling(NOW - 2 * ONE_DAY):
        enrol_new(cast.admin, allocation)
    with clock.telling(NOW):
        close_days(organisation=cast.organisation)
        assert_all_as_in_the_books(cast)


def test_seats_held_by_the_expired_are_used_in_an_archived_pool_too(cast: Cast) -> None:
    terms = Terms(terms_days=1, reusable=False)
    with clock.telling(NOW - 4 * ONE_DAY):
        allocation = make_allocation(cast.admin, cast.team, cast.product, terms=terms)
        enrol_new(cast.admin, allocation, 2)
    with clock.telling(NOW - ONE_DAY):
        archive_pool(actor=cast.admin, pool=allocation.pool)
    with clock.telling(NOW):
        before = of_all(cast)
        close_days(organisation=cast.organisation)
        assert of_all(cast) == before
    assert [(day.used, day.capacity) for day in before[-3:]] == [(2, 10), (2, 2), (2, 2)]


def test_young_organisation_shows_two_weeks(cast: Cast) -> None:
    assert len(of_all(cast)) == FEWEST
    assert all(day.is_empty for day in of_all(cast))
    with clock.telling(clock.now() - 200 * ONE_DAY):
        make_allocation(cast.admin, cast.team, cast.product)
    assert len(of_all(cast)) == DAYS
