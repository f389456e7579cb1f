"""The worker links twice a second, tells whoever follows, and outlives what goes wrong."""

import asyncio
import time
from uuid import UUID

import pytest
from django.db import OperationalError

from seatdash import linking, tenancy
from seatdash.linking import LONGEST_PAUSE, TICK, Watch, keep_linking
from seats.models import Link
from seats.services import followers
from seats.services.followers import Telling, follow
from tests.conftest import Cast
from tests.factories import make_allocation

SOME = UUID(int=1)
OTHER = UUID(int=2)


@pytest.fixture(autouse=True)
def nobody_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "FOLLOWERS", [])


def failing(_organisations: list[UUID]) -> None:
    raise ValueError


def test_worker_links_what_is_committed_and_tells_followers(stage: Cast) -> None:
    told: list[list[UUID]] = []
    follow(told.append)
    watch = Watch()
    watch.turn()
    with tenancy.scope(stage.organisation.pk):
        make_allocation(stage.admin, stage.team, stage.product)
    assert watch.turn() == TICK
    assert watch.turn() == TICK
    everyone = sorted([stage.organisation.pk, stage.outsider.organisation_id])
    assert told == [everyone, [stage.organisation.pk]]
    with tenancy.scope(stage.organisation.pk):
        assert Link.objects.count() == 3


def test_worker_rests_longer_while_the_database_is_away_and_then_tells_everyone(
    stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_stopping: object) -> list[UUID]:
        raise OperationalError

    told: list[list[UUID]] = []
    follow(told.append)
    watch = Watch()
    with monkeypatch.context() as broken:
        broken.setattr(linking, "link_new_entries", away)
        rests = [watch.turn() for _ in range(8)]
    assert rests[:3] == [TICK * 2, TICK * 4, TICK * 8]
    assert rests[-1] == LONGEST_PAUSE
    assert told == []
    assert watch.turn() == TICK
    assert len(told[0]) == 2


def test_loop_links_by_itself_and_ends_when_cancelled(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        make_allocation(stage.admin, stage.team, stage.product)
    heard = asyncio.Event()

    async def run() -> None:
        loop = asyncio.get_running_loop()

        def hear(_organisations: list[UUID]) -> None:
            loop.call_soon_threadsafe(heard.set)

        follow(hear)
        task = asyncio.create_task(keep_linking())
        await asyncio.wait_for(heard.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    with tenancy.scope(stage.organisation.pk):
        assert Link.objects.count() == 3


def test_follower_that_fails_disturbs_no_other() -> None:
    told: list[list[UUID]] = []
    follow(failing)
    follow(told.append)
    Telling().tell([SOME])
    assert told == [[SOME]]


def test_follower_that_failed_is_told_again_of_all_that_it_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[list[UUID]] = []

    def moody(organisations: list[UUID]) -> None:
        told.append(organisations)
        if len(told) == 1:
            raise ValueError

    follow(moody)
    telling = Telling()
    telling.tell([SOME])
    telling.tell([OTHER])
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + followers.PAUSE + 1)
    telling.tell([])
    telling.tell([])
    assert told == [[SOME], [SOME, OTHER]]


def test_follower_is_registered_once() -> None:
    follow(failing)
    follow(failing)
    assert [failing] == followers.FOLLOWERS
