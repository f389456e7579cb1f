"""Linking: every committed ledger entry gets its place in the chain of its organisation.

It is done after the commit, by the worker or by whoever is about to read the chain, so that no
enrolment ever waits for it. Two at once do no harm: they take turns, organisation by organisation.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.db import connection

from orgs.models import Organisation
from seatdash import tenancy
from seats.services import chaining_sql

MOST_AT_ONCE = 10_000

log = logging.getLogger(__name__)


class Until(TypedDict):
    """A snapshot: the transactions to come, and those that were running."""

    ahead: int
    running: list[int]


class NotLinkedError(Exception):
    """Some organisation's entries could not be linked; those of the ones `linked` were."""

    def __init__(self, failed: Sequence[UUID], linked: Sequence[UUID]) -> None:
        super().__init__(", ".join(map(str, failed)))
        self.linked = [*linked]


def never() -> bool:
    return False


def link_new_entries(stopping: Callable[[], bool] = never) -> list[UUID]:
    """Link what has been committed and has no link yet, in every organisation.

    Answers the organisations with entries that were not there the last time, whoever linked them.
    To be called outside any transaction: each batch is one. Asked between batches, `stopping` may
    end it early; the next call goes on from there. Raises `NotLinkedError` where one organisation
    failed, after all others are done.
    """
    # What is new is new in any of them; each is then linked in its own scope.
    with tenancy.system():
        news = _look()
    failed = [each for each, since in news.unlinked if not _is_linked(each, since, stopping)]
    linked = [each for each in news.organisations if each not in failed]
    if failed:
        raise NotLinkedError(failed, linked)
    if stopping():
        return []
    if linked:
        _remember(news)
    return linked


def link_entries_of(organisation: Organisation) -> int:
    """Link an organisation's entries that have no link yet, within its scope; answers how many."""
    return sum(_link(each, since, never) for each, since in _look(organisation.pk).unlinked)


def link_all_of(organisation: Organisation) -> Until:
    """Link as `link_entries_of`; answers the snapshot under which all that was visible is linked.

    An entry that has no link after that, though it was visible, is outside the chain.
    """
    news = _look(organisation.pk)
    for each, since in news.unlinked:
        _link(each, since, never)
    return news.until


@dataclass(frozen=True, slots=True)
class _News:
    """Where entries are new, under which snapshot, and since when some have no link."""

    until: Until
    since: Mapping[UUID, datetime | None]

    @property
    def organisations(self) -> list[UUID]:
        return [*self.since]

    @property
    def unlinked(self) -> list[tuple[UUID, datetime]]:
        return [(each, since) for each, since in self.since.items() if since]


def _look(organisation_id: UUID | None = None) -> _News:
    with connection.cursor() as cursor:
        cursor.execute(chaining_sql.KNOWN)
        known = cursor.fetchone()
        ahead, running = known or (0, [])
        params: dict[str, Any] = {"org": organisation_id, "ahead": ahead, "running": running}
        cursor.execute(chaining_sql.NEW if known else chaining_sql.ANY, params)
        rows = cursor.fetchall()
    until = Until(ahead=rows[0][0], running=rows[0][1])
    return _News(until, {row[2]: row[3] for row in rows if row[2]})


def _remember(news: _News) -> None:
    # One row for the whole installation; no organisation owns it.
    with tenancy.system(), connection.cursor() as cursor:
        params: dict[str, Any] = {**news.until}
        cursor.execute(chaining_sql.UNTIL_HERE, params)


def _is_linked(organisation_id: UUID, since: datetime, stopping: Callable[[], bool]) -> bool:
    try:
        _link(organisation_id, since, stopping)
    except Exception:
        log.exception("Entries of the organisation %s could not be linked", organisation_id)
        return False
    return True


def _link(organisation_id: UUID, since: datetime, stopping: Callable[[], bool]) -> int:
    linked, reached = 0, since
    while not stopping():
        many, last = _link_some(organisation_id, reached)
        linked, reached = linked + many, last or reached
        if many < MOST_AT_ONCE:
            break
    return linked


def _link_some(organisation_id: UUID, since: datetime) -> tuple[int, datetime | None]:
    params: dict[str, Any] = {"org": organisation_id, "since": since, "most": MOST_AT_ONCE}
    with tenancy.scope(organisation_id), connection.cursor() as cursor:
        # A statement of its own: the next one sees what whoever held the lock has linked.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_of(organisation_id)])
        cursor.execute(chaining_sql.LINK, params)
        row: tuple[int, datetime | None] = cursor.fetchone()
    return row


def _lock_of(organisation_id: UUID) -> int:
    return int.from_bytes(organisation_id.bytes[8:], signed=True)
