"""What is to be told to whom: the ledger read on from where each endpoint stands, and requests.

An endpoint's position moves in the transaction that writes its deliveries, so that nothing of the
ledger is told twice or never, whenever the process dies.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from orgs.ids import new_id
from seatdash import tenancy
from seatdash.webhooks.events import MOST_OF_AN_ENTRY, Type, events_of
from seatdash.webhooks.models import Delivery, Endpoint
from seats import clock
from seats.models import LedgerEntry, SeatRequest

AT_ONCE = 500


def entries_are_there(organisations: list[UUID]) -> None:
    """Have the ledger of these organisations looked at, for their endpoints."""
    # The worker's own business, in all of them at once.
    with tenancy.system():
        active = Endpoint.objects.active().filter(organisation__in=organisations)
        active.filter(_later()).update(due_at=clock.now())


def look_at_all() -> None:
    """Have every active endpoint looked at, in case that nobody was told of something."""
    # The worker's own business, in all of them at once.
    with tenancy.system():
        idle = Endpoint.objects.active().filter(due_at__isnull=True, claimed_until__isnull=True)
        idle.update(due_at=clock.now())


def queue_entries(endpoint: Endpoint) -> bool:
    """Queue what the ledger has after the endpoint's position, a part of it; says if there was any.

    The endpoint is locked, and is saved by whoever locked it.
    """
    entries = LedgerEntry.objects.for_org(endpoint.organisation_id).after(endpoint.position)
    found = list(entries[:AT_ONCE])
    if not found:
        return False
    Delivery.objects.bulk_create(each for entry in found for each in _of_entry(endpoint, entry))
    endpoint.position = _position(found[-1])
    return True


def request_was(request: SeatRequest) -> None:
    """Queue that a request was made or decided, in the transaction that does it."""
    is_new = request.status == SeatRequest.Status.OPEN
    event_type = Type.REQUEST_CREATED if is_new else Type.REQUEST_DECIDED
    endpoints = Endpoint.objects.for_org(request.organisation_id).for_type(event_type)
    told = list(endpoints.only("pk", "organisation_id"))
    if not told:
        return
    Delivery.objects.bulk_create(
        _delivery(each, event_type, request.pk, lane=request.pk, turn=0 if is_new else 1)
        for each in told
    )
    endpoints.active().filter(_later()).update(due_at=clock.now())


def _later() -> Q:
    # What is due already stays so: no row is written for nothing.
    return Q(due_at__isnull=True) | Q(due_at__gt=clock.now())


def _of_entry(endpoint: Endpoint, entry: LedgerEntry) -> Iterator[Delivery]:
    for number, event in enumerate(events_of(entry, endpoint.thresholds)):
        if event.type in endpoint.types:
            assert entry.pool_id is not None
            yield _delivery(
                endpoint,
                event.type,
                entry.pk,
                lane=entry.pool_id,
                turn=_position(entry) * MOST_OF_AN_ENTRY + number,
                threshold=event.threshold,
            )


def _position(entry: LedgerEntry) -> int:
    # Annotated by `after`.
    position: int = entry.position
    return position


def _delivery(
    endpoint: Endpoint,
    event_type: Type,
    about: UUID,
    *,
    lane: UUID,
    turn: int,
    threshold: int | None = None,
) -> Delivery:
    now = clock.now()
    return Delivery(
        id=new_id(),
        organisation_id=endpoint.organisation_id,
        endpoint_id=endpoint.pk,
        type=event_type,
        about=about,
        threshold=threshold,
        lane=lane,
        turn=turn,
        next_at=now,
        created_at=now,
    )
