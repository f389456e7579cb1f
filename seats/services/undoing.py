"""Undoing what was just done: a revocation gives the seats again, a transfer goes back.

What may be undone is told by a ticket: signed, good for ten minutes, naming the transaction that
did it. Whoever did it may undo it, and every admin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import connection
from django.utils.translation import gettext as _

from orgs.errors import spelled
from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import (
    Archived,
    CannotUndo,
    ChangedMeanwhile,
    NotAllocated,
    NotInTeam,
    TooLate,
    UndoneAlready,
)
from seats.models import Allocation, Enrolment, LedgerEntry, Pool
from seats.querysets import LedgerQuerySet
from seats.services.archive import archive_pool
from seats.services.expiry import expire_in_pool
from seats.services.ledger import Kind
from seats.services.locks import lock_memberships, lock_pools, moment_of_lock
from seats.services.placing import Placement, place_all
from seats.services.selection import people_of
from seats.services.transfer import Transfer, transfer

SALT = "seats.undo"
MINUTES = 10
TRANSFERRED = (Kind.TRANSFERRED_IN, Kind.TRANSFERRED_OUT)


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What was undone: `restored` enrolments (of the rest, `spared` needed none), or a transfer."""

    restored: int = 0
    spared: int = 0
    transfer: Transfer | None = None


def revocation_ticket() -> str:
    """Return the ticket that undoes the revocations of the open transaction."""
    return signing.dumps({"xid": _transaction()}, salt=SALT)


def transfer_ticket(done: Transfer) -> str:
    """Return the ticket that undoes a transfer made in the open transaction."""
    sides = {each.kind: each for each in _entries(_transaction(), *TRANSFERRED).order_by("pk")}
    pair = [sides[kind] for kind in TRANSFERRED]
    facts = {
        "pair": [str(entry.pk) for entry in pair],
        "seen": [entry.pool.version for entry in pair if entry.pool],
        "new": done.taking.pool is None,
    }
    return signing.dumps(facts, salt=SALT)


@atomically
def undo(*, actor: Member, ticket: str) -> Undone:
    """Undo what a ticket tells of, all of it or nothing; booked as what it is.

    Raises TooLate, UndoneAlready, CannotUndo, and what enrolling and a transfer raise.
    """
    facts = _read(ticket)
    if "pair" in facts:
        return _undo_transfer(actor, facts)
    return _undo_revocation(actor, facts["xid"])


def teams_of(*, actor: Member, ticket: str) -> set[UUID]:
    """Return the teams that undoing concerns, for whoever asks what the actor may see of them."""
    facts = _read(ticket)
    if "pair" in facts:
        entries = LedgerEntry.objects.filter(pk__in=facts["pair"])
    else:
        entries = _entries(facts["xid"], Kind.REVOKED)
    entries = entries.for_org(actor.organisation_id)
    return {entry.team_id for entry in entries if entry.team_id}


def _transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        xid: int = cursor.fetchone()[0]
    return xid


def _read(ticket: str) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = signing.loads(ticket, salt=SALT, max_age=MINUTES * 60)
    except signing.SignatureExpired as error:
        raise TooLate(_("It could be undone for %(n)s minutes.") % {"n": MINUTES}) from error
    except signing.BadSignature as error:
        raise CannotUndo(_("Go back to the page and look at what is so now.")) from error
    return facts


def _entries(xid: int, *kinds: Kind) -> LedgerQuerySet:
    return LedgerEntry.objects.filter(xid=xid, kind__in=kinds).select_related("actor", "pool")


def _check_actor(actor: Member, entries: Sequence[LedgerEntry]) -> None:
    if not entries:
        raise CannotUndo(_("Go back to the page and look at what is so now."))
    doer = entries[0].actor
    if doer != actor and actor.role != Member.Role.ADMIN:
        raise CannotUndo(_("Ask %(name)s or an admin.") % {"name": doer})


# Revocations


def _undo_revocation(actor: Member, xid: int) -> Undone:
    entries = list(_entries(xid, Kind.REVOKED).for_org(actor.organisation_id))
    _check_actor(actor, entries)
    ended = Enrolment.objects.filter(pk__in=[entry.enrolment_id for entry in entries])
    before = list(ended.select_related("member", "team").order_by("pk"))
    _check_belonging(before)
    pools = lock_pools(actor.organisation_id, {each.pool_id for each in before})
    with clock.telling(clock.told() or moment_of_lock()):
        for pool in pools.values():
            expire_in_pool(pool)
        missing = _still_missing(before)
        if not missing:
            raise UndoneAlready(_("They are enrolled again, or their time is over."))
        places = _places(missing, pools)
        place_all(actor=actor, places=places, reason=_("undo of a revocation"))
    return Undone(restored=len(places), spared=len(before) - len(places))


def _check_belonging(before: Sequence[Enrolment]) -> None:
    # Memberships are held before pools are.
    teams = sorted({each.team_id for each in before})
    members = {each.member_id for each in before}
    belonging = {(team, member) for team in teams for member in lock_memberships(team, members)}
    outsiders = [each for each in before if (each.team_id, each.member_id) not in belonging]
    if outsiders:
        names = {"names": people_of(outsiders)}
        raise NotInTeam(_("Left the team: %(names)s.") % names, not_in_team=len(outsiders))


def _still_missing(before: Sequence[Enrolment]) -> list[Enrolment]:
    """Leave out who was enrolled again since, and whose end would have come by now."""
    later = Enrolment.objects.filter(
        pool__in={each.pool_id for each in before}, member__in={each.member_id for each in before}
    ).exclude(pk__in=[each.pk for each in before])
    since: dict[tuple[UUID, UUID], Any] = {}
    for pool, member, at in later.order_by("started_at").values_list(
        "pool_id", "member_id", "started_at"
    ):
        since[pool, member] = at
    return [each for each in before if _is_missing(each, since.get((each.pool_id, each.member_id)))]


def _is_missing(before: Enrolment, enrolled_again: Any) -> bool:
    assert before.ended_at is not None  # the ledger says that it was revoked
    if before.expires_at and before.expires_at <= clock.now():
        return False
    return enrolled_again is None or enrolled_again < before.ended_at


def _places(missing: Sequence[Enrolment], pools: dict[UUID, Pool]) -> list[Placement]:
    current = Allocation.objects.current().filter(pool__in=pools, team__in=_teams(missing))
    drawing = {(each.pool_id, each.team_id): each for each in current.select_related("pool")}
    for each in missing:
        pool = pools[each.pool_id]
        if pool.archived_at:
            raise Archived(_("%(name)s is archived.") % {"name": pool})
        if (each.pool_id, each.team_id) not in drawing:
            facts = {"team": each.team, "pool": pool}
            raise NotAllocated(_("%(team)s no longer draws on %(pool)s.") % facts)
    return [Placement(each, drawing[each.pool_id, each.team_id]) for each in missing]


def _teams(enrolments: Sequence[Enrolment]) -> set[UUID]:
    return {each.team_id for each in enrolments}


# Transfers


def _undo_transfer(actor: Member, facts: dict[str, Any]) -> Undone:
    pair = LedgerEntry.objects.filter(pk__in=facts["pair"]).for_org(actor.organisation_id)
    entries = list(pair.select_related("actor", "pool", "product", "team"))
    _check_actor(actor, entries)
    if actor.role != Member.Role.ADMIN:
        raise CannotUndo(_("Ask an admin."))
    sides = {entry.kind: entry for entry in entries}
    given, taken = sides[Kind.TRANSFERRED_OUT], sides[Kind.TRANSFERRED_IN]
    assert given.team
    assert taken.team
    assert taken.pool
    back = _transfer_back(actor, given, taken, facts["seen"])
    if facts["new"]:
        archive_pool(actor=actor, pool=taken.pool, reason=_("undo of a transfer"))
    return Undone(transfer=back)


def _transfer_back(
    actor: Member, given: LedgerEntry, taken: LedgerEntry, seen: tuple[int, int]
) -> Transfer:
    assert given.team
    assert taken.team
    try:
        back = transfer(
            actor=actor,
            product=given.product,
            source=taken.team,
            target=given.team,
            seats=taken.capacity_moved,
            reason=_("undo of a transfer"),
            seen=(seen[0], seen[1]),
        )
    except ChangedMeanwhile as error:
        raise UndoneAlready(
            _("One of the pools was changed since, maybe by undoing it. Transfer the seats back.")
        ) from error
    over = back.giving.over_after
    if over > back.giving.over_before:
        detail = _("%(team)s uses %(over)s of the seats by now. Transfer back fewer.")
        raise CannotUndo(detail % spelled(team=taken.team, over=over), used=back.giving.used)
    return back
