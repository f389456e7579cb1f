"""A page follows its counters: through the application, the feed and the real database."""

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone

from orgs.ids import new_id
from orgs.models import Member
from seatdash import tenancy
from seatdash.live import pulse, reader, source, tokens
from seatdash.live.application import Live
from seats.counters import allocation_topic, pool_counter, pool_topic, product_topic
from seats.models import Allocation, Pool
from seats.services.allocation import take_off
from seats.services.stock import issue
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.live.browser import Request, Server


class Pages:
    """The open pages of North High School, and the process that serves their streams."""

    def __init__(self, server: Server, cast: Cast) -> None:
        self.live = Live()
        self._server = server
        self._cast = cast

    def token(self, member: Member, *topics: str, language: str = "en-gb") -> str:
        organisation = member.organisation
        return tokens.make(
            organisation_id=organisation.pk,
            slug=organisation.slug,
            member_id=member.pk,
            rights_changed_at=member.rights_changed_at,
            language=language,
            topics=topics,
        )

    def open(self, member: Member, *topics: str) -> Request:
        return self.connect(self.token(member, *topics))

    def watch(self, member: Member, *topics: str) -> Request:
        """Open a page and wait until it has caught up, so that what comes then is news."""
        page = self.open(member, *topics)
        for topic in topics:
            page.event(topic)
        return page

    def connect(self, token: str, slug: str = "north-high", method: str = "GET") -> Request:
        path, query = f"/o/{slug}/live/", f"token={token}"
        return self._server.request(self.live, path, query=query, method=method)


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


def enrol(cast: Cast, allocation: Allocation, many: int = 1) -> None:
    with tenancy.scope(cast.organisation.pk):
        enrol_new(cast.admin, allocation, many)


def until(page: Request, topic: str, *awaited: str) -> None:
    """Wait for these figures; a page that just came may be sent older ones first."""
    while figures(page.event(topic)) != awaited:
        pass


def figures(fragment: str) -> tuple[str, ...]:
    found = [re.search(rf'data-{name}="(\d*)"', fragment) for name in NAMES]
    return tuple(match[1] for match in found if match)


NAMES = ("used", "capacity", "available")
Shared = tuple[Pool, Allocation, Allocation]


def test_enrolment_reaches_pool_product_and_both_classrooms(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    pool, mine, other = shared
    overview_topics = (pool_topic(pool.pk), product_topic(stage.product.pk))
    overview = pages.watch(stage.admin, *overview_topics)
    classroom = pages.watch(now(stage.manager), allocation_topic(mine.pk))
    other_classroom = pages.watch(now(stage.other_manager), allocation_topic(other.pk))
    enrol(stage, mine, 3)
    assert figures(overview.event(overview_topics[0])) == ("3", "10", "7")
    assert figures(classroom.event(allocation_topic(mine.pk))) == ("3", "10", "7")
    assert figures(other_classroom.event(allocation_topic(other.pk))) == ("0", "7", "7")
    enrol(stage, other)
    until(overview, overview_topics[1], "4", "10", "6")


def test_enrolment_is_seen_within_half_a_second(stage: Cast, pages: Pages, shared: Shared) -> None:
    pool, mine, _ = shared
    page = pages.watch(stage.admin, pool_topic(pool.pk))
    enrol(stage, mine)
    committed = time.monotonic()
    page.event(pool_topic(pool.pk))
    assert time.monotonic() - committed < 0.5


def test_event_is_the_fragment_that_a_page_includes(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    pool = shared[0]
    counter = pool_counter(pool_id=pool.pk, used=0, capacity=10)
    fragment = pages.open(stage.admin, counter.topic).event(counter.topic)
    included = render_to_string("seats/_counter.html", {"counter": counter})
    assert fragment.split() == included.split()
    assert fragment.startswith("<div")


def test_page_is_told_in_its_own_language(stage: Cast, pages: Pages, shared: Shared) -> None:
    pool, mine, _ = shared
    topic = pool_topic(pool.pk)
    english = pages.watch(stage.admin, topic)
    german = pages.connect(pages.token(stage.admin, topic, language="de"))
    german.event(topic)
    enrol(stage, mine)
    assert "9 available" in english.event(topic)
    assert "9 verfügbar" in german.event(topic)


def news(fragment: str) -> tuple[str, str]:
    found = re.search(r'data-moved="(-?\d+)" data-news="([^"]*)"', fragment)
    return (found[1], found[2]) if found else ("", "")


def test_admins_are_told_what_moved_and_who_moved_it(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    pool, mine, _ = shared
    topics = pool_topic(pool.pk), product_topic(stage.product.pk)
    overview = pages.watch(stage.admin, *topics)
    enrol(stage, mine, 3)
    assert news(overview.event(topics[0])) == ("3", f"+3 · {stage.admin}")
    assert news(overview.event(topics[1])) == ("3", f"+3 · {stage.admin}")
    with tenancy.scope(stage.organisation.pk):
        issue(actor=stage.admin, product=stage.product, seats=1500, reason="")
    assert news(overview.event(topics[1])) == ("0", f"+1,500 issued · {stage.admin}")


def test_team_is_told_who_moved_its_own_use_and_nothing_of_the_others(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    _pool, mine, other = shared
    topic, theirs = allocation_topic(mine.pk), allocation_topic(other.pk)
    classroom = pages.watch(now(stage.manager), topic)
    other_classroom = pages.watch(now(stage.other_manager), theirs)
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.other_manager, other, 2)
    assert news(other_classroom.event(theirs)) == ("2", f"+2 · {stage.other_manager}")
    heard = classroom.event(topic)
    assert figures(heard) == ("0", "8", "8")
    assert news(heard) == ("", "")
    for secret in (stage.other_manager.name, stage.other_manager.email, stage.other_team.name):
        assert secret not in heard
    assert str(other.pk) not in heard
    assert "moved" not in heard


def test_page_that_joins_and_a_counter_read_anew_have_no_news(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    topic = pool_topic(shared[0].pk)
    assert news(pages.open(stage.admin, topic).event(topic)) == ("", "")


def test_team_taken_off_hears_no_more_of_the_pool(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    _pool, mine, other = shared
    topic = allocation_topic(mine.pk)
    classroom = pages.watch(now(stage.manager), topic)
    with tenancy.scope(stage.organisation.pk):
        take_off(actor=stage.admin, allocation=mine)
    assert figures(classroom.event(topic)) == ("0", "0", "0")
    enrol(stage, other, 2)
    assert figures(classroom.event(topic)) == ("0", "0", "0")


def test_page_hears_of_what_it_was_granted_only(stage: Cast, pages: Pages, shared: Shared) -> None:
    pool, mine, other = shared
    classroom = pages.watch(now(stage.manager), allocation_topic(mine.pk))
    enrol(stage, other)
    classroom.event(allocation_topic(mine.pk))
    assert classroom.hears_nothing(pool_topic(pool.pk))


def test_other_pool_moves_and_the_page_hears_nothing(stage: Cast, pages: Pages) -> None:
    with tenancy.scope(stage.organisation.pk):
        mine = make_allocation(stage.admin, stage.team, stage.product)
        other = make_allocation(stage.admin, stage.other_team, stage.product)
    page = pages.watch(now(stage.manager), allocation_topic(mine.pk))
    enrol(stage, other)
    assert page.hears_nothing(allocation_topic(mine.pk))


def test_pool_of_another_organisation_is_never_sent(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    """Even with a token that names it, which no gate would make."""
    pool, mine, _ = shared
    topic = pool_topic(pool.pk)
    page = pages.connect(pages.token(stage.outsider, topic), slug="acme")
    assert page.hears_nothing(topic)
    pages.watch(stage.admin, topic)
    enrol(stage, mine)
    assert page.hears_nothing(topic)


def test_page_catches_up_on_what_changed_before_it_connected(
    stage: Cast, pages: Pages, shared: Shared
) -> None:
    pool, mine, _ = shared
    pages.watch(stage.admin, pool_topic(pool.pk))
    token = pages.token(stage.finance, pool_topic(pool.pk))
    enrol(stage, mine)
    until(pages.connect(token), pool_topic(pool.pk), "1", "10", "9")


def test_page_made_long_after_the_last_change_is_sent_nothing(
    stage: Cast, pages: Pages, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = pool_topic(shared[0].pk)
    pages.watch(stage.admin, topic)
    later = time.time() + 20
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: later)
        token = pages.token(stage.finance, topic)
    assert pages.connect(token).hears_nothing(topic)


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


def now(member: Member) -> Member:
    """Return the member as the gate would read it now."""
    with tenancy.scope(member.organisation_id):
        return Member.objects.select_related("organisation").get(pk=member.pk)


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
