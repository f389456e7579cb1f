"""Renaming teams, and putting them elsewhere with all below them."""

import pytest

from orgs.errors import Archived
from orgs.models import Member
from seats.services.archive import archive_team
from teams.errors import BelowItself, NameTaken
from teams.models import Team
from teams.services import create_team
from teams.services.changing import change_team
from tests.conftest import Cast


def move(cast: Cast, team: Team, parent: Team | None) -> Team:
    return change_team(
        actor=cast.admin, team=team, name=team.name, external_id=team.external_id, parent=parent
    )


def test_team_moves_with_all_below_it_and_back_to_the_top(cast: Cast) -> None:
    maths = create_team(actor=cast.admin, name="Maths")
    algebra = create_team(actor=cast.admin, name="Algebra", parent=maths)
    groups = create_team(actor=cast.admin, name="Groups", parent=algebra)
    algebra = move(cast, algebra, cast.team)
    groups.refresh_from_db()
    assert groups.lineage == [cast.team.pk, algebra.pk, groups.pk]
    move(cast, algebra, None)
    groups.refresh_from_db()
    assert groups.lineage == [algebra.pk, groups.pk]


def test_team_is_not_put_below_itself(cast: Cast) -> None:
    below = create_team(actor=cast.admin, name="Below", parent=cast.team)
    with pytest.raises(BelowItself):
        move(cast, cast.team, below)


def test_team_is_not_put_below_an_archived_one(cast: Cast) -> None:
    closed = create_team(actor=cast.admin, name="Closed")
    archive_team(actor=cast.admin, team=closed)
    with pytest.raises(Archived):
        move(cast, cast.team, closed)


def test_name_that_is_taken_there_is_refused(cast: Cast) -> None:
    twin = create_team(actor=cast.admin, name="Classroom A", parent=cast.other_team)
    with pytest.raises(NameTaken):
        move(cast, twin, None)
    twin.refresh_from_db()
    assert twin.parent == cast.other_team


def test_managers_above_have_other_rights_when_a_team_moves(cast: Cast) -> None:
    team = create_team(actor=cast.admin, name="Group", parent=cast.team)
    Member.objects.update(rights_changed_at="2020-01-01T00:00Z")
    move(cast, team, cast.other_team)
    touched = Member.objects.filter(rights_changed_at__year__gt=2020)
    assert set(touched) == {cast.manager, cast.other_manager}
    assert set(Team.objects.managed_by(cast.other_manager)) == {cast.other_team, team}
