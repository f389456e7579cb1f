"""The log of calls, and how many each token has made: noted in memory, written once a second.

A call waits for neither. What one process has noted and not written yet, others learn within that
second; a process that is killed takes a second of the log with it, and nothing else.
"""

from __future__ import annotations

import atexit
import logging
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from threading import Event, Lock, Thread
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection

from orgs.ids import array_of, new_id
from seatdash import tenancy

SECONDS_BETWEEN = 1.0
# While the database is away: of so many calls the first are forgotten.
MOST_NOTES = 20_000
LOGGED: tuple[str, ...] = (
    "token_id",
    "at",
    "method",
    "path",
    "status",
    "key",
    "milliseconds",
    "request_id",
)
LOGGED += ("times", "body", "answer")

# A token is noted as used once a minute; its calls are counted in the minute that is, so a count
# that comes late, of a minute that is over, changes nothing.
COUNT: LiteralString = """
    UPDATE api_token AS token SET
        spent = CASE WHEN minute = noted.at_minute THEN spent + noted.calls ELSE noted.calls END,
        minute = noted.at_minute,
        last_used_at = CASE WHEN last_used_at > noted.at - interval '1 minute' THEN last_used_at
            ELSE noted.at END
    FROM (SELECT * FROM unnest(%(tokens)s::uuid[], %(minutes)s::timestamptz[],
        %(calls)s::integer[], %(ats)s::timestamptz[]) AS noted (id, at_minute, calls, at)) AS noted
    WHERE token.organisation_id = %(org)s AND token.id = noted.id
        AND (minute IS NULL OR minute <= noted.at_minute)
"""

# A thousand rows in as many microseconds: the calls wait while this thread works in Python.
LOG: LiteralString = """
    INSERT INTO api_call (id, organisation_id, token_id, at, method, path, status, key,
        milliseconds, request_id, times, body, answer)
    SELECT id, %(org)s, token, at, method, path, status, key, milliseconds, request_id, times, body,
        answer
    FROM unnest(%(ids)s::uuid[], %(token_id)s::uuid[], %(at)s::timestamptz[], %(method)s::text[],
        %(path)s::text[], %(status)s::smallint[], %(key)s::text[], %(milliseconds)s::integer[],
        %(request_id)s::text[], %(times)s::integer[], %(body)s::text[], %(answer)s::text[])
        AS noted (id, token, at, method, path, status, key, milliseconds, request_id, times, body,
            answer)
"""
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A call that was answered, as the log will have it."""

    organisation_id: UUID
    token_id: UUID
    at: datetime
    method: str
    path: str
    status: int
    key: str
    milliseconds: int
    request_id: str
    body: str = ""
    answer: str = ""
    times: int = 1
    # Of several alike that did nothing, one is kept with their number.
    folds: bool = False

    @property
    def minute(self) -> datetime:
        return minute_of(self.at)


class Journal:
    """What this process has noted. `write` is called by one thread at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._notes: deque[Note] = deque(maxlen=MOST_NOTES)
        self._counts: Counter[tuple[UUID, datetime]] = Counter()

    def note(self, note: Note) -> None:
        with self._lock:
            self._notes.append(note)
            self._counts[note.token_id, note.minute] += 1

    def unwritten(self, token_id: UUID, minute: datetime) -> int:
        """Return how many calls of a minute the database has not been told of."""
        return self._counts.get((token_id, minute), 0)

    def forget(self) -> None:
        """Throw away what was noted and not written."""
        with self._lock:
            self._notes.clear()
            self._counts.clear()

    def write(self) -> int:
        """Write all that was noted; answers how many calls that were."""
        with self._lock:
            notes = list(self._notes)
            self._notes.clear()
        notes.sort(key=attrgetter("organisation_id"))
        try:
            for organisation_id, theirs in groupby(notes, attrgetter("organisation_id")):
                _write(organisation_id, list(theirs))
        finally:
            with self._lock:
                self._counts -= Counter((note.token_id, note.minute) for note in notes)
        return len(notes)


journal = Journal()


def keep_writing() -> None:
    """Write from now on, in a thread of its own, until the process ends."""
    over = Event()
    thread = Thread(target=_until, args=[over], name="journal", daemon=True)
    thread.start()

    def stop() -> None:
        over.set()
        thread.join(SECONDS_BETWEEN * 5)

    atexit.register(stop)


def _until(over: Event) -> None:
    is_last = False
    while not is_last:
        is_last = over.wait(SECONDS_BETWEEN)
        try:
            journal.write()
        except Exception:
            log.exception("The log of calls could not be written.")
        finally:
            connection.close()


def _write(organisation_id: UUID, notes: Sequence[Note]) -> None:
    with tenancy.scope(organisation_id):
        _log(organisation_id, list(_folded(notes)))
        _count(organisation_id, notes)


def _folded(notes: Iterable[Note]) -> Iterable[Note]:
    alike: dict[tuple[object, ...], Note] = {}
    for note in notes:
        if not note.folds:
            yield note
            continue
        key = (note.token_id, note.method, note.path, note.status)
        former = alike.get(key)
        alike[key] = _together(former, note) if former else note
    yield from alike.values()


def _together(former: Note, note: Note) -> Note:
    longest = max(former.milliseconds, note.milliseconds)
    return replace(note, times=former.times + 1, milliseconds=longest)


def _log(organisation_id: UUID, notes: Sequence[Note]) -> None:
    columns = zip(*(tuple(getattr(note, name) for name in LOGGED) for note in notes), strict=True)
    params: dict[str, Any] = dict(zip(LOGGED, map(list, columns), strict=True))
    params |= {"org": organisation_id, "ids": array_of(new_id() for _ in notes)}
    params["token_id"] = array_of(note.token_id for note in notes)
    with connection.cursor() as cursor:
        cursor.execute(LOG, params)


def _count(organisation_id: UUID, notes: Sequence[Note]) -> None:
    latest: dict[UUID, Note] = {}
    for note in notes:
        former = latest.get(note.token_id)
        if former is None or former.at < note.at:
            latest[note.token_id] = note
    counts = Counter((note.token_id, note.minute) for note in notes)
    tokens = sorted(latest)
    params: dict[str, Any] = {
        "org": organisation_id,
        "tokens": array_of(tokens),
        "minutes": [latest[token].minute for token in tokens],
        "calls": [counts[token, latest[token].minute] for token in tokens],
        "ats": [latest[token].at for token in tokens],
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, params)


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
