"""Undo: what was revoked is enrolled again, what was transferred goes back, once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from time import time

import pytest
from django.core import signing
from django.utils import timezone

from seatdash import tenancy
from seats.errors import (
    Archived,
    CannotUndo,
    NoSeatsLeft,
    NotAllocated,
    NotInTeam,
    TooLate,
    UndoneAlready,
)
from seats.models import Allocation, Enrolment, LedgerEntry, Pool
from seats.services import undoing
from seats.services.allocation import increment, take_off
from seats.services.archive import archive_pool
from seats.services.enrolment import enrol
from seats.services.leaving import leave
from seats.services.revocation import revoke_many
from seats.services.taking import take_away
from seats.services.terms import Terms
from seats.services.transfer import transfer
from seats.services.undoing import undo
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    terms = Terms(terms_days=90, reusable=False)
    return make_allocation(cast.admin, cast.team, cast.product, seats=3, terms=terms)


@pytest.fixture
def three(cast: Cast, allocation: Allocation) -> list[Enrolment]:
    return [enrolment_of(line) for line in enrol_new(cast.admin, allocation, 3)]


def revoke_them(cast: Cast, enrolments: Sequence[Enrolment]) -> str:
    revoke_many(actor=cast.manager, enrolments=enrolments, reason="by mistake")
    return undoing.revocation_ticket()


def live(cast: Cast) -> set[object]:
    found = Enrolment.objects.live().filter(team=cast.team)
    return {(each.member_id, each.expires_at, each.reusable) for each in found}


def test_the_same_people_have_seats_with_the_same_ends_again(
    cast: Cast, allocation: Allocation, three: list[Enrolment]
) -> None:
    before = live(cast)
    ticket = revoke_them(cast, three)
    assert undo(actor=cast.manager, ticket=ticket).restored == 3
    assert live(cast) == before
    assert Pool.objects.get(pk=allocation.pool_id).used == 3


def test_undoing_is_booked(cast: Cast, three: list[Enrolment]) -> None:
    undo(actor=cast.admin, ticket=revoke_them(cast, three[:1]))
    entry = LedgerEntry.objects.newest_first()[0]
    assert (entry.kind, entry.used_moved, entry.actor) == ("enrolled", 1, cast.admin)
    assert entry.reason == "undo of a revocation"
    assert entry.expires_at == three[0].expires_at


def test_second_time_nothing_happens(cast: Cast, three: list[Enrolment]) -> None:
    ticket = revoke_them(cast, three)
    undo(actor=cast.manager, ticket=ticket)
    with pytest.raises(UndoneAlready):
        undo(actor=cast.manager, ticket=ticket)
    assert Enrolment.objects.live().count() == 3


def test_what_was_undone_and_revoked_again_is_not_undone_by_the_old_ticket(stage: Cast) -> None:
    organisation = stage.organisation.pk
    with tenancy.scope(organisation):
        own = make_allocation(stage.admin, stage.team, stage.product)
        first = [enrolment_of(line) for line in enrol_new(stage.admin, own, 2)]
    with tenancy.scope(organisation):
        ticket = revoke_them(stage, first)
    undo(actor=stage.manager, ticket=ticket)
    with tenancy.scope(organisation):
        revoke_them(stage, list(Enrolment.objects.live()))
    with pytest.raises(UndoneAlready):
        undo(actor=stage.manager, ticket=ticket)


def test_who_was_enrolled_again_meanwhile_is_left_alone(
    cast: Cast, allocation: Allocation, three: list[Enrolment]
) -> None:
    ticket = revoke_them(cast, three)
    enrol(actor=cast.admin, allocation=allocation, members=[three[0].member_id])
    undone = undo(actor=cast.manager, ticket=ticket)
    assert (undone.restored, undone.spared) == (2, 1)
    assert Enrolment.objects.live().count() == 3


def test_seats_that_are_gone_refuse_all_with_the_numbers(
    cast: Cast, allocation: Allocation, three: list[Enrolment]
) -> None:
    ticket = revoke_them(cast, three)
    take_away(actor=cast.admin, pool=allocation.pool, seats=1)
    with pytest.raises(NoSeatsLeft) as refusal:
        undo(actor=cast.manager, ticket=ticket)
    assert refusal.value.numbers == {"needed": 3, "available": 2, "capacity": 2}
    assert not Enrolment.objects.live().exists()


def test_who_left_the_team_since_is_named(cast: Cast, three: list[Enrolment]) -> None:
    ticket = revoke_them(cast, three)
    leave(actor=cast.admin, member=three[0].member, team=cast.team)
    with pytest.raises(NotInTeam, match=str(three[0].member)):
        undo(actor=cast.manager, ticket=ticket)


def test_team_taken_off_the_pool_gets_nobody_back(
    cast: Cast, allocation: Allocation, three: list[Enrolment]
) -> None:
    ticket = revoke_them(cast, three)
    take_off(actor=cast.admin, allocation=allocation)
    with pytest.raises(NotAllocated, match="Classroom A no longer draws on"):
        undo(actor=cast.manager, ticket=ticket)


def test_archived_pool_takes_nobody_back(
    cast: Cast, allocation: Allocation, three: list[Enrolment]
) -> None:
    ticket = revoke_them(cast, three)
    archive_pool(actor=cast.admin, pool=allocation.pool)
    with pytest.raises(Archived):
        undo(actor=cast.manager, ticket=ticket)


def test_what_would_be_over_by_now_stays_over(
    cast: Cast, allocation: Allocation, three: list[Enrolment]
) -> None:
    ticket = revoke_them(cast, three)
    past = timezone.now() - timedelta(seconds=1)
    ended = Enrolment.objects.filter(pk__in=[each.pk for each in three])
    ended.update(started_at=past - timedelta(days=1), expires_at=past)
    with pytest.raises(UndoneAlready):
        undo(actor=cast.manager, ticket=ticket)


def test_only_who_did_it_and_admins_undo_it(cast: Cast, three: list[Enrolment]) -> None:
    ticket = revoke_them(cast, three)
    with pytest.raises(CannotUndo, match=str(cast.manager)):
        undo(actor=cast.other_manager, ticket=ticket)
    assert undo(actor=cast.admin, ticket=ticket).restored == 3


@contextmanager
def later(minutes: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        moment = time() + minutes * 60
        patched.setattr("django.core.signing.time.time", lambda: moment)
        yield


def test_after_ten_minutes_it_is_too_late(
    cast: Cast, three: list[Enrolment], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = revoke_them(cast, three)
    with later(11, monkeypatch), pytest.raises(TooLate):
        undo(actor=cast.manager, ticket=ticket)
    with later(9, monkeypatch):
        assert undo(actor=cast.manager, ticket=ticket).restored == 3


@pytest.mark.parametrize("ticket", ["", "made up"])
def test_made_up_ticket_undoes_nothing(cast: Cast, ticket: str) -> None:
    with pytest.raises(CannotUndo):
        undo(actor=cast.admin, ticket=ticket)


def test_ticket_signed_for_something_else_undoes_nothing(cast: Cast) -> None:
    with pytest.raises(CannotUndo):
        undo(actor=cast.admin, ticket=signing.dumps({"xid": 1}, salt="other"))


def test_ticket_of_another_organisation_undoes_nothing(cast: Cast, three: list[Enrolment]) -> None:
    ticket = revoke_them(cast, three)
    with pytest.raises(CannotUndo):
        undo(actor=cast.outsider, ticket=ticket)


def transfer_seats(cast: Cast, seats: int = 2) -> str:
    done = transfer(
        actor=cast.admin,
        product=cast.product,
        source=cast.team,
        target=cast.other_team,
        seats=seats,
    )
    return undoing.transfer_ticket(done)


def capacities(cast: Cast) -> list[int | None]:
    current = Allocation.objects.current().order_by("team__name")
    return [each.pool.capacity for each in current.select_related("pool")]


def test_transferred_seats_go_back(cast: Cast, allocation: Allocation) -> None:
    make_allocation(cast.admin, cast.other_team, cast.product, seats=5)
    ticket = transfer_seats(cast)
    assert capacities(cast) == [1, 7]
    undo(actor=cast.admin, ticket=ticket)
    assert capacities(cast) == [3, 5]


def test_pool_that_a_transfer_made_goes_with_it(cast: Cast, allocation: Allocation) -> None:
    undo(actor=cast.admin, ticket=transfer_seats(cast))
    assert capacities(cast) == [3]
    assert Pool.objects.open().count() == 1


def test_transfer_is_undone_once(cast: Cast, allocation: Allocation) -> None:
    make_allocation(cast.admin, cast.other_team, cast.product, seats=5)
    ticket = transfer_seats(cast)
    undo(actor=cast.admin, ticket=ticket)
    assert LedgerEntry.objects.filter(kind="transferred_out").count() == 2
    with pytest.raises(UndoneAlready):
        undo(actor=cast.admin, ticket=ticket)
    assert capacities(cast) == [3, 5]


def test_the_transfer_of_the_ticket_is_undone_and_no_later_one(
    cast: Cast, allocation: Allocation
) -> None:
    # Both are of one transaction here, as two transfers of one order are.
    first = transfer_seats(cast, seats=1)
    second = transfer_seats(cast, seats=2)
    undo(actor=cast.admin, ticket=second)
    assert capacities(cast) == [2, 1]
    with pytest.raises(UndoneAlready):
        undo(actor=cast.admin, ticket=first)


def test_transfer_is_not_undone_over_somebody_elses_change(
    cast: Cast, allocation: Allocation
) -> None:
    ticket = transfer_seats(cast)
    increment(actor=cast.admin, pool=allocation.pool, seats=1)
    with pytest.raises(UndoneAlready):
        undo(actor=cast.admin, ticket=ticket)
    assert capacities(cast) == [2, 2]


def test_transferred_seats_in_use_by_now_stay(cast: Cast, allocation: Allocation) -> None:
    ticket = transfer_seats(cast)
    taken = Allocation.objects.current().get(team=cast.other_team)
    enrol_new(cast.admin, taken, 1)
    with pytest.raises(CannotUndo, match="uses 1 of the seats"):
        undo(actor=cast.admin, ticket=ticket)
    assert capacities(cast) == [1, 2]
