"""Django's admin: the operator keeps users and organisations, and looks at all the rest."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from orgs.models import Member, Organisation, User
from seatdash import tenancy
from seats.models import Enrolment, LedgerEntry, Pool, SeatRequest
from seats.services.requests import ask
from tests.conftest import PASSWORD, Cast
from tests.factories import enrol_new, make_allocation, make_user

READ_ONLY = [
    model
    for model in admin.site._registry
    if model._meta.app_label in {"seats", "teams", "procrastinate"}
]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def address(model: type[Model], page: str, *args: Any) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


@pytest.fixture
def operator(stage: Cast) -> Client:
    """Sign the operator in, who is in no organisation."""
    client = Client()
    client.force_login(User.objects.create_superuser("operator@example.org", PASSWORD), BACKEND)
    return client


@pytest.fixture
def booked(stage: Cast) -> Cast:
    """Let there be a row of everything."""
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product)
        enrol_new(stage.manager, allocation)
        team, product = stage.team, stage.product
        ask(actor=stage.manager, team=team, product=product, seats=3, reason="more")
    return stage


def test_every_list_and_every_row_is_shown(booked: Cast, operator: Client) -> None:
    assert operator.get(reverse("admin:index")).status_code == 200
    for model in admin.site._registry:
        listed = operator.get(address(model, "changelist"), {"q": "north"})
        assert listed.status_code == 200, model
        with tenancy.system():
            row = model._default_manager.first()
        if row is not None:
            assert operator.get(address(model, "change", row.pk)).status_code == 200, model


def test_lists_show_the_rows_of_every_organisation(booked: Cast, operator: Client) -> None:
    shown = operator.get(address(Organisation, "changelist")).content.decode()
    assert "North High School" in shown
    assert "Acme Training" in shown


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_the_ledger_books_is_only_looked_at(
    booked: Cast, operator: Client, model: type[Model]
) -> None:
    with tenancy.system():
        row = model._default_manager.first()
    assert operator.get(address(model, "add")).status_code == 403
    if row is not None:
        change = address(model, "change", row.pk)
        assert operator.post(change, {"name": "x"}).status_code == 403
        assert operator.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [row and row.pk], "post": "yes"}
    operator.post(address(model, "changelist"), action)
    with tenancy.system():
        assert row is None or model._default_manager.filter(pk=row.pk).exists()


def test_operator_makes_a_user_who_can_sign_in(stage: Cast, operator: Client) -> None:
    sent = {
        "email": "New@North.example",
        "name": "New",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    response = operator.post(address(User, "add"), sent)
    assert response.status_code == 302, response.content.decode()
    user = User.objects.get(email="new@north.example")
    assert user.check_password(PASSWORD)
    assert not user.is_staff
    answer = Client().post("/login/", {"login": "new@north.example", "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("email", "password"), [("ADMIN@north.example", PASSWORD), ("new@north.example", "12345678")]
)
def test_user_that_is_there_or_whose_password_is_weak_is_refused(
    stage: Cast, operator: Client, email: str, password: str
) -> None:
    before = User.objects.count()
    sent = {"email": email, "name": "", "password1": password, "password2": password}
    assert operator.post(address(User, "add"), sent).status_code == 200
    assert User.objects.count() == before


def test_operator_changes_a_user_and_the_password(stage: Cast, operator: Client) -> None:
    user = stage.finance.user
    assert user
    sent = {"email": "Finance@North.example", "name": "Fin", "is_active": "on"}
    assert operator.post(address(User, "change", user.pk), sent).status_code == 302
    user.refresh_from_db()
    assert (user.email, user.name) == ("finance@north.example", "Fin")
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    sent = {"password1": "another correct horse", "password2": "another correct horse"}
    assert operator.post(url, sent).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another correct horse")


def test_organisation_is_made_with_its_first_admin(stage: Cast, operator: Client) -> None:
    sent = {"name": "South College", "slug": "south", "time_zone": "Europe/Oslo"}
    nobody = operator.post(address(Organisation, "add"), sent | {"admin": "nobody@south.example"})
    assert nobody.status_code == 200
    make_user("head@south.example", PASSWORD)
    response = operator.post(address(Organisation, "add"), sent | {"admin": "Head@South.example"})
    assert response.status_code == 302
    with tenancy.system():
        made = Organisation.objects.get(slug="south")
        assert made.time_zone == "Europe/Oslo"
        head = Member.objects.get(organisation=made)
    assert (head.email, head.role) == ("head@south.example", "admin")
    assert operator.get(address(Organisation, "change", made.pk)).status_code == 200


def test_organisation_is_changed_but_never_deleted(stage: Cast, operator: Client) -> None:
    pk = stage.organisation.pk
    sent = {"name": "North", "slug": "north-high", "time_zone": "UTC"}
    assert operator.post(address(Organisation, "change", pk), sent).status_code == 302
    assert operator.get(address(Organisation, "delete", pk)).status_code == 403
    with tenancy.system():
        assert Organisation.objects.get(pk=pk).name == "North"


def test_operator_adds_a_member_with_a_role(stage: Cast, operator: Client) -> None:
    user = make_user("second@north.example", PASSWORD)
    sent = {
        "organisation": stage.organisation.pk,
        "email": user.email,
        "name": "Second",
        "user": user.pk,
        "role": "admin",
    }
    assert operator.post(address(Member, "add"), sent).status_code == 302
    assert Client().get("/").status_code == 302
    assert stage.client(stage.admin).get(stage.url("settings/members/")).content.count(b"Second")


def test_operator_cannot_take_the_last_admin_away(stage: Cast, operator: Client) -> None:
    url = address(Member, "change", stage.admin.pk)
    sent = {"email": stage.admin.email, "name": "", "user": stage.admin.user_id, "role": ""}
    response = operator.post(url, sent)
    assert response.status_code == 200
    assert "Make someone else an admin first" in response.content.decode()
    with tenancy.system():
        assert Member.objects.get(pk=stage.admin.pk).role == "admin"


def test_change_by_the_operator_ends_what_is_live(stage: Cast, operator: Client) -> None:
    with tenancy.system():
        before = Member.objects.get(pk=stage.finance.pk).rights_changed_at
    sent = {"email": stage.finance.email, "name": "F", "user": stage.finance.user_id, "role": ""}
    assert operator.post(address(Member, "change", stage.finance.pk), sent).status_code == 302
    with tenancy.system():
        after = Member.objects.get(pk=stage.finance.pk)
    assert (after.role, after.rights_changed_at > before) == ("", True)


def test_admin_without_a_sign_in_is_no_admin_to_leave_an_organisation_with(
    stage: Cast, operator: Client
) -> None:
    url = address(Member, "change", stage.admin.pk)
    sent = {"email": stage.admin.email, "name": "", "user": "", "role": "admin"}
    response = operator.post(url, sent)
    assert "Make someone else an admin first" in response.content.decode()
    with tenancy.system():
        assert Member.objects.get(pk=stage.admin.pk).user_id == stage.admin.user_id


def test_user_made_inactive_is_out_at_once_and_so_are_the_open_pages(
    stage: Cast, operator: Client
) -> None:
    client, user = stage.client(stage.finance), stage.finance.user
    assert user
    sent = {"email": user.email, "name": "F"}
    assert operator.post(address(User, "change", user.pk), sent).status_code == 302
    assert client.get(stage.url()).status_code == 302
    with tenancy.system():
        after = Member.objects.get(pk=stage.finance.pk)
    assert after.rights_changed_at > stage.finance.rights_changed_at


def test_user_is_made_inactive_but_never_deleted(stage: Cast, operator: Client) -> None:
    assert stage.admin.user
    pk = stage.admin.user.pk
    assert operator.post(address(User, "delete", pk), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    operator.post(address(User, "changelist"), action)
    assert User.objects.filter(pk=pk).exists()


def test_nobody_else_enters(stage: Cast) -> None:
    index = reverse("admin:index")
    stranger = Client().get(index, follow=True)
    assert stranger.redirect_chain[-1][0].startswith("/login/?next=")
    answer = stage.client(stage.admin).get(index, follow=True)
    assert answer.status_code == 403
    assert b"North High School" not in answer.content


def test_staff_without_all_rights_see_no_organisation(booked: Cast) -> None:
    client = Client()
    client.force_login(make_user("staff@example.org", PASSWORD, is_staff=True), BACKEND)
    assert client.get(reverse("admin:index")).status_code == 200
    for model in (Organisation, Pool, Enrolment, LedgerEntry, SeatRequest):
        assert client.get(address(model, "changelist")).status_code == 403
