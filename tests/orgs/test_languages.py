"""In which language a page is: the user's choice, else the browser's, else English."""

import pytest
from django.test import Client

from orgs.models import User
from tests.conftest import Cast

GERMAN = {"headers": {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}}


def language_of(client: Client, address: str, **given: object) -> str:
    page = client.get(address, **given).content.decode()  # type: ignore[arg-type]
    return page.partition('<html lang="')[2].partition('"')[0]


def choose(client: Client, language: str, **more: str) -> str:
    answer = client.post("/language/", {"language": language, **more})
    assert answer.status_code == 302
    return answer["Location"]


@pytest.mark.parametrize("asked", ["de", "de-AT,de;q=0.9", "fr,de;q=0.5"])
def test_stranger_reads_what_the_browser_asks_for(asked: str, db: None) -> None:
    assert language_of(Client(), "/login/", headers={"Accept-Language": asked}) == "de"


@pytest.mark.parametrize("asked", ["", "en-US,en", "fr", "nonsense;;"])
def test_others_read_english(asked: str, db: None) -> None:
    assert language_of(Client(), "/login/", headers={"Accept-Language": asked}) == "en-gb"


def test_user_keeps_the_language_on_every_machine(cast: Cast) -> None:
    choose(cast.client(cast.admin), "de")
    assert language_of(cast.client(cast.admin), cast.url()) == "de"
    choose(cast.client(cast.admin), "en-gb")
    assert language_of(cast.client(cast.admin), cast.url(), **GERMAN) == "en-gb"


def test_one_users_choice_is_not_anothers(cast: Cast) -> None:
    choose(cast.client(cast.admin), "de")
    assert language_of(cast.client(cast.finance), cast.url()) == "en-gb"


def test_browser_remembers_the_choice_when_nobody_is_signed_in(db: None) -> None:
    client = Client()
    choose(client, "de")
    assert language_of(client, "/login/") == "de"


def test_choosing_leads_back_to_the_page(cast: Cast) -> None:
    client = cast.client(cast.admin)
    assert choose(client, "de", next=cast.url("pools/?q=x")) == cast.url("pools/?q=x")
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        assert choose(client, "de", next=elsewhere) == "/"


def test_unknown_language_changes_nothing(cast: Cast) -> None:
    client = cast.client(cast.admin)
    choose(client, "xx")
    assert User.objects.get(memberships=cast.admin).language == ""
    assert language_of(client, cast.url()) == "en-gb"


def test_language_that_is_gone_is_as_none(cast: Cast) -> None:
    User.objects.filter(memberships=cast.admin).update(language="xx")
    assert language_of(cast.client(cast.admin), cast.url(), **GERMAN) == "de"


def test_every_page_offers_the_other_language(cast: Cast) -> None:
    client = cast.client(cast.admin)
    for address in ("/login/", cast.url(), cast.url("nothing-here/")):
        page = client.get(address, follow=True).content.decode()
        assert '<button name="language" value="de" lang="de">Deutsch</button>' in page
        assert 'value="en-gb"' not in page


def test_choice_is_made_by_post_only(db: None) -> None:
    assert Client().get("/language/").status_code == 405
