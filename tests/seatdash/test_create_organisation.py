"""`manage.py create_organisation`: the first organisation on a fresh installation."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from orgs.models import Member, Organisation, User
from seatdash import tenancy
from seatdash.management.commands import create_organisation
from seatdash.processes import own_address

pytestmark = pytest.mark.django_db

EMAIL = "ruth@west.example"


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create_organisation, "prepare", lambda: None)


def create(name: str = "West College", email: str = EMAIL, **options: Any) -> str:
    """Call the command; answers what it prints."""
    printed = StringIO()
    call_command("create_organisation", name, admin=email, stdout=printed, **options)
    return printed.getvalue()


def members() -> list[tuple[str, str, str]]:
    with tenancy.system():
        rows = Member.objects.values_list("organisation__slug", "email", "role")
        return list(rows.order_by("organisation__slug"))


def test_makes_the_organisation_with_its_admin() -> None:
    printed = create(time_zone="Europe/London")
    assert "West College is at http://127.0.0.1:8000/o/west-college/" in printed
    assert members() == [("west-college", EMAIL, "admin")]
    with tenancy.system():
        assert Organisation.objects.get().time_zone == "Europe/London"


def test_admin_sets_a_password_by_the_link_and_signs_in() -> None:
    link = create().splitlines()[-1].removeprefix("http://127.0.0.1:8000")
    browser = Client()
    form = browser.get(link, follow=True)
    password = "the long way round"
    browser.post(
        form.request["PATH_INFO"], {"password1": password, "password2": password}, follow=True
    )
    assert Client().login(email=EMAIL, password=password)
    assert b"password1" not in Client().get(link, follow=True).content


def test_link_leads_to_the_installations_own_address(settings: Any) -> None:
    settings.SITE_URL = own_address(["https://*.west.example", "https://seats.west.example"])
    printed = create().splitlines()
    assert printed[0] == "West College is at https://seats.west.example/o/west-college/"
    assert printed[-1].startswith("https://seats.west.example/password/reset/key/")


def test_password_from_stdin_needs_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("the long way round\n"))
    assert "/password/" not in create(password_stdin=True)
    assert Client().login(email=EMAIL, password="the long way round")


def test_weak_password_is_refused_and_nothing_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("12345\n"))
    with pytest.raises(CommandError, match="too short"):
        create(password_stdin=True)
    assert not User.objects.exists()
    assert members() == []


def test_user_who_is_there_keeps_the_password() -> None:
    before = User.objects.create_user(EMAIL, "the long way round")
    assert "/password/" not in create(email=EMAIL.upper())
    assert User.objects.get().password == before.password
    assert members() == [("west-college", EMAIL, "admin")]


def test_password_of_a_user_who_is_there_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    User.objects.create_user(EMAIL, "the long way round")
    monkeypatch.setattr("sys.stdin", StringIO("another way round\n"))
    with pytest.raises(CommandError, match="has a password already"):
        create(password_stdin=True)
    assert members() == []


def test_one_person_may_administer_two() -> None:
    create()
    create("East College")
    assert members() == [("east-college", EMAIL, "admin"), ("west-college", EMAIL, "admin")]
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"slug": "north"}, "/o/north/ is taken"),
        ({"slug": "no spaces"}, "slug"),
        ({"email": "nobody"}, "nobody is not an e-mail address"),
        ({"email": "x" * 10_000 + "@west.example"}, "is not an e-mail address"),
        ({"time_zone": "Mars/Olympus"}, "no time zone Mars/Olympus"),
        ({"name": "学校"}, "Give it an address"),
        ({"name": ""}, "Give it an address"),
        ({"name": "x" * 201, "slug": "x"}, "name"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(given: dict[str, Any], message: str) -> None:
    create("North", slug="north")
    with pytest.raises(CommandError, match=message):
        create(**given)
    assert members() == [("north", EMAIL, "admin")]
