"""Pages in German say nothing in English, and count as Germans do."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests.conftest import Cast
from tests.factories import make_allocation
from tests.pages import IDENTIFIER
from tests.test_every_url import ids, pages  # noqa: F401  (a fixture)

GERMAN = {"Accept-Language": "de"}
TOLD = {"aria-label", "placeholder", "title", "alt", "data-label", "data-heading"}
WORDS = re.compile(r"[a-z]{2,}\W+[a-z]{2,}", re.IGNORECASE)
# Names of things: of the cast, of files, of places, and one's own name for a language.
NAMES = re.compile(
    r"North High School|Acme Training|Classroom [A-Z]|[A-Z] · \w+|Accounting for Beginners|"
    r"Amelia Novak|Rafael Costa|Helen Marsh|[\w.-]+@[\w.-]+|\w+\.csv|\w+\.xlsx|[A-Z]\w+/[\w/ -]+|"
    # Of shops and learning systems, of addresses, calls and events, and what was sent as it came.
    r"West School|stripe shop \d|Open edX|Moodle|https?://\S+|GET /\S+|"
    r"[a-z]+(?:\.[a-z_]+)+|^\{.*\}$|" + IDENTIFIER,
    # Of entries, whose letters may look like words.
)


class Said(HTMLParser):
    """What a page says to whoever reads it or hears it read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts |= {value for name, value in attrs if value and name in TOLD}

    def handle_data(self, data: str) -> None:
        self.texts.add(" ".join(data.split()))


def said(client: Client, path: str, **headers: str) -> set[str]:
    answer = client.get(path, headers=headers)
    is_page = "text/html" in answer["Content-Type"]
    return Said(answer.content.decode()).texts if is_page else set()


def has_words(text: str) -> bool:
    """Tell whether two words follow each other in a text, names apart."""
    return WORDS.search(NAMES.sub("", text)) is not None


def leftovers(client: Client, path: str) -> list[str]:
    """Return what a page says in German word for word as in English, names apart."""
    alike = said(client, path) & said(client, path, **GERMAN)
    return sorted(filter(has_words, alike))


def test_name_of_an_entry_is_not_taken_for_words() -> None:
    assert not has_words("01a219fb-a415-772f-8dae-fd960a17a373")
    assert has_words("Gone from the ledger")


def test_pages_of_an_organisation_are_german(cast: Cast, ids: dict[str, Any]) -> None:  # noqa: F811
    client = cast.client(cast.admin)
    paths = [page.path("north-high", ids) for page in pages() if not page.name.endswith("csv")]
    wrong = {path: found for path in paths if (found := leftovers(client, path))}
    assert wrong == {}


def test_pages_of_a_past_moment_are_german(cast: Cast, ids: dict[str, Any]) -> None:  # noqa: F811
    client, now = cast.client(cast.admin), quote(timezone.now().isoformat())
    places = ["", f"pools/{ids['pool_id']}/", f"teams/{ids['team_id']}/"]
    paths = [
        cast.url(f"{place}?as_of={moment}") for place in places for moment in (now, "2020-01-01")
    ]
    assert {path: found for path in paths if (found := leftovers(client, path))} == {}


@pytest.mark.parametrize("name", ["team_id", "teams"])
def test_pages_of_a_manager_are_german(cast: Cast, ids: dict[str, Any], name: str) -> None:  # noqa: F811
    path = cast.url(f"teams/{ids[name]}/" if name in ids else f"{name}/")
    assert leftovers(cast.client(cast.manager), path) == []


@pytest.mark.parametrize(
    "path",
    ["/login/", "/password/reset/", "/password/reset/done/", "/signup/", "/inactive/", "/nowhere/"],
)
def test_pages_without_an_organisation_are_german(path: str, db: None) -> None:
    assert leftovers(Client(), path) == []


def test_refused_sign_in_says_so_in_german(db: None) -> None:
    answer = Client().post("/login/", {"login": "a@b.example", "password": "x"}, headers=GERMAN)
    assert "E-Mail-Adresse" in answer.content.decode()
    assert "not correct" not in answer.content.decode()


def test_refusal_and_its_numbers_are_german(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1_500)
    address = cast.url(f"pools/{allocation.pool_id}/take-away/")
    form = {"seats": "2000", "reason": "", "fate": "stock"}
    answer = cast.client(cast.admin).post(address, form, headers=GERMAN)
    assert answer.status_code == 409
    assert "1.500" in answer.content.decode()
    assert "1,500" not in answer.content.decode()


def test_live_figures_are_plain_digits_in_every_language(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1_500)
    page = cast.client(cast.admin).get(cast.url(f"pools/{allocation.pool_id}/"), headers=GERMAN)
    assert 'data-capacity="1500"' in page.content.decode()
    assert "von 1.500" in page.content.decode()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("gone"), "Die Datenbank antwortet gerade nicht"),
        (ZeroDivisionError(), "Bei uns ist etwas schiefgegangen"),
        (PermissionDenied(), "Dafür fehlt die Berechtigung"),
        (SuspiciousOperation(), "Diese Anforderung war nicht verständlich"),
    ],
    ids=["503", "500", "403", "400"],
)
def test_page_of_an_error_is_german(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    client = cast.client(cast.admin)
    client.raise_request_exception = False
    monkeypatch.setattr("orgs.access._member", lambda *_: (_ for _ in ()).throw(error))
    page = client.get(cast.url(), headers=GERMAN).content.decode()
    assert words in page
    assert '<html lang="de">' in page


def test_form_gone_stale_is_german(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/language/", {"language": "de"}, headers=GERMAN)
    assert answer.status_code == 403
    assert "Dieses Formular ist veraltet" in answer.content.decode()
