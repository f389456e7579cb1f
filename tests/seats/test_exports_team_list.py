"""The list that managers take home: their own team and those below it, and nobody else."""

from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from teams.models import Team
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_shared_pool
from tests.seats.downloads import inside, parse


@pytest.fixture
def below(stage: Cast) -> Team:
    """Make a team below Classroom A; it and both classrooms use seats of one shared pool."""
    with inside(stage):
        team = create_team(actor=stage.admin, name="Group 1", parent=stage.team)
        teams = [stage.team, stage.other_team, team]
        _pool, allocations = make_shared_pool(stage.admin, stage.product, teams, seats=50)
        for allocation, many in zip(allocations, (2, 3, 1), strict=True):
            enrol_new(stage.admin, allocation, many)
    return team


def teams_in(client: Client, address: str, **question: Any) -> list[str]:
    answer = client.get(address, question)
    assert isinstance(answer, StreamingHttpResponse)
    header, *rows = parse(b"".join(answer).decode())
    return sorted(row[header.index("team")] for row in rows)


def test_manager_gets_the_own_team_and_those_below(stage: Cast, below: Team) -> None:
    client = stage.client(stage.manager)
    address = stage.url(f"teams/{stage.team.pk}/enrolments.csv")
    assert teams_in(client, address) == ["Classroom A", "Classroom A", "Group 1"]
    assert teams_in(client, stage.url(f"teams/{below.pk}/enrolments.csv")) == ["Group 1"]
    assert address in client.get(stage.url(f"teams/{stage.team.pk}/")).content.decode()
    asked_otherwise = {"team": stage.other_team.pk, "product": "nonsense"}
    assert len(teams_in(client, address, **asked_otherwise)) == 3


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_manager_gets_no_other_team_and_no_other_file(
    stage: Cast, below: Team, ending: str
) -> None:
    client = stage.client(stage.manager)
    other = stage.url(f"teams/{stage.other_team.pk}/enrolments.{ending}")
    assert client.get(other).status_code == 403
    for name in ("usage", "enrolments", "ledger"):
        assert client.get(stage.url(f"reports/{name}.{ending}")).status_code == 403
    assert stage.client(stage.outsider).get(other).status_code == 404


def test_manager_asks_for_a_moment_or_is_told_that_it_makes_no_sense(
    stage: Cast, below: Team
) -> None:
    client = stage.client(stage.manager)
    address = stage.url(f"teams/{stage.team.pk}/enrolments.csv")
    assert teams_in(client, address, as_of="2020-01-01") == []
    assert len(teams_in(client, address, as_of=timezone.now().isoformat())) == 3
    for moment in ("nonsense", "2999-01-01"):
        answer = client.get(address, {"as_of": moment})
        assert answer.status_code == 400
        assert "Classroom B" not in answer.content.decode()
