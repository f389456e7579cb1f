"""North High School with open pages, and a pool for them to watch."""

from collections.abc import Iterator

import pytest

from seatdash import tenancy
from seats.models import Allocation, Pool
from tests.conftest import Cast
from tests.factories import make_shared_pool
from tests.live.browser import Server
from tests.live.watching import Pages


@pytest.fixture
def pages(stage: Cast) -> Iterator[Pages]:
    with Server() as server:
        made = Pages(server, stage)
        yield made
        server.run(made.live.stop())


@pytest.fixture
def shared(stage: Cast) -> tuple[Pool, Allocation, Allocation]:
    """A pool of ten seats that both classrooms draw on."""
    with tenancy.scope(stage.organisation.pk):
        teams = [stage.team, stage.other_team]
        pool, (mine, other) = make_shared_pool(stage.admin, stage.product, teams, 10)
    return pool, mine, other
