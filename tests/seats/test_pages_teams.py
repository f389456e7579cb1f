"""One team's page: what a manager sees of it, and of no other."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import url


def figures(html: str, topic: str) -> tuple[str, ...]:
    """Read the live number of a topic as API.md promises it to be written."""
    found = re.search(
        rf'data-live="{topic}".*?data-used="(\d*)" data-capacity="(\d*)" data-available="(\d*)"',
        html,
        re.DOTALL,
    )
    assert found, f"{topic} is not on the page"
    return found.groups()


def test_manager_sees_own_use_and_what_is_available(cast: Cast) -> None:
    teams = [cast.team, cast.other_team]
    _pool, allocations = make_shared_pool(cast.admin, cast.product, teams, seats=100)
    enrol_new(cast.manager, allocations[0], 10)
    enrol_new(cast.other_manager, allocations[1], 20)
    html = cast.client(cast.manager).get(url(cast, "team", cast.team.pk)).content.decode()
    assert figures(html, f"allocation-{allocations[0].pk}") == ("10", "80", "70")


def test_manager_of_a_shared_pool_sees_nothing_of_other_teams(cast: Cast) -> None:
    teams = [cast.team, cast.other_team]
    pool, allocations = make_shared_pool(cast.admin, cast.product, teams, seats=100)
    enrol_new(cast.other_manager, allocations[1], 23)
    html = cast.client(cast.manager).get(url(cast, "team", cast.team.pk)).content.decode()
    for secret in ("Classroom B", "learner-", f"pool-{pool.pk}", f"{allocations[1].pk}"):
        assert secret not in html
    shown = strip_tags(html.partition('id="main"')[2])
    assert not re.search(r"\b(23|100)\b", shown)


def test_manager_may_not_look_at_another_team(cast: Cast) -> None:
    assert cast.client(cast.manager).get(url(cast, "team", cast.other_team.pk)).status_code == 403


def test_team_of_another_organisation_does_not_exist(cast: Cast) -> None:
    client = cast.client(cast.outsider)
    assert client.get(url(cast, "team", cast.team.pk)).status_code == 404
    acme = reverse("team", args=["acme", cast.team.pk])
    assert client.get(acme).status_code == 404


def test_manager_sees_the_teams_below(cast: Cast) -> None:
    below = create_team(actor=cast.admin, name="Evening group", parent=cast.team)
    client = cast.client(cast.manager)
    assert client.get(url(cast, "team", below.pk)).status_code == 200
    assert "Evening group" in client.get(url(cast, "teams")).content.decode()
    assert "Classroom B" not in client.get(url(cast, "teams")).content.decode()


def test_finance_may_look_but_not_enrol(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    client = cast.client(cast.finance)
    assert client.get(url(cast, "team", cast.team.pk)).status_code == 200
    assert client.get(url(cast, "enrol", allocation.pk)).status_code == 403


def test_query_count_of_a_team_page_does_not_grow(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=50)
    client = cast.client(cast.admin)
    counts = []
    for many in (1, 20):
        enrol_new(cast.admin, allocation, many)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(cast, "team", cast.team.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]
