"""What is told: the types of API.md, and which of them an entry of the ledger is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import models
from django.utils.translation import gettext_lazy as _

from seats.models import LedgerEntry

MESSAGE = "msg_"
Kind = LedgerEntry.Kind
ENDED = {Kind.REVOKED, Kind.EXPIRED, Kind.HELD, Kind.LEFT}
# As many events as one entry can be, so that all of an organisation stand in one order.
MOST_OF_AN_ENTRY = 4


class Type(models.TextChoices):
    ENROLMENT_CREATED = "enrolment.created", _("Somebody was enrolled")
    ENROLMENT_ENDED = "enrolment.ended", _("An enrolment ended: revoked, expired or left")
    POOL_CHANGED = "pool.changed", _("Seats, use, teams or terms of a pool changed")
    POOL_THRESHOLD = "pool.threshold", _("So much of a pool is in use")
    REQUEST_CREATED = "request.created", _("A manager asked for seats")
    REQUEST_DECIDED = "request.decided", _("A request was approved or declined")
    TEST = "test", _("A test")


# What an endpoint may ask for; a test is sent by hand.
OFFERED = [choice for choice in Type.choices if choice[0] != Type.TEST]
THRESHOLDS = (80, 100)


@dataclass(frozen=True, slots=True)
class Event:
    """What an entry is told as; `threshold` in per cent where one was reached."""

    type: Type
    threshold: int | None = None


def events_of(entry: LedgerEntry, thresholds: Sequence[int]) -> Iterator[Event]:
    """Give the events that an entry is. What moves stock alone is none."""
    if entry.pool_id is None:
        return
    if entry.kind == Kind.ENROLLED:
        yield Event(Type.ENROLMENT_CREATED)
    if entry.kind in ENDED:
        yield Event(Type.ENROLMENT_ENDED)
    yield Event(Type.POOL_CHANGED)
    reached = reached_by(entry, thresholds)
    if reached is not None:
        yield Event(Type.POOL_THRESHOLD, reached)


def reached_by(entry: LedgerEntry, thresholds: Sequence[int]) -> int | None:
    """Return the highest threshold that the entry reached from below, or None.

    By more use or by less capacity; a pool without a limit, or that nobody uses, reaches none.
    """
    used, capacity = entry.used_after or 0, entry.capacity_after
    if capacity is None:
        return None
    before = used - entry.used_moved, capacity - entry.capacity_moved
    reached = [
        each
        for each in thresholds
        if _is_reached(each, used, capacity) and not _is_reached(each, *before)
    ]
    return max(reached, default=None)


def message_id(about: UUID, event_type: str) -> UUID:
    """Return the id of an event: of the same thing and type always the same."""
    return uuid5(about, event_type)


def _is_reached(threshold: int, used: int, capacity: int) -> bool:
    return used > 0 and used * 100 >= threshold * capacity
