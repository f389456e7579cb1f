"""A round of sending to one endpoint: what a worker takes to be sent, by lanes.

Between taking and recording no transaction is open. A worker that dies in between leaves its claim,
which ends by itself; what it had sent without recording it is sent again, under the same ids.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from seatdash import tenancy
from seatdash.secrets import UnreadableSecretError, decrypt
from seatdash.webhooks.models import Delivery, Endpoint
from seatdash.webhooks.payloads import bodies_of
from seatdash.webhooks.services.pauses import MANY_FAILURES
from seatdash.webhooks.services.queueing import AT_ONCE, queue_entries
from seats import clock

# Longer than a round takes: it begins nothing after SECONDS_TO_BEGIN, and no request takes longer
# than outgoing.SECONDS.
CLAIM = timedelta(seconds=45)
SECONDS_TO_BEGIN = 10.0
# The ledger is read in so many parts at most in one transaction.
MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Message:
    delivery_id: UUID
    message_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be sent to one endpoint now: each lane in its order, the lanes side by side."""

    organisation_id: UUID
    endpoint_id: UUID
    address: str
    keys: list[str] = field(repr=False)
    lanes: list[list[Message]]


def endpoints_due() -> list[tuple[UUID, UUID]]:
    """Return the organisation and the id of each endpoint where something is to be done."""
    # One question for all of them, twice a second.
    with tenancy.system():
        due = Endpoint.objects.due().order_by("due_at")
        return list(due.values_list("organisation_id", "pk"))


def take_round(organisation_id: UUID, endpoint_id: UUID) -> Round | None:
    """Claim an endpoint and return what is to be sent to it; None where another worker has it."""
    with tenancy.scope(organisation_id):
        rows = Endpoint.objects.due().select_for_update(no_key=True, skip_locked=True)
        endpoint = rows.filter(pk=endpoint_id).first()
        if endpoint is None:
            return None
        endpoint.claimed_until, endpoint.due_at = clock.now() + CLAIM, None
        lanes = _lanes(endpoint)
        endpoint.save(update_fields=["claimed_until", "due_at", "position"])
        return Round(organisation_id, endpoint_id, endpoint.address, keys_of(endpoint), lanes)


def keys_of(endpoint: Endpoint) -> list[str]:
    """Return the secrets to sign with: the present one, and the one before while it is good.

    Those that no known SECRET_KEY opens are left out.
    """
    secrets, until = [endpoint.secret], endpoint.old_secret_until
    if endpoint.old_secret and until and until > clock.now():
        secrets.append(endpoint.old_secret)
    keys = []
    for secret in secrets:
        with suppress(UnreadableSecretError):
            keys.append(decrypt(bytes(secret)))
    return keys


def _lanes(endpoint: Endpoint) -> list[list[Message]]:
    if endpoint.rest_until and endpoint.rest_until > clock.now():
        return []
    rows = _read_on(endpoint)
    if endpoint.failures >= MANY_FAILURES:
        # One is sent to see whether the receiver is back; rather one that has not failed yet.
        rows = sorted(_heads(rows), key=lambda row: row.tried)[:1]
    return _by_lane(rows)


def _read_on(endpoint: Endpoint) -> list[Delivery]:
    rows = _sendable(endpoint)
    for _part in range(MOST_PARTS):
        if len(rows) >= AT_ONCE:
            break
        if not queue_entries(endpoint):
            return rows
        rows = _sendable(endpoint)
    # The ledger may have more to read; it is gone on with at once.
    endpoint.due_at = clock.now()
    return rows


def _sendable(endpoint: Endpoint) -> list[Delivery]:
    return list(Delivery.objects.sendable(endpoint)[:AT_ONCE])


def _heads(rows: Sequence[Delivery]) -> list[Delivery]:
    heads: dict[UUID, Delivery] = {}
    for row in rows:
        heads.setdefault(row.lane, row)
    return list(heads.values())


def _by_lane(rows: Sequence[Delivery]) -> list[list[Message]]:
    bodies = bodies_of(rows)
    _skip([row.pk for row in rows if row.pk not in bodies])
    # Sorting keeps the order within a lane.
    in_lanes = groupby(sorted(rows, key=lambda row: row.lane), key=lambda row: row.lane)
    lanes = [
        [Message(row.pk, row.message_id, bodies[row.pk]) for row in lane if row.pk in bodies]
        for _lane, lane in in_lanes
    ]
    return [lane for lane in lanes if lane]


def _skip(ids: Sequence[UUID]) -> None:
    # What it was about is no longer there to be told.
    if ids:
        Delivery.objects.filter(pk__in=ids).update(state=Delivery.State.SKIPPED)
