"""Requests: a manager asks for more seats, an admin answers."""

import pytest

from seats.errors import AlreadyAsked, AlreadyDecided, Archived, NotEnoughStock
from seats.models import Allocation, LedgerEntry, Pool, SeatRequest
from seats.services.archive import archive_product, archive_team
from seats.services.requests import approve, ask, decline
from tests.conftest import Cast
from tests.factories import make_allocation, make_shared_pool


@pytest.fixture
def request_(cast: Cast) -> SeatRequest:
    return ask(
        actor=cast.manager, team=cast.team, product=cast.product, seats=5, reason="new class"
    )


def test_manager_asks_and_the_request_waits(cast: Cast, request_: SeatRequest) -> None:
    (waiting,) = SeatRequest.objects.undecided()
    assert (waiting.asked_by, waiting.seats, waiting.reason) == (cast.manager, 5, "new class")
    assert not Pool.objects.exists()


def test_approving_allocates_what_was_asked_for(cast: Cast, request_: SeatRequest) -> None:
    done = approve(actor=cast.admin, request=request_, answer="enjoy")
    assert (done.created, done.pool.capacity) == (True, 5)
    request_.refresh_from_db()
    assert (request_.status, request_.decided_by, request_.answer) == (
        "approved",
        cast.admin,
        "enjoy",
    )


def test_approval_is_booked_as_such(cast: Cast, request_: SeatRequest) -> None:
    approve(actor=cast.admin, request=request_)
    entry = LedgerEntry.objects.get(kind="allocated")
    assert entry.actor == cast.admin
    assert "new class" in entry.reason
    assert str(cast.manager) in entry.reason


def test_approving_raises_the_pool_there_is(cast: Cast, request_: SeatRequest) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=10)
    assert approve(actor=cast.admin, request=request_).pool.capacity == 15


def test_approving_for_a_shared_pool_names_the_other_teams(
    cast: Cast, request_: SeatRequest
) -> None:
    make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    assert approve(actor=cast.admin, request=request_).shared_with == (cast.other_team,)


def test_declining_changes_no_seats(cast: Cast, request_: SeatRequest) -> None:
    declined = decline(actor=cast.admin, request=request_, answer="next term")
    assert (declined.status, declined.answer) == ("declined", "next term")
    assert not Allocation.objects.exists()


def test_request_is_decided_once(cast: Cast, request_: SeatRequest) -> None:
    approve(actor=cast.admin, request=request_)
    with pytest.raises(AlreadyDecided):
        approve(actor=cast.admin, request=request_)
    with pytest.raises(AlreadyDecided):
        decline(actor=cast.admin, request=request_)
    assert Pool.objects.get().capacity == 5


def test_refused_approval_leaves_the_request_open(cast: Cast, request_: SeatRequest) -> None:
    cast.organisation.strict_stock = True
    cast.organisation.save()
    with pytest.raises(NotEnoughStock):
        approve(actor=cast.admin, request=request_)
    assert SeatRequest.objects.undecided().exists()


def test_long_reason_still_fits_the_ledger(cast: Cast) -> None:
    wordy = ask(actor=cast.manager, team=cast.team, product=cast.product, seats=5, reason="x" * 500)
    approve(actor=cast.admin, request=wordy)
    assert len(LedgerEntry.objects.get(kind="allocated").reason) == 500


def test_nothing_is_asked_for_an_archived_team_or_product(cast: Cast) -> None:
    archive_team(actor=cast.admin, team=type(cast.team).objects.get(pk=cast.other_team.pk))
    with pytest.raises(Archived):
        ask(
            actor=cast.other_manager,
            team=cast.other_team,
            product=cast.product,
            seats=1,
            reason="more",
        )
    archive_product(actor=cast.admin, product=cast.product)
    with pytest.raises(Archived):
        ask(actor=cast.manager, team=cast.team, product=cast.product, seats=1, reason="more")


def test_asking_twice_is_asking_once(cast: Cast) -> None:
    ask(actor=cast.manager, team=cast.team, product=cast.product, seats=5, reason="starters")
    with pytest.raises(AlreadyAsked):
        ask(actor=cast.manager, team=cast.team, product=cast.product, seats=5, reason="starters")
    assert SeatRequest.objects.count() == 1
