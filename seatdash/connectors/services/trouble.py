"""What is done about a call that failed: when to try again, and whom it holds up."""

from datetime import timedelta
from enum import Enum, auto
from typing import Any
from uuid import UUID

from orgs.mail import write_to_each
from orgs.models import Member
from seatdash import tenancy
from seatdash.connectors.models import Connection
from seatdash.connectors.systems.interface import Busy, CredentialsRefused, SystemFailure
from seats import clock

# Growing pauses, in seconds: half a minute to a day. The last one goes on.
PAUSES = (30, 120, 600, 3600, 6 * 3600, 24 * 3600)
# So often in a row nothing got through, and the whole connection is left alone for a while.
TOO_OFTEN = 3
LONGEST = 500


class Step(Enum):
    """What comes after a step of a turn: the next one, something else, or the end of the turn."""

    GO_ON = auto()
    NOTHING = auto()
    STOP = auto()


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts that failed, from 1."""
    return timedelta(seconds=PAUSES[min(attempts, len(PAUSES)) - 1])


def note_trouble(connection: Connection, failure: SystemFailure) -> Step:
    """Keep in mind that a call failed; answers whether the connection may be called on.

    Too many calls: all of it waits as long as was asked for. Wrong credentials, or nothing got
    through several times in a row: all of it waits, longer each time.
    """
    now = clock.now()
    if isinstance(failure, Busy):
        _keep(connection, not_before=now + timedelta(seconds=failure.seconds))
        return Step.STOP
    tries = connection.failures + 1
    is_refused = isinstance(failure, CredentialsRefused)
    since = connection.failing_since or now
    if not is_refused and tries < TOO_OFTEN:
        _keep(connection, failures=tries, failing_since=since)
        return Step.GO_ON
    wait = pause(tries if is_refused else tries - TOO_OFTEN + 1)
    words = str(failure)[:LONGEST]
    _keep(connection, failures=tries, failing_since=since, not_before=now + wait, problem=words)
    return Step.STOP


def note_success(connection: Connection) -> None:
    """Keep in mind that it answered, and forget what was wrong before."""
    _keep(
        connection,
        failures=0,
        failing_since=None,
        admins_were_told=False,
        problem="",
        not_before=None,
        answered_at=clock.now(),
    )


def tell_admins_of_failing() -> None:
    """Write to the admins of every connection that has failed for a day; once, until it answers."""
    with tenancy.system():
        untold = Connection.objects.failing_long().untold()
        found = list(untold.values_list("organisation_id", "pk"))
    for organisation, pk in found:
        _tell_admins(organisation, pk)


def _tell_admins(organisation: UUID, pk: UUID) -> None:
    with tenancy.scope(organisation):
        untold = Connection.objects.failing_long().untold().filter(pk=pk)
        if untold.update(admins_were_told=True):
            admins = Member.objects.for_org(organisation).admins()
            task = "seatdash.connectors.tasks.mail_failing"
            write_to_each(admins, task, organisation, connection_id=pk)


def _keep(connection: Connection, **facts: Any) -> None:
    # One that was removed meanwhile stays so.
    Connection.objects.for_org(connection.organisation_id).filter(pk=connection.pk).update(**facts)
    for name, value in facts.items():
        setattr(connection, name, value)
