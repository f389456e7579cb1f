"""The newest events of a type, for those who poll, or who want to see one before they subscribe."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from seatdash.webhooks.events import ENDED, THRESHOLDS, Kind, Type, reached_by
from seatdash.webhooks.models import Delivery
from seatdash.webhooks.payloads import OF_REQUESTS, bodies_of
from seats.models import LedgerEntry, SeatRequest

# Of so many entries it is asked whether they reached a threshold.
LOOKED_THROUGH = 5_000
KINDS = {Type.ENROLMENT_CREATED: {Kind.ENROLLED}, Type.ENROLMENT_ENDED: ENDED}


def newest_of(organisation_id: UUID, event_type: Type, limit: int) -> list[dict[str, Any]]:
    """Return the newest events of a type, the newest first, under the ids they are sent with."""
    rows = list(_rows(organisation_id, event_type, limit))
    bodies = bodies_of(rows)
    return [{"id": row.message_id} | json.loads(bodies[row.pk]) for row in rows]


def _rows(organisation_id: UUID, event_type: Type, limit: int) -> Iterator[Delivery]:
    if event_type in OF_REQUESTS:
        for pk in _requests(organisation_id, event_type)[:limit]:
            yield Delivery(type=event_type, about=pk)
    elif event_type == Type.POOL_THRESHOLD:
        yield from _crossings(organisation_id, limit)
    else:
        entries = _entries(organisation_id)
        if event_type in KINDS:
            entries = entries.filter(kind__in=KINDS[event_type])
        for pk in entries.values_list("pk", flat=True)[:limit]:
            yield Delivery(type=event_type, about=pk)


def _crossings(organisation_id: UUID, limit: int) -> Iterator[Delivery]:
    found = 0
    for entry in _entries(organisation_id)[:LOOKED_THROUGH]:
        reached = reached_by(entry, THRESHOLDS)
        if reached is not None and found < limit:
            found += 1
            yield Delivery(type=Type.POOL_THRESHOLD, about=entry.pk, threshold=reached)


def _entries(organisation_id: UUID) -> Any:
    in_pools = LedgerEntry.objects.for_org(organisation_id).filter(pool__isnull=False)
    return in_pools.newest_first()


def _requests(organisation_id: UUID, event_type: Type) -> Any:
    requests = SeatRequest.objects.for_org(organisation_id)
    if event_type == Type.REQUEST_DECIDED:
        requests = requests.filter(decided_at__isnull=False).order_by("-decided_at", "-id")
    else:
        requests = requests.order_by("-asked_at", "-id")
    return requests.values_list("pk", flat=True)
