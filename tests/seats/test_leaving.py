"""Rule 15: leaving a team, and leaving the organisation."""

import pytest

from orgs.errors import LastAdmin
from orgs.models import Member, Organisation
from seats.errors import NotInTeam
from seats.models import Allocation, Enrolment, LedgerEntry
from seats.services.enrolment import enrol
from seats.services.leaving import leave, offboard
from teams.models import TeamMember
from teams.services import appoint
from tests.conftest import Cast
from tests.factories import make_allocation, make_learners


@pytest.fixture
def learner(cast: Cast) -> Member:
    """Make a learner of both classrooms, enrolled through each."""
    (pk,) = make_learners(cast.manager, cast.team)
    member = Member.objects.get(pk=pk)
    role = TeamMember.Role.LEARNER
    appoint(actor=cast.admin, team=cast.other_team, member=member, role=role)
    for team in (cast.team, cast.other_team):
        allocation = make_allocation(cast.admin, team, cast.product, seats=3)
        enrol(actor=cast.admin, allocation=allocation, members=[pk])
    return member


def test_leaving_a_team_revokes_what_was_held_through_it(cast: Cast, learner: Member) -> None:
    left = leave(actor=cast.admin, member=learner, team=cast.team, reason="moved house")
    assert left.revoked == 1
    ended = Enrolment.objects.get(end_reason="left")
    assert ended.team == cast.team
    entry = LedgerEntry.objects.get(kind="left")
    assert (entry.actor, entry.reason, entry.used_after) == (cast.admin, "moved house", 0)


def test_leaving_a_team_leaves_the_other_alone(cast: Cast, learner: Member) -> None:
    leave(actor=cast.admin, member=learner, team=cast.team)
    assert [each.team for each in Enrolment.objects.live()] == [cast.other_team]
    assert [each.team for each in learner.team_memberships.all()] == [cast.other_team]


def test_leaving_again_changes_nothing(cast: Cast, learner: Member) -> None:
    leave(actor=cast.admin, member=learner, team=cast.team)
    assert leave(actor=cast.admin, member=learner, team=cast.team).revoked == 0
    assert LedgerEntry.objects.filter(kind="left").count() == 1


def test_who_left_the_team_is_not_enrolled_through_it(cast: Cast, learner: Member) -> None:
    leave(actor=cast.admin, member=learner, team=cast.team)
    allocation = Allocation.objects.get(team=cast.team)
    with pytest.raises(NotInTeam) as refusal:
        enrol(actor=cast.admin, allocation=allocation, members=[learner.pk])
    assert refusal.value.numbers == {"not_in_team": 1}


def test_offboarding_ends_everything_everywhere(cast: Cast, learner: Member) -> None:
    assert offboard(actor=cast.admin, member=learner).revoked == 2
    assert not Enrolment.objects.unended().exists()
    assert not learner.team_memberships.exists()
    learner.refresh_from_db()
    assert learner.offboarded_at is not None


def test_offboarding_disables_the_sign_in_to_the_organisation(cast: Cast) -> None:
    assert cast.finance.user is not None
    assert Organisation.objects.of_user(cast.finance.user).exists()
    offboard(actor=cast.admin, member=cast.finance)
    assert not Organisation.objects.of_user(cast.finance.user).exists()
    cast.finance.refresh_from_db()
    assert cast.finance.role == ""


def test_last_admin_is_not_offboarded(cast: Cast) -> None:
    with pytest.raises(LastAdmin):
        offboard(actor=cast.admin, member=cast.admin)
    assert Member.objects.admins().count() == 1


def test_refused_offboarding_ends_no_enrolment(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    role = TeamMember.Role.LEARNER
    appoint(actor=cast.admin, team=cast.team, member=cast.admin, role=role)
    enrol(actor=cast.admin, allocation=allocation, members=[cast.admin.pk])
    with pytest.raises(LastAdmin):
        offboard(actor=cast.admin, member=cast.admin)
    assert Enrolment.objects.live().count() == 1
