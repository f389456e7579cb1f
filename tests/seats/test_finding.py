"""The command palette: what is found, in which order, by whom, and what may be done with it."""

import re
from html import unescape

import pytest

from orgs.models import Member
from seats.services.archive import archive_team
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import make_allocation, make_learners, make_member, make_shared_pool
from tests.pages import queries, url

OFFER = re.compile(r'<a role="option" id="found-(\w+)-\d+"[^>]*href="([^"]*)"[^>]*><span>([^<]*)')


def offers(cast: Cast, member: Member, asked: str = "") -> dict[str, list[str]]:
    """Return what the palette says, by kind."""
    answer = cast.client(member).get(
        url(cast, "find"), {"q": asked}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    found: dict[str, list[str]] = {}
    for kind, _address, name in OFFER.findall(answer.content.decode()):
        found.setdefault(kind, []).append(unescape(name))
    return found


def test_best_match_stands_first(cast: Cast) -> None:
    for name in ("Subclassroom", "The Classroom", "Zoo"):
        create_team(actor=cast.admin, name=name)
    assert offers(cast, cast.admin, "class")["team"] == [
        "Classroom A",
        "Classroom B",
        "The Classroom",
        "Subclassroom",
    ]


def test_everything_is_found_by_the_words_one_knows_it_by(cast: Cast) -> None:
    make_shared_pool(cast.admin, cast.product, [cast.team])
    make_member(cast.organisation, "kim@elsewhere.example")
    assert offers(cast, cast.admin, "acc-1")["product"] == ["Accounting for Beginners"]
    assert offers(cast, cast.admin, "acc-1")["pool"] == ["ACC-101 · Shared"]
    assert offers(cast, cast.admin, "kim@else")["person"] == ["Kim"]
    assert offers(cast, cast.admin, "over")["page"] == ["Overview"]


def test_a_kind_has_at_most_six_and_archived_teams_are_not_offered(cast: Cast) -> None:
    teams = [create_team(actor=cast.admin, name=f"Room {number}") for number in range(9)]
    archive_team(actor=cast.admin, team=teams[0], reason="")
    assert offers(cast, cast.admin, "room")["team"] == [f"Room {number}" for number in range(1, 7)]


def test_without_words_the_pages_and_what_may_be_made_are_offered(cast: Cast) -> None:
    found = offers(cast, cast.admin)
    assert found["page"][:2] == ["Overview", "Products"]
    assert found["deed"] == ["New team", "New pool", "New product", "Invite somebody"]
    manager = offers(cast, cast.manager)
    assert set(manager) == {"page"}
    assert {"Teams", "People"} <= set(manager["page"])
    assert "Overview" not in manager["page"]


def test_the_best_match_brings_what_may_be_done_with_it(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    assert offers(cast, cast.admin, "classroom a")["deed"][:4] == [
        "Give seats to Classroom A",
        "Enrol in Accounting for Beginners · Classroom A",
        "Transfer seats from Classroom A",
        "Add people to Classroom A",
    ]
    assert offers(cast, cast.manager, "classroom a")["deed"] == [
        "Enrol in Accounting for Beginners · Classroom A",
        "Add people to Classroom A",
        "Ask for seats for Classroom A",
    ]
    assert "deed" not in offers(cast, cast.finance, "classroom a")


@pytest.mark.parametrize("asked", ["give seats to classroom b", "gi b", "give classroom b"])
def test_a_deed_is_asked_for_by_its_verb(cast: Cast, asked: str) -> None:
    assert offers(cast, cast.admin, asked)["deed"][0] == "Give seats to Classroom B"


def test_new_things_are_asked_for_too(cast: Cast) -> None:
    assert offers(cast, cast.admin, "new te")["deed"][0] == "New team"


def test_a_form_opens_over_the_page_and_a_page_does_not(cast: Cast) -> None:
    answer = cast.client(cast.admin).get(url(cast, "find"), {"q": "classroom a"})
    page = answer.content.decode()
    allocate = url(cast, "allocate", cast.team.pk)
    assert f'href="{allocate}" data-dialog' in page
    assert f'href="{url(cast, "team", cast.team.pk)}"><span>Classroom A' in page


def test_manager_finds_own_teams_and_people_and_no_others(cast: Cast) -> None:
    make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    make_learners(cast.admin, cast.other_team, 3)
    for asked in ("classroom", "learner", "acc", "shared", "enrol", "manager-b", "a"):
        said = str(offers(cast, cast.manager, asked))
        assert not re.search("Classroom B|Learner|Shared|Manager B", said), (asked, said)
        assert not {"pool", "product"} & set(offers(cast, cast.manager, asked))
    assert offers(cast, cast.finance, "manager").get("person") is None


def test_nothing_of_another_organisation_is_found(cast: Cast) -> None:
    assert "Admin" not in str(offers(cast, cast.admin, "acme"))
    assert offers(cast, cast.admin, "acme") == {}


@pytest.mark.parametrize("asked", ["%", "_", "\\", "\0", "'", "%(thing)s", "<b>", " ", "x" * 5000])
def test_any_words_are_answered(cast: Cast, asked: str) -> None:
    offers(cast, cast.admin, asked)


def test_query_count_does_not_grow(cast: Cast) -> None:
    client, address = cast.client(cast.admin), f"{url(cast, 'find')}?q=classroom"
    make_allocation(cast.admin, cast.team, cast.product)
    few = queries(client, address)
    for number in range(5):
        team = create_team(actor=cast.admin, name=f"Classroom {number}", parent=cast.team)
        make_allocation(cast.admin, team, cast.product)
    assert queries(client, address) <= few <= 26


def test_the_keys_of_the_pages_are_told(cast: Cast) -> None:
    admin = cast.client(cast.admin).get(url(cast, "keys")).content.decode()
    assert 'data-key="g t"' in admin
    assert "<kbd>g</kbd> <kbd>o</kbd></dt><dd>Overview" in admin
    manager = cast.client(cast.manager).get(url(cast, "keys")).content.decode()
    assert "<kbd>g</kbd> <kbd>o</kbd>" not in manager
