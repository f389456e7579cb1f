"""The page of members: who signs in and as what, invitations, and taking a sign-in away."""

from functools import partial

from orgs.errors import LastAdmin
from orgs.models import Member
from orgs.services import change_role, take_sign_in
from seatdash import tenancy
from teams.models import Invitation
from teams.services.invitations import invite
from tests.conftest import Cast
from tests.factories import make_learners, make_member, make_user
from tests.pages import queries, text, url
from tests.threads import at_once, kinds

EMAIL = "kim@north.example"


def test_who_has_a_role_or_a_sign_in_is_listed_the_admins_first(cast: Cast) -> None:
    make_learners(cast.admin, cast.team, 3)
    signing = make_user("reader@north.example", "long words of a reader")
    reader = make_member(cast.organisation, "reader@north.example", user=signing)
    content = cast.client(cast.admin).get(url(cast, "members")).content.decode()
    assert content.count('scope="row"') == 5
    places = [
        content.index(f"/people/{member.pk}/")
        for member in (cast.admin, cast.finance, cast.manager, cast.other_manager, reader)
    ]
    assert places == sorted(places)


def test_members_are_found_by_name_or_address(cast: Cast) -> None:
    client = cast.client(cast.admin)
    assert "finance@north.example" in text(client.get(url(cast, "members") + "?q=FINANCE"))
    assert "Nobody matches" in text(client.get(url(cast, "members") + "?q=nobody"))


def test_queries_do_not_grow_with_the_people(cast: Cast) -> None:
    client = cast.client(cast.admin)
    few = queries(client, url(cast, "members"))
    for number in range(20):
        email = f"finance-{number}@north.example"
        make_member(cast.organisation, email, role="finance")
        invite(actor=cast.admin, email=f"new-{number}@north.example", team=cast.team)
    assert queries(client, url(cast, "members")) == few


def test_admin_invites_a_manager(cast: Cast) -> None:
    form = {"email": "Kim@North.example", "role": "manager", "team": str(cast.team.pk)}
    answer = cast.client(cast.admin).post(url(cast, "invite"), form, follow=True)
    assert "Invited kim@north.example." in text(answer)
    assert "kim@north.example as manager of Classroom A" in text(answer)
    invitation = Invitation.objects.get()
    assert (invitation.team, invitation.role) == (cast.team, "")


def test_admin_invites_finance_whatever_team_was_chosen_before(cast: Cast) -> None:
    form = {"email": EMAIL, "role": "finance", "team": str(cast.team.pk)}
    cast.client(cast.admin).post(url(cast, "invite"), form)
    invitation = Invitation.objects.get()
    assert (invitation.team, invitation.role) == (None, "finance")


def test_wrong_invitation_is_said_and_kept(cast: Cast) -> None:
    client = cast.client(cast.admin)
    for wrong in ({"email": "kim"}, {"role": "owner"}, {"team": "x"}, {"team": ""}):
        form = {"email": EMAIL, "role": "manager", "team": str(cast.team.pk)} | wrong
        answer = client.post(url(cast, "invite"), form)
        assert answer.status_code == 422
    refused = client.post(url(cast, "invite"), {"email": cast.finance.email, "role": "admin"})
    assert refused.status_code == 409
    assert "Finance has the role Finance." in text(refused)
    assert not Invitation.objects.exists()


def test_invitation_is_withdrawn_and_gone_from_the_page(cast: Cast) -> None:
    invitation = invite(actor=cast.admin, email=EMAIL, role=Member.Role.FINANCE)
    client = cast.client(cast.admin)
    assert "kim@north.example as Finance" in text(client.get(url(cast, "members")))
    client.post(url(cast, "withdraw-invitation", invitation.pk))
    assert "kim@north.example as Finance" not in text(client.get(url(cast, "members")))


def test_sending_again_within_a_minute_is_refused_in_place(cast: Cast) -> None:
    invitation = invite(actor=cast.admin, email=EMAIL, role=Member.Role.FINANCE)
    again = cast.client(cast.admin).post(url(cast, "send-invitation", invitation.pk))
    assert again.status_code == 409
    assert "Wait a minute" in text(again)


def test_role_changed_from_the_list_leads_back_to_it(cast: Cast) -> None:
    change = url(cast, "role", cast.manager.pk) + "?from=members"
    answer = cast.client(cast.admin).post(change, {"role": "finance"})
    assert answer["Location"] == url(cast, "members")


def test_without_a_sign_in_the_door_is_shut_and_the_rest_stays(cast: Cast) -> None:
    manager = cast.client(cast.manager)
    assert manager.get(cast.url("teams/")).status_code == 200
    cast.client(cast.admin).post(url(cast, "take-sign-in", cast.manager.pk))
    assert manager.get(cast.url("teams/")).status_code == 404
    member = Member.objects.get(pk=cast.manager.pk)
    assert (member.user, member.role, member.offboarded_at) == (None, "", None)
    assert member.team_memberships.filter(team=cast.team).exists()


def test_sign_in_of_the_last_admin_stays(cast: Cast) -> None:
    answer = cast.client(cast.admin).post(url(cast, "take-sign-in", cast.admin.pk))
    assert answer.status_code == 409
    assert str(LastAdmin.title) in text(answer)


def test_two_admins_who_remove_each_other_leave_one(stage: Cast) -> None:
    for _ in range(3):
        with tenancy.scope(stage.organisation.pk):
            for each in (stage.admin, stage.finance):
                Member.objects.filter(pk=each.pk).update(role="admin", user=each.user)
        answers = at_once(
            partial(take_sign_in, actor=stage.admin, member=stage.finance),
            partial(change_role, actor=stage.finance, member=stage.admin, role=Member.Role.NONE),
        )
        assert kinds(answers) == ["LastAdmin", "Member"]
