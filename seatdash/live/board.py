"""Which topics are watched, and by which streams."""

from collections.abc import Iterable, Iterator
from itertools import product
from uuid import UUID

from django.conf import settings

from seatdash.feed import Change
from seatdash.live.rights import Withdrawals
from seatdash.live.stream import Stream
from seatdash.live.tokens import Grant
from seats.counters import organisation_topic, pool_topic, product_topic

# A token may be made this long after the page has read its figures, or by a clock so much ahead.
PAGE_TAKES = 5.0


class Topic:
    """A counter that somebody watches, in one language; `frame` is its event, empty until it was
    first read.

    `since` is when the reader began to read it: a page made well after that shows the same.
    """

    __slots__ = (
        "frame",
        "id",
        "language",
        "name",
        "organisation_id",
        "pool_id",
        "since",
        "streams",
        "team_id",
    )

    def __init__(self, organisation_id: UUID, name: str, language: str) -> None:
        self.organisation_id = organisation_id
        self.name = name
        self.language = language
        self.id = topic_id(name)
        self.pool_id: UUID | None = None
        self.team_id: UUID | None = None
        self.frame = b""
        self.since = 0.0
        self.streams: set[Stream] = set()

    def is_news_to(self, stream: Stream) -> bool:
        return bool(self.frame) and self.since > stream.issued - PAGE_TAKES


def topic_id(name: str) -> UUID:
    """Return what a topic is about: the id in its name."""
    return UUID(name.partition("-")[2])


class Board:
    """Streams and topics find each other here. What nobody watches is not kept."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._topics: dict[tuple[UUID, str, str], Topic] = {}
        self._of_pool: dict[UUID, set[Topic]] = {}
        self._unread: set[Topic] = set()

    def join(self, stream: Stream, grant: Grant) -> None:
        """Let a stream watch what its page was granted, and catch up on what the page missed."""
        topics = [self._topic(grant, name) for name in grant.topics]
        stream.topics = tuple(topics)
        self.streams.add(stream)
        for topic in topics:
            topic.streams.add(stream)
            if topic.is_news_to(stream):
                stream.offer(topic)

    def leave(self, stream: Stream) -> None:
        self.streams.discard(stream)
        for topic in stream.topics:
            topic.streams.discard(stream)
            if not topic.streams:
                self._forget(topic)
        stream.topics = ()

    def unread(self) -> set[Topic]:
        """Take the topics of which nothing is known yet."""
        unread, self._unread = self._unread, set()
        return unread

    def forget_figures(self) -> None:
        """Have every topic read again, because changes may have gone by unseen."""
        self._unread = set(self._topics.values())

    def moved(self, changes: Iterable[Change]) -> Iterator[tuple[Topic, Change]]:
        """Find the watched topics that a change touches: product, pool, and who draws from it.

        The organisation too: some may be found more than once.
        """
        for change in changes:
            names = [organisation_topic(change.organisation_id), product_topic(change.product_id)]
            if change.pool_id:
                names.append(pool_topic(change.pool_id))
                yield from ((topic, change) for topic in self._of_pool.get(change.pool_id, ()))
            for name, (language, _name) in product(names, settings.LANGUAGES):
                if topic := self._topics.get((change.organisation_id, name, language)):
                    yield topic, change

    def draws_from(self, topic: Topic, pool_id: UUID | None, team_id: UUID | None) -> None:
        """Note which pool an allocation draws from, and for which team; that never changes."""
        if pool_id and topic.streams:
            topic.pool_id, topic.team_id = pool_id, team_id
            self._of_pool.setdefault(pool_id, set()).add(topic)

    def put(self, topic: Topic, frame: bytes, read_at: float) -> None:
        """Show new figures to everyone who watches."""
        topic.frame, topic.since = frame, read_at
        for stream in topic.streams:
            stream.offer(topic)

    def withdraw(self, withdrawals: Withdrawals) -> None:
        """End the streams of members whose rights changed after their page was made."""
        for stream in [*self.streams]:
            if withdrawals.cover(stream.member_id, stream.rights):
                stream.dismiss()

    def _topic(self, grant: Grant, name: str) -> Topic:
        key = grant.organisation_id, name, grant.language
        topic = self._topics.get(key)
        if topic is None:
            topic = self._topics[key] = Topic(*key)
            self._unread.add(topic)
        return topic

    def _forget(self, topic: Topic) -> None:
        self._topics.pop((topic.organisation_id, topic.name, topic.language), None)
        self._unread.discard(topic)
        if topic.pool_id and (others := self._of_pool.get(topic.pool_id)):
            others.discard(topic)
            if not others:
                del self._of_pool[topic.pool_id]
