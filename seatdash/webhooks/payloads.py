"""What an event says: figures and times of the ledger's entry itself, names as they are now.

Nothing of it is kept: who is erased is not in what is sent later. docs/webhooks.md has an example
of each, and a test compares them with what is sent.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from orgs.models import Member
from seatdash.webhooks.events import Type
from seatdash.webhooks.models import Delivery
from seats.models import LedgerEntry, Pool, Product, SeatRequest
from seats.services.discretion import Discretion, discretion_of
from teams.models import Team

Json = dict[str, Any]
OF_REQUESTS = {Type.REQUEST_CREATED, Type.REQUEST_DECIDED}


def bodies_of(deliveries: Iterable[Delivery]) -> dict[UUID, str]:
    """Return the body of each delivery, by its id; none for one whose thing is no longer there."""
    rows = list(deliveries)
    entries, requests = _entries(rows), _requests(rows)
    discretion = discretion_of(list(entries.values()))
    found: dict[UUID, Json] = {}
    for row in rows:
        if row.type == Type.TEST:
            found[row.pk] = _message(
                row, row.created_at, {"endpoint": {"id": str(row.endpoint_id)}}
            )
        elif entry := entries.get(row.about):
            found[row.pk] = _message(row, entry.at, _entry(row, entry, discretion))
        elif asked := requests.get(row.about):
            found[row.pk] = _message(row, *_request(row, asked))
    return {pk: _json(message) for pk, message in found.items()}


def _entries(rows: list[Delivery]) -> dict[UUID, LedgerEntry]:
    ids = {row.about for row in rows if row.type not in OF_REQUESTS}
    related = LedgerEntry.objects.select_related("product", "pool", "team", "member", "actor")
    return related.in_bulk(ids) if ids else {}


def _requests(rows: list[Delivery]) -> dict[UUID, SeatRequest]:
    ids = {row.about for row in rows if row.type in OF_REQUESTS}
    related = SeatRequest.objects.select_related("team", "product", "asked_by", "decided_by")
    return related.in_bulk(ids) if ids else {}


def _json(message: Json) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _message(row: Delivery, at: datetime, data: Json) -> Json:
    return {"type": row.type, "timestamp": _time(at), "data": data}


def _entry(row: Delivery, entry: LedgerEntry, discretion: Discretion) -> Json:
    names_people = discretion.tells_people(entry)
    data: Json = {
        "entry": {"id": str(entry.pk), "kind": entry.kind, "reason": discretion.reason(entry)},
        "product": _product(entry.product),
        "pool": _pool(entry),
        "team": entry.team and _team(entry.team),
        "actor": _who(entry.actor) if entry.actor and names_people else None,
    }
    if entry.enrolment_id and entry.member:
        member = _who(entry.member) | {"email": entry.member.email}
        data["enrolment"] = {"id": str(entry.enrolment_id), "expires_at": _time(entry.expires_at)}
        data["member"] = member if names_people else None
    if row.type == Type.ENROLMENT_ENDED:
        del data["enrolment"]["expires_at"]
    if row.type == Type.POOL_THRESHOLD:
        data["threshold"] = row.threshold
    return data


def _request(row: Delivery, asked: SeatRequest) -> tuple[datetime, Json]:
    data: Json = {
        "request": {"id": str(asked.pk), "seats": asked.seats, "reason": asked.reason},
        "product": _product(asked.product),
        "team": _team(asked.team),
        "asked_by": _who(asked.asked_by),
    }
    if row.type == Type.REQUEST_CREATED or not asked.decided_at:
        return asked.asked_at, data
    data["request"] |= {"status": asked.status, "answer": asked.answer}
    data["decided_by"] = asked.decided_by and _who(asked.decided_by)
    return asked.decided_at, data


def _product(product: Product) -> Json:
    return {
        "id": str(product.pk),
        "code": product.code,
        "name": product.name,
        "external_id": product.external_id or None,
    }


def _pool(entry: LedgerEntry) -> Json:
    pool, capacity, used = entry.pool, entry.capacity_after, entry.used_after or 0
    assert isinstance(pool, Pool)
    return {
        "id": str(pool.pk),
        "name": pool.name,
        "capacity": capacity,
        "used": used,
        "available": None if capacity is None else max(0, capacity - used),
        "capacity_moved": entry.capacity_moved,
        "used_moved": entry.used_moved,
    }


def _team(team: Team) -> Json:
    return {"id": str(team.pk), "name": team.name, "external_id": team.external_id or None}


def _who(member: Member) -> Json:
    return {"id": str(member.pk), "name": str(member)}


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
