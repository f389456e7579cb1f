"""Signing in and out, and what a browser may claim about it."""

import pytest
from django.core.cache import cache
from django.test import Client

from teams.models import TeamMember
from teams.services import appoint
from tests.conftest import Cast


@pytest.mark.parametrize("key", ['"aaaaaaaaaaaaaaaa\\000"', "' or 1=1 --", "ÿ" * 32, "x" * 5000])
def test_cookie_that_is_no_session_is_as_good_as_none(db: None, key: str) -> None:
    answer = Client().get("/o/north-high/", headers={"Cookie": f"sessionid={key}"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_who_asks_for_too_many_links_is_told_to_wait(stage: Cast) -> None:
    cache.clear()
    answers = [
        Client().post("/password/reset/", {"email": "finance@north.example"}) for _ in range(6)
    ]
    cache.clear()
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Too many attempts" in answers[-1].content.decode()


def test_manager_of_one_team_begins_on_its_page(cast: Cast) -> None:
    client = cast.client(cast.manager)
    assert client.get("/")["Location"] == f"/o/north-high/teams/{cast.team.pk}/"
    appoint(
        actor=cast.admin, team=cast.other_team, member=cast.manager, role=TeamMember.Role.MANAGER
    )
    assert client.get("/")["Location"] == "/o/north-high/teams/"
    assert cast.client(cast.finance).get("/")["Location"] == "/o/north-high/"
