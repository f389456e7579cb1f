"""Moves and undoings at the same moment as others. Every story ends with books that balance."""

from functools import partial

import pytest

from seatdash import tenancy
from seats.models import Allocation, Enrolment
from seats.services.catalogue import create_product
from seats.services.enrolment import enrol
from seats.services.moving import move
from seats.services.revocation import extend, revoke_many
from seats.services.undoing import revocation_ticket, undo
from teams.models import TeamMember
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_learners
from tests.threads import at_once, kinds


def enrolled(stage: Cast, seats: int, target_seats: int) -> tuple[list[Enrolment], Allocation]:
    """Enrol three in Classroom A; Classroom B has seats of the product too."""
    with tenancy.scope(stage.organisation.pk):
        source = make_allocation(stage.admin, stage.team, stage.product, seats=seats)
        target = make_allocation(stage.admin, stage.other_team, stage.product, seats=target_seats)
        return [enrolment_of(line) for line in enrol_new(stage.admin, source, 3)], target


def test_last_seat_goes_to_a_move_or_to_an_enrolment(stage: Cast) -> None:
    three, target = enrolled(stage, seats=3, target_seats=1)
    with tenancy.scope(stage.organisation.pk):
        (other,) = make_learners(stage.admin, stage.other_team, 1)
    answers = at_once(
        partial(move, actor=stage.admin, enrolments=three[:1], target=stage.other_team),
        partial(enrol, actor=stage.admin, allocation=target, members=[other]),
    )
    assert kinds(answers) in (["Moved", "NoSeatsLeft"], ["NoSeatsLeft", "list"])
    with tenancy.scope(stage.organisation.pk):
        assert Allocation.objects.get(pk=target.pk).used == 1


def test_enrolment_moves_once(stage: Cast) -> None:
    three, target = enrolled(stage, seats=3, target_seats=9)
    moving = partial(move, actor=stage.admin, enrolments=three, target=stage.other_team)
    answers = at_once(*[moving] * 4)
    assert kinds(answers) == ["CannotMove"] * 3 + ["Moved"]
    with tenancy.scope(stage.organisation.pk):
        assert Allocation.objects.get(pk=target.pk).used == 3


def test_two_teams_swap_their_people(stage: Cast) -> None:
    three, target = enrolled(stage, seats=6, target_seats=6)
    with tenancy.scope(stage.organisation.pk):
        others = [enrolment_of(line) for line in enrol_new(stage.admin, target, 3)]
    answers = at_once(
        partial(move, actor=stage.admin, enrolments=three, target=stage.other_team, leave=True),
        partial(move, actor=stage.admin, enrolments=others, target=stage.team, leave=True),
    )
    assert kinds(answers) == ["Moved", "Moved"]


def test_move_meets_a_revocation_and_a_new_end_of_the_same(stage: Cast) -> None:
    three, _target = enrolled(stage, seats=6, target_seats=6)
    answers = at_once(
        partial(move, actor=stage.admin, enrolments=three, target=stage.other_team),
        partial(revoke_many, actor=stage.admin, enrolments=three[:1]),
        partial(extend, actor=stage.admin, enrolment=three[1], expires_at=None),
    )
    assert set(kinds(answers)) <= {"Moved", "CannotMove", "int", "Enrolment", "CannotEnd"}


def test_nobody_is_enrolled_in_the_team_that_a_move_takes_them_out_of(stage: Cast) -> None:
    three, _target = enrolled(stage, seats=3, target_seats=3)
    with tenancy.scope(stage.organisation.pk):
        product = create_product(actor=stage.admin, code="BIZ", name="Business")
        other = make_allocation(stage.admin, stage.team, product)
    for each in three:
        at_once(
            partial(
                move, actor=stage.admin, enrolments=[each], target=stage.other_team, leave=True
            ),
            partial(enrol, actor=stage.admin, allocation=other, members=[each.member_id]),
        )
        with tenancy.scope(stage.organisation.pk):
            through = Enrolment.objects.live().filter(team=stage.team, member=each.member_id)
            inside = TeamMember.objects.filter(team=stage.team, member=each.member_id)
            assert through.exists() == inside.exists()


@pytest.mark.parametrize("page", [False, True])
def test_two_undo_the_same_at_once(stage: Cast, *, page: bool) -> None:
    three, _target = enrolled(stage, seats=6, target_seats=1)
    with tenancy.scope(stage.organisation.pk):
        revoke_many(actor=stage.admin, enrolments=three)
        ticket = revocation_ticket()

    def undo_it() -> object:
        if not page:
            return undo(actor=stage.admin, ticket=ticket)
        with tenancy.scope(stage.organisation.pk):
            return undo(actor=stage.admin, ticket=ticket)

    answers = at_once(*[undo_it] * 3)
    assert kinds(answers) == ["Undone"] + ["UndoneAlready"] * 2
    with tenancy.scope(stage.organisation.pk):
        assert Enrolment.objects.live().count() == 3


def test_freed_seat_goes_to_the_undoing_or_to_somebody_else(stage: Cast) -> None:
    three, _target = enrolled(stage, seats=3, target_seats=1)
    with tenancy.scope(stage.organisation.pk):
        revoke_many(actor=stage.admin, enrolments=three[:1])
        ticket = revocation_ticket()
        (other,) = make_learners(stage.admin, stage.team, 1)
        allocation = three[0].allocation
    answers = at_once(
        partial(undo, actor=stage.admin, ticket=ticket),
        partial(enrol, actor=stage.admin, allocation=allocation, members=[other]),
    )
    assert kinds(answers) in (["NoSeatsLeft", "Undone"], ["NoSeatsLeft", "list"])
