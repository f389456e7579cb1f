"""The worker's turn at a connection: one at a time, not for long, and none is lost with it.

Whoever works holds the connection until a moment that is moved on before every call; a worker that
is killed lets go of it by that. What was told when it died is told again, which changes nothing.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from seatdash import tenancy
from seatdash.connectors.models import Comparison, Connection, CourseAccess, FoundThere
from seatdash.connectors.services.comparing import compare_next
from seatdash.connectors.services.following import catch_up
from seatdash.connectors.services.telling import end_next, tell_next
from seatdash.connectors.services.trouble import Step, note_trouble
from seatdash.connectors.services.wanting import want_all
from seatdash.connectors.systems import system_of
from seatdash.connectors.systems.interface import LearningSystem, SystemFailure
from seats import clock

# A turn ends after so many seconds, for others to have theirs.
TURN = 20.0
# Longer than the calls of one step can take, each of which ends after its own time.
HOLD = timedelta(seconds=150)


def work(organisation: UUID, connection: UUID) -> bool:
    """Take a turn at a connection; answers whether more is to be done now.

    Nothing happens where another worker is at it, or the learning system asked for a pause.
    """
    catch_up(organisation, connection)
    with _held(organisation, connection) as held:
        if held is None:
            return False
        _reckon(held)
        return _call(held)


def _call(held: Connection) -> bool:
    until = time.monotonic() + TURN
    try:
        with tenancy.scope(held.organisation_id):
            system = system_of(held)
    except SystemFailure as failure:
        with tenancy.scope(held.organisation_id):
            note_trouble(held, failure)
        return False
    while _step(held, system) is Step.GO_ON and _keep(held):
        if time.monotonic() > until:
            return True
    return False


def _step(held: Connection, system: LearningSystem) -> Step:
    """Do the next thing there is. A comparison goes first: somebody waits for it."""
    step = compare_next(held, system, lambda: _keep(held))
    for do_next in (end_next, tell_next):
        if step is not Step.NOTHING:
            break
        step = do_next(held, system)
    return step


def _reckon(held: Connection) -> None:
    with tenancy.scope(held.organisation_id):
        locked = Connection.objects.locked().filter(pk=held.pk, must_reckon=True).first()
        if locked:
            want_all(locked)
            locked.must_reckon = False
            locked.save(update_fields=["must_reckon"])


@contextmanager
def _held(organisation: UUID, connection: UUID) -> Iterator[Connection | None]:
    with tenancy.scope(organisation):
        free = Connection.objects.free().filter(pk=connection)
        taken = free.update(held_until=clock.now() + HOLD)
        held = Connection.objects.select_related("organisation").filter(pk=connection).first()
    if not taken or held is None:
        yield None
        return
    try:
        yield held
    finally:
        with tenancy.scope(organisation):
            Connection.objects.filter(pk=connection).update(held_until=None)


def _keep(held: Connection) -> bool:
    """Hold the connection for longer; answers whether it may still be called."""
    with tenancy.scope(held.organisation_id):
        now = clock.now()
        may_go_on = Connection.objects.working().filter(
            Q(not_before__isnull=True) | Q(not_before__lte=now), pk=held.pk
        )
        return bool(may_go_on.update(held_until=now + HOLD))


def has_work(connection: Connection) -> bool:
    """Say whether anything is to be done at a connection now."""
    return (
        connection.must_reckon
        or Comparison.objects.of(connection).unfinished().exists()
        or CourseAccess.objects.of(connection).due().exists()
        or FoundThere.objects.of(connection).due().exists()
    )
