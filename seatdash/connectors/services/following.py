"""Following the ledger's chain: whoever an entry touches is reckoned anew, then told."""

from collections.abc import Iterable
from uuid import UUID

from seatdash import tenancy
from seatdash.connectors.models import Connection
from seatdash.connectors.services.queueing import work_soon
from seatdash.connectors.services.wanting import want
from seats.models import LedgerEntry, Link

PAGE = 1_000


def follow_ledger(organisations: Iterable[UUID]) -> None:
    """Have the worker see to the connections of organisations whose ledgers have moved."""
    for organisation in organisations:
        with tenancy.scope(organisation):
            for connection in Connection.objects.working():
                work_soon(organisation, connection.pk)


def catch_up(organisation: UUID, connection: UUID) -> int:
    """Reckon anew whoever was touched since this connection looked; answers how many changed."""
    changed = 0
    while (found := _next_page(organisation, connection)) is not None:
        changed += found
    return changed


def latest_position(organisation: UUID) -> int:
    """Return the position of the latest entry in the chain; 0 where there is none."""
    head = Link.objects.for_org(organisation).head()
    return head.position if head else 0


def _next_page(organisation: UUID, connection: UUID) -> int | None:
    """Read a page of the chain; answers how many wishes it changed, None at the end."""
    with tenancy.scope(organisation):
        locked = Connection.objects.working().locked().filter(pk=connection).first()
        if locked is None:
            return None
        entries = list(LedgerEntry.objects.for_org(organisation).after(locked.position)[:PAGE])
        if not entries:
            return None
        changed = want(locked, (each.member_id for each in entries if each.member_id))
        locked.position = entries[-1].position
        locked.save(update_fields=["position"])
    return changed
