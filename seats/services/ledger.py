"""The ledger: the one place that moves counters and writes entries, always both together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from orgs.ids import array_of, new_id
from orgs.models import Member
from orgs.plans import MANY
from seats import clock
from seats.models import Allocation, Enrolment, LedgerEntry, Pool, Product
from seats.services import ledger_sql
from seats.services.locks import check_room
from teams.models import Team

Kind = LedgerEntry.Kind
EndReason = Enrolment.EndReason


@dataclass(frozen=True, kw_only=True)
class Movement:
    """What happens to a product's stock (`stock`) and a pool's capacity (`capacity`), signed.

    The rows must be locked; `book` changes them, in memory and in the database.
    """

    kind: Kind
    product: Product
    pool: Pool | None = None
    team: Team | None = None
    enrolment: Enrolment | None = None
    stock: int = 0
    capacity: int = 0
    cap: int | None = None


def book(*movements: Movement, actor: Member | None, reason: str = "") -> None:
    """Apply movements in their order: the counters, then an entry with the balances after it."""
    with connection.cursor() as cursor:
        for movement in movements:
            _apply(movement)
            cursor.execute(ledger_sql.BOOK, _entry(movement, actor, reason))


def _apply(movement: Movement) -> None:
    product, pool = movement.product, movement.pool
    if movement.stock or pool is None:
        product.stock += movement.stock
        product.seq += 1
        check_room(product.stock)
        product.save(update_fields=["stock", "seq"])
    if pool is None:
        return
    if movement.capacity:
        pool.capacity = (pool.capacity or 0) + movement.capacity
        check_room(pool.capacity)
    pool.seq += 1
    pool.version += movement.enrolment is None
    pool.save(update_fields=["capacity", "seq", "version"])


def _entry(movement: Movement, actor: Member | None, reason: str) -> dict[str, Any]:
    product, pool, enrolment = movement.product, movement.pool, movement.enrolment
    stock_is_shown = movement.stock or pool is None
    return {
        "id": new_id(),
        "org": product.organisation_id,
        "at": clock.told(),
        "kind": str(movement.kind),
        "product": product.pk,
        "pool": pool and pool.pk,
        "team": movement.team and movement.team.pk,
        "enrolment": enrolment and enrolment.pk,
        "member": enrolment and enrolment.member_id,
        "actor": actor and actor.pk,
        "reason": reason,
        "stock": movement.stock,
        "capacity": movement.capacity,
        "stock_after": product.stock if stock_is_shown else None,
        "capacity_after": pool.capacity if pool else None,
        "used_after": pool.used if pool else None,
        "cap": movement.cap,
        "expires_at": enrolment and enrolment.expires_at,
        "seq": pool.seq if pool else product.seq,
    }


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one member: a new enrolment, or the one held already, or neither."""

    member_id: UUID
    enrolment_id: UUID | None
    is_new: bool
    expires_at: datetime | None


def take_seats(
    *, actor: Member, allocation: Allocation, members: Sequence[UUID], reason: str = ""
) -> list[Taken]:
    """Enrol all of `members` who hold no seat of the pool yet, or none of them; one statement.

    Answers in the order given. Where it may not be, for whatever reason, nobody is enrolled.
    """
    rows = ledger_sql.run(
        ledger_sql.TAKE,
        {
            "org": allocation.organisation_id,
            "team": allocation.team_id,
            "pool": allocation.pool_id,
            "allocation": allocation.pk,
            "actor": actor.pk,
            "members": array_of(members),
            "enrolments": array_of(new_id() for _ in members),
            "entries": array_of(new_id() for _ in members),
            "reason": reason,
            "now": clock.told(),
        },
        many=len(members) > MANY,
    )
    taken = {row[0]: Taken(*row) for row in rows}
    return [taken[member] for member in members]


def free_seats(
    *,
    actor: Member | None,
    organisation_id: UUID,
    enrolments: Iterable[UUID],
    end_reason: EndReason,
    reason: str = "",
) -> list[UUID]:
    """End live enrolments whose pools and allocations are locked; one statement.

    An expired enrolment that is not reusable keeps its seat. Answers the ids of those that ended.
    """
    ids = list(enrolments)
    rows = ledger_sql.run(
        ledger_sql.FREE,
        {
            "org": organisation_id,
            "actor": actor and actor.pk,
            "reason": reason,
            "now": clock.told(),
            "end_reason": str(end_reason),
            "enrolments": array_of(ids),
            "entries": array_of(new_id() for _ in ids),
        },
        many=len(ids) > MANY,
    )
    return [row[0] for row in rows]


@dataclass(frozen=True, slots=True)
class Place:
    """A seat through an allocation for one member, until an end of its own."""

    allocation_id: UUID
    member_id: UUID
    expires_at: datetime | None
    reusable: bool


def place(
    *, actor: Member, organisation_id: UUID, places: Sequence[Place], reason: str = ""
) -> list[UUID]:
    """Enrol members in locked pools and allocations that have room for all; one statement.

    Answers the ids of the new enrolments.
    """
    rows = ledger_sql.run(
        ledger_sql.PLACE,
        {
            "org": organisation_id,
            "actor": actor.pk,
            "reason": reason,
            "now": clock.told(),
            "allocations": array_of(each.allocation_id for each in places),
            "members": array_of(each.member_id for each in places),
            "ends": [each.expires_at for each in places],
            "reusable": [each.reusable for each in places],
            "enrolments": array_of(new_id() for _ in places),
            "entries": array_of(new_id() for _ in places),
        },
        many=len(places) > MANY,
    )
    return [row[0] for row in rows]


def move_ends(
    *,
    actor: Member,
    organisation_id: UUID,
    ends: Mapping[UUID, datetime | None],
    reason: str = "",
) -> list[UUID]:
    """Move the ends of live enrolments, by id, whose pools are locked; one statement."""
    rows = ledger_sql.run(
        ledger_sql.MOVE_ENDS,
        {
            "org": organisation_id,
            "actor": actor.pk,
            "reason": reason,
            "now": clock.told(),
            "enrolments": array_of(ends),
            "ends": list(ends.values()),
            "entries": array_of(new_id() for _ in ends),
        },
        many=len(ends) > MANY,
    )
    return [row[0] for row in rows]
