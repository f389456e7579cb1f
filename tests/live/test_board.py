"""Fan-out: one rendering for everyone, and no page that holds up or outgrows the others."""

import asyncio

from orgs.ids import new_id
from seatdash.feed import Change
from seatdash.live.board import Board, Topic
from seatdash.live.stream import BEAT, HELLO, RENEW, Stream
from seatdash.live.tokens import Grant
from seats.counters import allocation_topic, pool_topic, product_topic

ORGANISATION = new_id()
POOL, PRODUCT, ALLOCATION, TEAM = new_id(), new_id(), new_id(), new_id()
EARLIER, LATER = 1_000.0, 2_000.0


def join(board: Board, *topics: str, issued: float = EARLIER, language: str = "en-gb") -> Stream:
    grant = Grant(issued, ORGANISATION, new_id(), 0, "north-high", language, topics)
    stream = Stream(grant.member_id, grant.rights, grant.issued)
    board.join(stream, grant)
    return stream


def take(stream: Stream) -> list[bytes]:
    """Return what the page can read now, and end its stream."""

    async def read() -> list[bytes]:
        frames = []
        async for frame in stream.frames():
            frames.append(frame)
            if not stream._pending:
                stream.end()
        return frames

    return asyncio.run(asyncio.wait_for(read(), 1))


def only(board: Board, topic: str, language: str = "en-gb") -> Topic:
    return board._topics[ORGANISATION, topic, language]


def test_every_page_gets_the_same_bytes_not_a_copy() -> None:
    board, topic = Board(), pool_topic(POOL)
    streams = [join(board, topic) for _ in range(3)]
    frame = b"event: x\ndata: 1\n\n"
    board.put(only(board, topic), frame, LATER)
    for stream in streams:
        assert stream._take() is frame


def test_page_that_reads_slowly_gets_the_latest_and_holds_no_more() -> None:
    board, names = Board(), [pool_topic(POOL), product_topic(PRODUCT)]
    stream = join(board, *names)
    for number in range(1_000):
        for name in names:
            board.put(only(board, name), b"%d\n\n" % number, LATER)
    assert len(stream._pending) == 2
    assert stream._take() == b"999\n\n999\n\n"


def test_page_joins_and_is_told_what_is_newer_than_itself() -> None:
    board, topic = Board(), pool_topic(POOL)
    join(board, topic)
    board.put(only(board, topic), b"1\n\n", LATER)
    assert take(join(board, topic)) == [HELLO, b"1\n\n"]
    assert not join(board, topic, issued=LATER + 60)._pending


def test_change_of_a_pool_touches_product_pool_and_all_who_draw_from_it() -> None:
    board, others = Board(), [new_id(), new_id()]
    allocations = [ALLOCATION, new_id()]
    join(board, *map(allocation_topic, allocations), allocation_topic(others[0]))
    join(board, pool_topic(POOL), product_topic(PRODUCT), pool_topic(others[1]))
    for allocation in allocations:
        board.draws_from(only(board, allocation_topic(allocation)), POOL, TEAM)
    board.draws_from(only(board, allocation_topic(others[0])), others[1], TEAM)
    change = Change(ORGANISATION, PRODUCT, POOL)
    moved = {topic.name for topic, _change in board.moved([change])}
    assert moved == {
        pool_topic(POOL),
        product_topic(PRODUCT),
        *map(allocation_topic, allocations),
    }


def test_topic_is_read_once_when_it_is_new_and_all_when_in_doubt() -> None:
    board, topic = Board(), pool_topic(POOL)
    join(board, topic)
    join(board, topic)
    assert [unread.name for unread in board.unread()] == [topic]
    assert not board.unread()
    board.forget_figures()
    assert [unread.name for unread in board.unread()] == [topic]


def test_allocation_forgotten_while_it_was_read_leaves_nothing_behind() -> None:
    board, topic = Board(), allocation_topic(ALLOCATION)
    stream = join(board, topic)
    forgotten = only(board, topic)
    board.leave(stream)
    board.draws_from(forgotten, POOL, TEAM)
    board.put(forgotten, b"late\n\n", LATER)
    assert (board._topics, board._of_pool) == ({}, {})


def test_quiet_stream_beats_and_a_dismissed_one_says_so() -> None:
    board = Board()
    quiet, dismissed = join(board), join(board)
    quiet.beat()
    assert quiet._take() == BEAT
    dismissed.dismiss()
    assert take(dismissed) == [HELLO, RENEW]
