"""Who is invited, who accepts, and which links lead nowhere."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from orgs.errors import Archived
from orgs.models import Member, User
from orgs.services import change_role, disable
from seatdash import tenancy
from teams.errors import (
    AlreadyInvited,
    InvitationOver,
    NotYourInvitation,
    SentJustNow,
    SignsInAlready,
)
from teams.models import Invitation, TeamMember
from teams.services import Person, close_team, join
from teams.services.invitation_links import Claim, read_token, token_of
from teams.services.invitations import accept, accept_as_new, invite, send_again, withdraw
from tests.conftest import PASSWORD, Cast
from tests.factories import make_user
from tests.teams.inviting import EMAIL, FINANCE, claim_of, join_as_kim, later, over
from tests.threads import at_once, kinds


def test_somebody_new_becomes_user_and_member_with_the_role(invitation: Invitation) -> None:
    member = join_as_kim(invitation)
    assert (member.email, member.name, member.role) == (EMAIL, "Kim Abara", "finance")
    assert authenticate(email=EMAIL, password=PASSWORD) == member.user
    invitation.refresh_from_db()
    assert invitation.state == "accepted"


def test_learner_who_is_invited_stays_the_same_member(cast: Cast) -> None:
    (learner,) = join(actor=cast.admin, team=cast.team, people=[Person("KIM@north.example", "K")])
    invitation = invite(actor=cast.admin, email=EMAIL, role=FINANCE)
    assert join_as_kim(invitation).pk == learner
    assert Member.objects.get(pk=learner).name == "K"


def test_user_of_another_organisation_accepts_with_the_sign_in_there_is(
    cast: Cast, invitation: Invitation
) -> None:
    user = make_user(EMAIL, PASSWORD, name="Kim")
    assert accept(claim=claim_of(invitation), user=user).user == user
    assert User.objects.filter(email=EMAIL).count() == 1


def test_password_that_there_is_is_not_set_anew_by_a_link(invitation: Invitation) -> None:
    make_user(EMAIL, PASSWORD)
    with pytest.raises(SignsInAlready):
        accept_as_new(claim=claim_of(invitation), name="Kim", password="another one here")
    assert authenticate(email=EMAIL, password=PASSWORD)


def test_user_without_a_password_sets_the_first(invitation: Invitation) -> None:
    User.objects.create(email=EMAIL)
    assert join_as_kim(invitation).user == authenticate(email=EMAIL, password=PASSWORD)


def test_only_the_invited_address_may_accept(cast: Cast, invitation: Invitation) -> None:
    assert cast.outsider.user
    with pytest.raises(NotYourInvitation):
        accept(claim=claim_of(invitation), user=cast.outsider.user)
    assert not Member.objects.filter(user=cast.outsider.user).exists()


def test_invited_manager_manages_the_team_and_only_then(cast: Cast) -> None:
    invitation = invite(actor=cast.admin, email=EMAIL, team=cast.team)
    managers = TeamMember.objects.managers().filter(team=cast.team)
    assert managers.count() == 1
    member = join_as_kim(invitation)
    assert managers.filter(member=member).exists()


def test_nobody_is_invited_to_manage_an_archived_team(cast: Cast) -> None:
    close_team(actor=cast.admin, team=cast.team)
    with pytest.raises(Archived):
        invite(actor=cast.admin, email=EMAIL, team=cast.team)


def test_team_archived_meanwhile_is_left_out(cast: Cast) -> None:
    invitation = invite(actor=cast.admin, email=EMAIL, team=cast.team)
    close_team(actor=cast.admin, team=cast.team)
    assert not join_as_kim(invitation).team_memberships.exists()


def test_who_signs_in_is_not_invited_again(cast: Cast) -> None:
    for email, word in ((cast.finance.email, "Finance"), (cast.manager.email.upper(), "team")):
        with pytest.raises(SignsInAlready, match=word):
            invite(actor=cast.admin, email=email, role=FINANCE)


def test_one_invitation_to_an_address_at_a_time(cast: Cast, invitation: Invitation) -> None:
    later(invitation, minutes=2)
    with pytest.raises(AlreadyInvited):
        invite(actor=cast.admin, email=EMAIL, role=FINANCE)


def test_ended_invitation_makes_room_for_another(cast: Cast, invitation: Invitation) -> None:
    later(invitation, days=7)
    assert invitation.state == "ended"
    assert invite(actor=cast.admin, email=EMAIL, role=FINANCE).state == "waiting"


def test_nobody_is_sent_two_letters_within_a_minute(cast: Cast, invitation: Invitation) -> None:
    with pytest.raises(SentJustNow):
        send_again(actor=cast.admin, invitation=invitation)
    withdraw(actor=cast.admin, invitation=invitation)
    with pytest.raises(SentJustNow):
        invite(actor=cast.admin, email=EMAIL, role=FINANCE)


def test_sent_again_the_older_link_is_dead(cast: Cast, invitation: Invitation) -> None:
    old = claim_of(invitation)
    later(invitation, days=8)
    again = send_again(actor=cast.admin, invitation=invitation)
    assert again.expires_at > timezone.now() + timedelta(days=6)
    with pytest.raises(InvitationOver):
        accept_as_new(claim=old, name="Kim", password=PASSWORD)
    join_as_kim(again)


@pytest.mark.parametrize("how", ["ended", "withdrawn", "used", "offboarded"])
def test_link_that_is_over_lets_nobody_in(cast: Cast, invitation: Invitation, how: str) -> None:
    over(cast, invitation, how)
    members = Member.objects.exclude(email=EMAIL).count()
    with pytest.raises(InvitationOver):
        join_as_kim(invitation)
    assert Member.objects.exclude(email=EMAIL).count() == members


@pytest.mark.parametrize("how", ["demoted", "offboarded"])
def test_link_of_an_admin_who_is_none_any_more_lets_nobody_in(cast: Cast, how: str) -> None:
    successor = change_role(actor=cast.admin, member=cast.manager, role=Member.Role.ADMIN)
    invitation = invite(actor=cast.admin, email=EMAIL, role=Member.Role.ADMIN)
    if how == "demoted":
        change_role(actor=successor, member=cast.admin, role=FINANCE)
    else:
        disable(actor=successor, member=cast.admin)
    with pytest.raises(InvitationOver):
        join_as_kim(invitation)
    later(invitation, minutes=2)
    again = send_again(actor=successor, invitation=invitation)
    assert again.invited_by == successor
    assert join_as_kim(again).role == Member.Role.ADMIN


def test_accepted_invitation_is_neither_withdrawn_nor_sent(
    cast: Cast, invitation: Invitation
) -> None:
    join_as_kim(invitation)
    for verb in (withdraw, send_again):
        with pytest.raises(InvitationOver):
            verb(actor=cast.admin, invitation=invitation)


def test_who_left_comes_back_by_a_new_invitation(cast: Cast) -> None:
    disable(actor=cast.admin, member=cast.finance)
    Member.objects.filter(pk=cast.finance.pk).update(user=None)
    invitation = invite(actor=cast.admin, email=cast.finance.email, role=FINANCE)
    assert cast.finance.user
    back = accept(claim=claim_of(invitation), user=cast.finance.user)
    assert (back.pk, back.role, back.offboarded_at) == (cast.finance.pk, "finance", None)


@pytest.mark.parametrize("bend", [lambda t: t[:-1], lambda t: "x" + t, lambda _t: "", str.upper])
def test_link_that_is_not_whole_says_nothing(
    invitation: Invitation, bend: Callable[[str], str]
) -> None:
    assert read_token(bend(token_of(invitation))) is None


def test_link_of_one_organisation_opens_no_other(cast: Cast, invitation: Invitation) -> None:
    claim = claim_of(invitation)
    elsewhere = Claim(cast.outsider.organisation_id, claim.invitation_id, claim.nonce)
    with pytest.raises(InvitationOver):
        accept_as_new(claim=elsewhere, name="Kim", password=PASSWORD)


def test_clicking_twice_accepts_once(stage: Cast) -> None:
    invitation = invite(actor=stage.admin, email=EMAIL, role=FINANCE)
    go = partial(
        accept_as_new, claim=claim_of(invitation), name="Kim", password="long words of Kim"
    )
    assert kinds(at_once(go, go, go)) == ["InvitationOver", "InvitationOver", "Member"]
    with tenancy.scope(stage.organisation.pk):
        assert Member.objects.filter(email=EMAIL).count() == 1


def test_two_admins_invite_once(stage: Cast) -> None:
    go = partial(invite, actor=stage.admin, email=EMAIL, role=FINANCE)
    answers = set(kinds(at_once(go, go)))
    assert answers in ({"Invitation", "AlreadyInvited"}, {"Invitation", "SentJustNow"})
