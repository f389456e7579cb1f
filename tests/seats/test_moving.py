"""Moving enrolments to another team: the member joins it, the seat goes along, the end stays."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from seats.errors import CannotMove, CapReached, NoSeatsLeft, NotAllocated, TooManySelected
from seats.models import Allocation, Enrolment, LedgerEntry
from seats.services.catalogue import create_product
from seats.services.enrolment import enrol
from seats.services.joining import enrol_people
from seats.services.moving import Fate, Moved, move, preview
from seats.services.revocation import revoke
from seats.services.selection import MOST_SELECTED
from seats.services.taking import take_away
from seats.services.terms import Terms, set_cap
from teams.models import TeamMember
from teams.services import Person
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_shared_pool


@pytest.fixture
def source(cast: Cast) -> Allocation:
    terms = Terms(terms_days=90)
    return make_allocation(cast.admin, cast.team, cast.product, seats=10, terms=terms)


@pytest.fixture
def target(cast: Cast) -> Allocation:
    return make_allocation(cast.admin, cast.other_team, cast.product, seats=3)


@pytest.fixture
def three(cast: Cast, source: Allocation) -> list[Enrolment]:
    return [enrolment_of(line) for line in enrol_new(cast.admin, source, 3)]


def move_them(cast: Cast, enrolments: Sequence[Enrolment], *, leave: bool = False) -> Moved:
    return move(
        actor=cast.admin,
        enrolments=enrolments,
        target=cast.other_team,
        leave=leave,
        reason="new room",
    )


def used(allocation: Allocation) -> tuple[int, int]:
    fresh = Allocation.objects.select_related("pool").get(pk=allocation.pk)
    return fresh.used, fresh.pool.used


def test_seats_go_along_and_keep_their_ends(
    cast: Cast, source: Allocation, target: Allocation, three: list[Enrolment]
) -> None:
    assert move_them(cast, three).moved == 3
    assert used(source) == (0, 0)
    assert used(target) == (3, 3)
    live = Enrolment.objects.live().filter(team=cast.other_team)
    before = {each.member_id: each.expires_at for each in three}
    assert {each.member_id: each.expires_at for each in live} == before


def test_both_sides_are_booked(
    cast: Cast, source: Allocation, target: Allocation, three: list[Enrolment]
) -> None:
    move_them(cast, three[:1])
    out = LedgerEntry.objects.get(kind="revoked")
    into = LedgerEntry.objects.get(kind="enrolled", team=cast.other_team)
    assert (out.pool, out.used_moved, out.used_after) == (source.pool, -1, 2)
    assert (into.pool, into.used_moved, into.used_after) == (target.pool, 1, 1)
    assert out.reason == into.reason == "moved to Classroom B: new room"
    assert out.actor == into.actor == cast.admin


def test_members_join_the_team_and_stay_in_the_old_one(
    cast: Cast, target: Allocation, three: list[Enrolment]
) -> None:
    assert move_them(cast, three).left == 0
    members = [each.member_id for each in three]
    assert TeamMember.objects.filter(member__in=members).count() == 6


def test_members_leave_the_old_team_where_asked(
    cast: Cast, target: Allocation, three: list[Enrolment]
) -> None:
    assert move_them(cast, three, leave=True).left == 3
    places = TeamMember.objects.filter(member__in=[each.member_id for each in three])
    assert {place.team for place in places.select_related("team")} == {cast.other_team}


def test_who_has_another_enrolment_there_stays_in_the_old_team(
    cast: Cast, target: Allocation, three: list[Enrolment]
) -> None:
    other = create_product(actor=cast.admin, code="BIZ", name="Business")
    second = make_allocation(cast.admin, cast.team, other)
    enrol(actor=cast.admin, allocation=second, members=[three[0].member_id])
    assert move_them(cast, three, leave=True).left == 2
    assert TeamMember.objects.filter(team=cast.team, member=three[0].member_id).exists()


def test_manager_of_the_old_team_stays_its_manager(
    cast: Cast, target: Allocation, three: list[Enrolment]
) -> None:
    places = TeamMember.objects.filter(team=cast.team, member=three[0].member_id)
    places.update(role="manager")
    assert move_them(cast, three, leave=True).left == 2
    assert places.get().role == "manager"


def test_too_few_seats_refuse_all_with_the_numbers(
    cast: Cast, source: Allocation, target: Allocation
) -> None:
    four = [enrolment_of(line) for line in enrol_new(cast.admin, source, 4)]
    with pytest.raises(NoSeatsLeft) as refusal:
        move_them(cast, four)
    assert refusal.value.numbers == {"needed": 4, "available": 3, "capacity": 3}
    assert used(source) == (4, 4)
    assert not TeamMember.objects.filter(team=cast.other_team, role="learner").exists()


def test_cap_of_the_target_holds(cast: Cast, target: Allocation, three: list[Enrolment]) -> None:
    set_cap(actor=cast.admin, allocation=target, cap=2)
    with pytest.raises(CapReached) as refusal:
        move_them(cast, three)
    assert refusal.value.numbers == {"needed": 3, "available": 2, "cap": 2}


def test_team_without_the_product_takes_nobody(cast: Cast, three: list[Enrolment]) -> None:
    with pytest.raises(NotAllocated, match="Classroom B has no pool of ACC-101"):
        move_them(cast, three)


def test_within_a_shared_pool_only_the_team_changes(cast: Cast) -> None:
    _pool, (mine, theirs) = make_shared_pool(
        cast.admin, cast.product, [cast.team, cast.other_team], seats=2
    )
    two = [enrolment_of(line) for line in enrol_new(cast.admin, mine, 2)]
    move_them(cast, two)
    assert used(mine) == (0, 2)
    assert used(theirs) == (2, 2)


def test_nobody_moves_within_a_pool_that_is_over_committed(cast: Cast) -> None:
    pool, (mine, _theirs) = make_shared_pool(
        cast.admin, cast.product, [cast.team, cast.other_team], seats=2
    )
    two = [enrolment_of(line) for line in enrol_new(cast.admin, mine, 2)]
    take_away(actor=cast.admin, pool=pool, seats=1)
    with pytest.raises(NoSeatsLeft):
        move_them(cast, two)
    assert used(mine) == (2, 2)


def test_who_holds_a_seat_of_that_pool_is_named(
    cast: Cast, target: Allocation, three: list[Enrolment]
) -> None:
    person = Person(three[1].member.email)
    enrol_people(actor=cast.admin, allocation=target, people=[person])
    with pytest.raises(CannotMove, match=three[1].member.email):
        move_them(cast, three)
    assert Enrolment.objects.live().count() == 4


def test_ended_ones_are_named_and_nothing_moves(
    cast: Cast, target: Allocation, three: list[Enrolment]
) -> None:
    revoke(actor=cast.admin, enrolment=three[0])
    with pytest.raises(CannotMove, match=f"Ended already: {three[0].member}"):
        move_them(cast, three)
    assert used(target) == (0, 0)


def test_one_past_its_end_does_not_move(
    cast: Cast, target: Allocation, three: list[Enrolment]
) -> None:
    past = timezone.now() - timedelta(minutes=1)
    Enrolment.objects.filter(pk=three[0].pk).update(
        started_at=past - timedelta(days=1), expires_at=past
    )
    with pytest.raises(CannotMove, match="Ended already"):
        move_them(cast, three)


def test_preview_says_what_becomes_of_each_and_changes_nothing(
    cast: Cast, target: Allocation, three: list[Enrolment]
) -> None:
    revoke(actor=cast.admin, enrolment=three[0])
    before = LedgerEntry.objects.count()
    enrolments = list(Enrolment.objects.select_related("pool").order_by("started_at", "pk"))
    lines = preview(actor=cast.admin, enrolments=enrolments, target=cast.other_team)
    fates = {line.enrolment.pk: line.fate for line in lines}
    assert fates[three[0].pk] is Fate.ENDED
    assert fates[three[1].pk] is fates[three[2].pk] is Fate.MOVES
    assert LedgerEntry.objects.count() == before


def test_more_than_the_most_are_refused(cast: Cast, three: list[Enrolment]) -> None:
    for enrolments in ([], three * MOST_SELECTED):
        with pytest.raises(TooManySelected):
            move_them(cast, enrolments)
