"""What needs attention: which, in what order, and how it is reckoned."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from seats import clock
from seats.models import Allocation
from seats.reports.attention import MOST, attention
from seats.services.allocation import increment, share, take_off
from seats.services.closing import close_days
from seats.services.taking import take_away
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.pages import text, url

NOW = timezone.now()


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    with clock.telling(NOW - timedelta(days=days)):
        yield


def pool_of(cast: Cast, *, seats: int | None, at: float = 100) -> Allocation:
    with days_ago(at):
        return make_allocation(cast.admin, cast.team, cast.product, seats=seats)


def enrolled(cast: Cast, allocation: Allocation, many: int, at: float) -> None:
    with days_ago(at):
        enrol_new(cast.admin, allocation, many)


def closed(cast: Cast) -> None:
    close_days(organisation=cast.organisation)


def test_pool_runs_out_by_the_rate_of_thirty_days(cast: Cast) -> None:
    allocation = pool_of(cast, seats=20)
    enrolled(cast, allocation, 7, at=40)
    enrolled(cast, allocation, 9, at=10)
    closed(cast)
    (found,) = attention(cast.organisation).out.shown
    assert (found.seats, found.counter.available) == (9, 4)
    # Nine in thirty days: four are gone in thirteen and a third.
    assert found.day == timezone.localdate(timezone.now() + timedelta(days=30 * 4 / 9))
    said = text(cast.client(cast.admin).get(url(cast, "overview")))
    assert "9 more in use than 30 days before, 4 left" in said


def test_what_is_left_is_that_of_now(cast: Cast) -> None:
    allocation = pool_of(cast, seats=20)
    enrolled(cast, allocation, 16, at=10)
    closed(cast)
    enrol_new(cast.admin, allocation, 2)
    (found,) = attention(cast.organisation).out.shown
    assert found.counter.available == 2
    increment(actor=cast.admin, pool=allocation.pool, seats=80)
    assert attention(cast.organisation).out.count == 0


def test_pool_that_runs_out_is_told_once(cast: Cast) -> None:
    allocation = pool_of(cast, seats=20)
    enrolled(cast, allocation, 19, at=10)
    closed(cast)
    found = attention(cast.organisation)
    assert (found.out.count, found.low.count, found.count) == (1, 0, 1)


def test_pool_that_nobody_takes_more_of_does_not_run_out(cast: Cast) -> None:
    allocation = pool_of(cast, seats=20)
    enrolled(cast, allocation, 15, at=40)
    closed(cast)
    assert attention(cast.organisation).out.count == 0


def test_seats_free_for_sixty_days_are_unused(cast: Cast) -> None:
    allocation = pool_of(cast, seats=20)
    enrolled(cast, allocation, 5, at=70)
    closed(cast)
    (found,) = attention(cast.organisation).unused.shown
    assert (found.team, found.seats) == ("Classroom A", 15)
    html = cast.client(cast.admin).get(url(cast, "overview")).content.decode()
    assert url(cast, "take-away", allocation.pool_id) in html
    assert url(cast, "transfer", cast.team.pk) in html


def test_seats_that_came_lately_are_not_unused_yet(cast: Cast) -> None:
    allocation = pool_of(cast, seats=20)
    enrolled(cast, allocation, 18, at=70)
    with days_ago(10):
        increment(actor=cast.admin, pool=allocation.pool, seats=50)
    closed(cast)
    (found,) = attention(cast.organisation).unused.shown
    assert found.seats == 2


@pytest.mark.parametrize("at", [0.01, 20, 59])
def test_team_that_enrols_uses_its_seats(cast: Cast, at: float) -> None:
    allocation = pool_of(cast, seats=20)
    if at < 1:
        closed(cast)
        enrol_new(cast.admin, allocation)
    else:
        enrolled(cast, allocation, 1, at=at)
        closed(cast)
    assert attention(cast.organisation).unused.count == 0


def test_seats_of_a_young_pool_are_not_unused_yet(cast: Cast) -> None:
    pool_of(cast, seats=20, at=50)
    closed(cast)
    assert attention(cast.organisation).unused.count == 0


def test_team_of_a_shared_pool_holds_no_seats_from_the_others(cast: Cast) -> None:
    allocation = pool_of(cast, seats=20)
    with days_ago(90):
        share(actor=cast.admin, pool=allocation.pool, team=cast.other_team)
    closed(cast)
    assert attention(cast.organisation).unused.count == 0


def test_seats_taken_back_since_are_no_longer_unused(cast: Cast) -> None:
    allocation = pool_of(cast, seats=20)
    closed(cast)
    take_away(actor=cast.admin, pool=allocation.pool, seats=15)
    (found,) = attention(cast.organisation).unused.shown
    assert found.seats == 5
    take_off(actor=cast.admin, allocation=allocation)
    assert attention(cast.organisation).unused.count == 0


def test_of_each_kind_the_first_are_shown_and_the_rest_counted(cast: Cast) -> None:
    for number in range(MOST + 2):
        team = create_team(actor=cast.admin, name=f"Team {number}")
        make_allocation(cast.admin, team, cast.product, seats=1)
    for allocation in Allocation.objects.select_related("team"):
        enrol_new(cast.admin, allocation)
    full = attention(cast.organisation).full
    assert (len(full.shown), full.more, full.count) == (MOST, 2, MOST + 2)
    client = cast.client(cast.finance)
    assert "2 more pools are full" in text(client.get(url(cast, "overview")))


def test_all_of_a_kind_are_shown_where_that_is_asked_for(cast: Cast) -> None:
    with days_ago(100):
        for number in range(MOST + 2):
            team = create_team(actor=cast.admin, name=f"Team {number}")
            make_allocation(cast.admin, team, cast.product, seats=3)
    closed(cast)
    assert attention(cast.organisation).unused.more == 2
    assert attention(cast.organisation, all_of="unused").unused.more == 0
    said = text(cast.client(cast.admin).get(url(cast, "overview"), {"all": "unused"}))
    assert f"Team {MOST + 1} has left 3 seats" in said
