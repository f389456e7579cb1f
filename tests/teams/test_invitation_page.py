"""The page behind an invitation's link: what it says in every state, and whom it lets in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from orgs.models import Member, User
from teams.models import Invitation
from teams.services.invitation_links import token_of
from teams.services.invitations import invite, send_again, withdraw
from tests.conftest import PASSWORD, Cast
from tests.factories import make_user
from tests.pages import text

EMAIL = "kim@north.example"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORM = {"name": "Kim Abara", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    return invite(actor=cast.admin, email=EMAIL, role=Member.Role.FINANCE)


def address(invitation: Invitation) -> str:
    return f"/invitation/{token_of(invitation)}/"


def browser(user: User | None = None) -> Client:
    client = Client()
    if user:
        client.force_login(user, BACKEND)
    return client


def test_somebody_new_says_who_they_are_and_is_in(cast: Cast, invitation: Invitation) -> None:
    client = browser()
    shown = client.get(address(invitation))
    assert "Join North High School" in text(shown)
    assert f'value="{EMAIL}"' in shown.content.decode()
    answer = client.post(address(invitation), FORM, follow=True)
    assert answer.redirect_chain == [("/o/north-high/", 302)]
    assert "Welcome to North High School." in text(answer)


def test_invited_manager_begins_at_the_team(cast: Cast) -> None:
    invitation = invite(actor=cast.admin, email=EMAIL, team=cast.team)
    client = browser()
    assert "manage Classroom A of North High School" in text(client.get(address(invitation)))
    answer = client.post(address(invitation), FORM, follow=True)
    assert answer.redirect_chain == [(f"/o/north-high/teams/{cast.team.pk}/", 302)]
    assert "Classroom A" in text(answer)


def test_looking_changes_nothing(invitation: Invitation) -> None:
    users = User.objects.count()
    browser().get(address(invitation))
    browser(make_user(EMAIL, PASSWORD)).get(address(invitation))
    assert User.objects.count() == users + 1
    assert not Member.objects.filter(email=EMAIL).exists()
    invitation.refresh_from_db()
    assert invitation.state == "waiting"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "\x00"},
        {"password": "short", "again": "short"},
        {"password": "12345678901", "again": "12345678901"},
        {"password": EMAIL, "again": EMAIL},
        {"again": "something else"},
        {"password": ""},
    ],
)
def test_weak_password_or_no_name_is_said(invitation: Invitation, wrong: dict[str, str]) -> None:
    answer = browser().post(address(invitation), FORM | wrong)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()


def test_who_has_a_sign_in_uses_it_and_comes_back(invitation: Invitation) -> None:
    make_user(EMAIL, PASSWORD)
    client = browser()
    shown = client.get(address(invitation))
    sign_in = f"/login/?next={address(invitation).replace('~', '%7E')}"
    assert sign_in.replace("%7E", "~") in shown.content.decode()
    signed_in = client.post(sign_in, {"login": EMAIL, "password": PASSWORD})
    assert signed_in["Location"] == address(invitation)
    assert f"You are signed in as {EMAIL}" in text(client.get(address(invitation)))
    answer = client.post(address(invitation), follow=True)
    assert "Welcome to North High School." in text(answer)


def test_posting_before_signing_in_lets_nobody_in(invitation: Invitation) -> None:
    make_user(EMAIL, PASSWORD)
    answer = browser().post(address(invitation), FORM)
    assert "has a sign-in already" in text(answer)
    assert not Member.objects.filter(email=EMAIL).exists()


def test_other_user_is_told_so(cast: Cast, invitation: Invitation) -> None:
    client = browser(cast.outsider.user)
    for answer in (client.get(address(invitation)), client.post(address(invitation), FORM)):
        assert answer.status_code == 403
        assert "you are signed in as admin@acme.example" in text(answer)
    assert not Member.objects.filter(email=EMAIL).exists()


def test_other_user_signs_out_and_comes_back_to_the_invitation(
    cast: Cast, invitation: Invitation
) -> None:
    client = browser(cast.outsider.user)
    left = client.post("/logout/", {"next": address(invitation)})
    assert left["Location"] == address(invitation)
    assert "Your name" in text(client.get(address(invitation)))


def ended(cast: Cast, invitation: Invitation) -> None:
    Invitation.objects.update(expires_at=timezone.now())


def withdrawn(cast: Cast, invitation: Invitation) -> None:
    withdraw(actor=cast.admin, invitation=invitation)


def replaced(cast: Cast, invitation: Invitation) -> None:
    Invitation.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
    send_again(actor=cast.admin, invitation=invitation)


def accepted(cast: Cast, invitation: Invitation) -> None:
    browser().post(address(invitation), FORM)


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (ended, "This invitation has ended"),
        (withdrawn, "This invitation was withdrawn"),
        (replaced, "There is a newer link"),
        (accepted, "This invitation was accepted already"),
    ],
)
def test_link_that_is_over_says_why(
    cast: Cast, invitation: Invitation, happens: object, words: str
) -> None:
    old = address(invitation)
    assert callable(happens)
    happens(cast, invitation)
    members = Member.objects.count()
    for answer in (browser().get(old), browser().post(old, FORM)):
        assert answer.status_code == 410
        assert words in text(answer)
    assert Member.objects.count() == members


def test_closed_sign_in_stays_closed(invitation: Invitation) -> None:
    make_user(EMAIL, PASSWORD, is_active=False)
    answer = browser().post(address(invitation), FORM)
    assert (answer.status_code, "This sign-in is closed" in text(answer)) == (403, True)


@pytest.mark.parametrize("token", ["x", "a~b", "%00", "ÿ" * 300, "x" * 5000])
def test_link_that_is_none_says_nothing_of_any_organisation(cast: Cast, token: str) -> None:
    answer = browser().get(f"/invitation/{token}/")
    assert answer.status_code == 404
    assert "North" not in answer.content.decode()


def test_link_takes_no_other_method(invitation: Invitation) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert browser().generic(method, address(invitation)).status_code == 405


def test_page_is_kept_by_no_cache(invitation: Invitation) -> None:
    assert browser().get(address(invitation))["Cache-Control"] == "private, no-store"


def test_form_of_another_site_is_refused(invitation: Invitation) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(invitation), FORM).status_code == 403
