"""Streams are opened, kept and ended: tokens, rights, heartbeats, the reader behind them."""

import time
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from orgs.ids import new_id
from orgs.models import Member
from seatdash import tenancy
from seatdash.live import pulse, reader, source
from seats.counters import allocation_topic, pool_topic, product_topic
from tests.conftest import Cast
from tests.live.watching import Pages, Shared, enrol, figures, now, until


def test_stream_is_not_cached_buffered_or_compressed(stage: Cast, pages: Pages) -> None:
    page = pages.open(stage.admin)
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/event-stream")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-accel-buffering"] == "no"
    assert page.headers["content-encoding"] == "identity"


@pytest.mark.parametrize("token", ["", "x", "a:b", "%ff%00"])
def test_without_a_token_there_is_no_stream(stage: Cast, pages: Pages, token: str) -> None:
    assert pages.connect(token).status == 403


def test_token_of_one_organisation_opens_no_stream_of_another(stage: Cast, pages: Pages) -> None:
    assert pages.connect(pages.token(stage.admin), slug="acme").status == 403


def test_stream_is_only_read(stage: Cast, pages: Pages) -> None:
    answer = pages.connect(pages.token(stage.admin), method="POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


def change_rights(member: Member) -> None:
    with tenancy.scope(member.organisation_id):
        Member.objects.filter(pk=member.pk).update(rights_changed_at=timezone.now())


def test_change_of_rights_ends_the_stream_and_voids_older_tokens(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    pool, mine, _ = shared
    older = pages.token(now(stage.manager), allocation_topic(mine.pk))
    theirs = pages.watch(now(stage.manager), allocation_topic(mine.pk))
    others = pages.watch(stage.admin, pool_topic(pool.pk))
    change_rights(stage.manager)
    theirs.event("renew")
    theirs.wait()
    assert pages.connect(older).status == 403
    assert pages.open(now(stage.manager), allocation_topic(mine.pk)).status == 200
    enrol(stage, mine)
    until(others, pool_topic(pool.pk), "1", "10", "9")


def test_change_that_nobody_watched_voids_what_was_granted_before(
    stage: Cast, pages: Pages
) -> None:
    older = pages.token(now(stage.manager))
    change_rights(stage.manager)
    pages.connect(older).event("renew")


def test_page_made_right_after_a_change_of_rights_is_served(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    topic = allocation_topic(shared[1].pk)
    pages.open(stage.admin)
    for _ in range(3):
        change_rights(stage.manager)
        page = pages.watch(now(stage.manager), topic)
        assert page.hears_nothing("renew", 1.2)


def test_stream_outlives_its_database_connection(stage: Cast, pages: Pages, shared: Shared) -> None:
    pool, mine, _ = shared
    page = pages.watch(stage.admin, pool_topic(pool.pk))
    assert end_readers() == 1
    enrol(stage, mine)
    until(page, pool_topic(pool.pk), "1", "10", "9")
    enrol(stage, mine)
    assert figures(page.event(pool_topic(pool.pk))) == ("2", "10", "8")


def end_readers() -> int:
    """Cut the readers' connections, as a restart of the server would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [source.APPLICATION_NAME],
        )
        (ended,) = cursor.fetchone()
    return int(ended)


def readers() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [source.APPLICATION_NAME],
        )
        (count,) = cursor.fetchone()
    return int(count)


def test_reader_leaves_when_nobody_watches_and_returns(
    stage: Cast, pages: Pages, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "SECONDS_IDLE", 0.2)
    topic = pool_topic(shared[0].pk)
    page = pages.watch(stage.admin, topic)
    assert readers() == 1
    page.leave()
    page.wait()
    until = time.monotonic() + 5
    while readers() and time.monotonic() < until:
        time.sleep(0.05)
    assert readers() == 0
    pages.watch(stage.admin, topic)


def test_one_connection_serves_every_page(stage: Cast, pages: Pages, shared: Shared) -> None:
    topic = pool_topic(shared[0].pk)
    for _ in range(20):
        pages.watch(stage.admin, topic)
    assert readers() == 1


def test_what_nobody_watches_is_forgotten(stage: Cast, pages: Pages, shared: Shared) -> None:
    pool, mine, _ = shared
    page = pages.watch(stage.admin, pool_topic(pool.pk), allocation_topic(mine.pk))
    page.leave()
    page.wait()
    board = pages.live.board
    assert not board.streams
    assert (board._topics, board._of_pool, board._unread) == ({}, {}, set())


def test_topic_that_does_not_exist_disturbs_nobody(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    topics = [pool_topic(new_id()), product_topic(new_id()), allocation_topic(new_id())]
    page = pages.open(stage.admin, *topics, pool_topic(shared[0].pk))
    page.event(pool_topic(shared[0].pk))


def test_quiet_page_hears_a_heartbeat(
    stage: Cast, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "SECONDS_OF_SILENCE", 0.2)
    monkeypatch.setattr(pulse, "SECONDS_BETWEEN_TURNS", 0.1)
    page = pages.open(stage.admin)
    page.event("beat")
    page.event("beat")


def test_stream_that_lived_long_enough_sends_the_page_for_a_new_token(
    stage: Cast, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "SECONDS_OF_SILENCE", 0.2)
    monkeypatch.setattr(pulse, "SECONDS_OF_LIFE", 0.1)
    page = pages.open(stage.admin)
    page.event("renew")
    page.wait()


def test_closing_server_ends_its_streams_and_takes_no_more(stage: Cast, pages: Pages) -> None:
    page = pages.open(stage.admin)
    assert page.status == 200
    pages._server.loop.call_soon_threadsafe(pages.live.close)
    page.wait()
    assert pages.open(stage.admin).status == 503


def test_page_is_told_of_the_database_work_of_one(
    stage: Cast, pages: Pages, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cost follows changes, not viewers: thirty pages, one reading."""
    pool, mine, _ = shared
    asked: list[str] = []
    ask = source.ask

    async def counting(
        connection: source.Connection, query: str, given: Mapping[str, Any] | None = None
    ) -> source.Rows:
        asked.append(query)
        return await ask(connection, query, given)

    topic = pool_topic(pool.pk)
    watching = [pages.watch(stage.admin, topic) for _ in range(30)]
    monkeypatch.setattr(source, "ask", counting)
    enrol(stage, mine)
    for page in watching:
        page.event(topic)
    assert sum("seats_pool" in query for query in asked) == 1
