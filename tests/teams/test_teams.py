"""Teams, who belongs to them, and who sees them."""

import pytest

from orgs.errors import Archived
from orgs.models import Member
from seats.services.archive import archive_team
from seats.services.leaving import offboard
from teams.errors import NameTaken, Offboarded
from teams.models import Team, TeamMember
from teams.services import Person, appoint, create_team, join, remove_from_team
from tests.conftest import Cast
from tests.factories import make_learners


def people(*emails: str) -> list[Person]:
    return [Person(email) for email in emails]


def test_teams_nest(cast: Cast) -> None:
    below = create_team(actor=cast.admin, name="Evening class", parent=cast.team)
    deepest = create_team(actor=cast.admin, name="Tuesdays", parent=below)
    assert deepest.lineage == [cast.team.pk, below.pk, deepest.pk]
    assert set(Team.objects.below(cast.team)) == {cast.team, below, deepest}


def test_manager_sees_own_teams_and_those_below(cast: Cast) -> None:
    below = create_team(actor=cast.admin, name="Evening class", parent=cast.team)
    assert set(Team.objects.visible_to(cast.manager)) == {cast.team, below}
    assert set(Team.objects.visible_to(cast.other_manager)) == {cast.other_team}


def test_admin_and_finance_see_all_teams_and_a_learner_none(cast: Cast) -> None:
    (learner,) = make_learners(cast.admin, cast.team)
    assert Team.objects.visible_to(cast.admin).count() == 2
    assert Team.objects.visible_to(cast.finance).count() == 2
    assert not Team.objects.visible_to(Member.objects.get(pk=learner)).exists()


@pytest.mark.parametrize("name", ["Classroom A", "CLASSROOM a"])
def test_name_of_a_team_is_taken_once_in_its_place(cast: Cast, name: str) -> None:
    with pytest.raises(NameTaken):
        create_team(actor=cast.admin, name=name)
    assert create_team(actor=cast.admin, name=name, parent=cast.other_team)


def test_name_of_an_archived_team_is_free(cast: Cast) -> None:
    archive_team(actor=cast.admin, team=cast.team)
    assert create_team(actor=cast.admin, name="Classroom A")


def test_external_id_is_taken_once(cast: Cast) -> None:
    create_team(actor=cast.admin, name="Client", external_id="crm-1")
    with pytest.raises(NameTaken):
        create_team(actor=cast.admin, name="Customer", external_id="crm-1")


def test_nothing_is_put_below_an_archived_team(cast: Cast) -> None:
    stale = Team.objects.get(pk=cast.team.pk)
    archive_team(actor=cast.admin, team=cast.team)
    with pytest.raises(Archived):
        create_team(actor=cast.admin, name="Evening class", parent=stale)


def test_people_join_in_the_order_given_each_once(cast: Cast) -> None:
    ids = join(actor=cast.admin, team=cast.team, people=people("b@x.example", "a@x.example") * 2)
    emails = [Member.objects.get(pk=pk).email for pk in ids]
    assert emails == ["b@x.example", "a@x.example"]


def test_addresses_are_compared_without_case_and_kept_as_typed(cast: Cast) -> None:
    first = join(actor=cast.admin, team=cast.team, people=people("Kim@North.example"))
    again = join(
        actor=cast.admin, team=cast.team, people=people("kim@north.example", "KIM@NORTH.EXAMPLE")
    )
    assert again == first
    assert Member.objects.get(pk=first[0]).email == "Kim@North.example"


@pytest.mark.parametrize(
    "email",
    ["İstanbul@x.example", "ıslak@x.example", "\u212a@x.example", "ß@x.example"],  # noqa: RUF001
)
def test_addresses_in_other_alphabets_join_once(cast: Cast, email: str) -> None:
    forms = [email, email.lower(), email.upper()]
    first = join(actor=cast.admin, team=cast.team, people=people(*forms))
    assert join(actor=cast.admin, team=cast.team, people=people(*forms)) == first


def test_joining_again_changes_nothing(cast: Cast) -> None:
    for _ in range(2):
        join(actor=cast.admin, team=cast.team, people=people("kim@north.example"))
    assert TeamMember.objects.filter(member__email="kim@north.example").count() == 1


def test_joining_makes_no_manager_a_learner(cast: Cast) -> None:
    join(actor=cast.admin, team=cast.team, people=people(cast.manager.email))
    assert TeamMember.objects.managers().filter(member=cast.manager).exists()


def test_nobody_joins_an_archived_team(cast: Cast) -> None:
    stale = Team.objects.get(pk=cast.team.pk)
    archive_team(actor=cast.admin, team=cast.team)
    with pytest.raises(Archived):
        join(actor=cast.admin, team=stale, people=people("kim@north.example"))


def test_who_was_offboarded_may_join_again_without_the_old_role(cast: Cast) -> None:
    offboard(actor=cast.admin, member=cast.finance)
    join(actor=cast.admin, team=cast.team, people=people(cast.finance.email))
    cast.finance.refresh_from_db()
    assert (cast.finance.offboarded_at, cast.finance.role) == (None, "")


def test_who_was_offboarded_is_appointed_to_nothing(cast: Cast) -> None:
    offboard(actor=cast.admin, member=cast.manager)
    with pytest.raises(Offboarded):
        appoint(actor=cast.admin, team=cast.team, member=cast.manager, role=TeamMember.Role.MANAGER)


def test_change_of_what_someone_may_see_is_noted(cast: Cast) -> None:
    before = cast.manager.rights_changed_at
    remove_from_team(actor=cast.admin, member=cast.manager, team=cast.team)
    cast.manager.refresh_from_db()
    assert cast.manager.rights_changed_at >= before
    assert not Team.objects.visible_to(cast.manager).exists()
