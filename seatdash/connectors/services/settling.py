"""What an admin does about what is left: try again, end it there, enrol whoever is only there."""

from uuid import UUID

from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.connectors.errors import SwitchedOff
from seatdash.connectors.models import Connection, CourseAccess, FoundThere
from seatdash.connectors.services.connecting import lock
from seatdash.connectors.services.queueing import work_soon
from seatdash.connectors.services.wanting import again
from seatdash.tenancy import atomically
from seats import clock
from seats.models import Allocation
from seats.services.enrolment import Line
from seats.services.joining import enrol_people
from teams.services import Person

State = CourseAccess.State


@atomically
def retry(*, actor: Member, connection: Connection, access: UUID | None = None) -> int:
    """Tell once more what failed or waits for its next attempt: one of them, or all.

    Answers how many. Raises SwitchedOff.
    """
    locked = _lock_working(connection)
    rows = CourseAccess.objects.of(locked).exclude(state=State.SYNCED)
    chosen = list(rows.filter(pk=access) if access else rows)
    locked.not_before = None
    locked.save(update_fields=["not_before"])
    work_soon(locked.organisation_id, locked.pk)
    return again(locked, chosen)


@atomically
def end_there(*, actor: Member, found: FoundThere) -> None:
    """Have an access ended in the learning system that no seat here stands behind.

    Raises SwitchedOff.
    """
    locked = _lock_working(found.connection)
    found.state, found.attempts, found.next_at = FoundThere.State.ENDING, 0, clock.now()
    found.problem = ""
    found.save(update_fields=["state", "attempts", "next_at", "problem"])
    work_soon(locked.organisation_id, locked.pk)


@atomically
def enrol_found(
    *, actor: Member, found: FoundThere, allocation: Allocation, reason: str = ""
) -> Line:
    """Give somebody who is only in the learning system a seat here, by the rules of enrolling.

    The terms are those of the pool: the end there becomes the one here. Raises as `enrol` does.
    """
    person = Person(found.email, found.name)
    why = reason or _("found in %(system)s") % {"system": found.connection}
    (line,) = enrol_people(actor=actor, allocation=allocation, people=[person], reason=why)
    found.delete()
    return line


def _lock_working(connection: Connection) -> Connection:
    locked = lock(connection)
    if not locked.is_on:
        raise SwitchedOff(_("Switch it on first."))
    return locked
