"""Telling a learning system one thing at a time, and keeping what became of it.

A wish is read, the learning system is called without any transaction, and the answer is kept only
if the wish is still the same: whatever was wished meanwhile is told next.
"""

from dataclasses import dataclass

from seatdash import tenancy
from seatdash.connectors.models import Connection, CourseAccess, FoundThere
from seatdash.connectors.services.trouble import (
    LONGEST,
    Step,
    note_success,
    note_trouble,
    pause,
)
from seatdash.connectors.systems import understanding
from seatdash.connectors.systems.interface import (
    Busy,
    CredentialsRefused,
    LearningSystem,
    Person,
    Refused,
    SystemFailure,
)
from seats import clock

# After so many attempts, some days long, it is shown as failed and waits to be asked for again.
MOST_ATTEMPTS = 9
State = CourseAccess.State


@dataclass(frozen=True)
class Task:
    """A wish as it was read, and whom it is about."""

    row: CourseAccess
    person: Person


def tell_next(held: Connection, system: LearningSystem) -> Step:
    """Tell the learning system the wish that waits longest; answers how to go on."""
    task = _next_task(held)
    if task is None:
        return Step.NOTHING
    try:
        with understanding():
            _tell(system, task)
    except SystemFailure as failure:
        return _note_failure(held, task.row, failure)
    _note_told(held, task.row)
    return Step.GO_ON


def end_next(held: Connection, system: LearningSystem) -> Step:
    """End the access of somebody who has no seat here, as was asked for; answers how to go on."""
    with tenancy.scope(held.organisation_id):
        found = FoundThere.objects.of(held).due().first()
    if found is None:
        return Step.NOTHING
    try:
        with understanding():
            system.end(Person(found.email, found.name), found.course)
    except SystemFailure as failure:
        return _note_failure(held, found, failure)
    with tenancy.scope(held.organisation_id):
        note_success(held)
        found.delete()
    return Step.GO_ON


def _next_task(held: Connection) -> Task | None:
    with tenancy.scope(held.organisation_id):
        due = CourseAccess.objects.of(held).due().select_related("member")
        row = due.first()
    return Task(row, Person(row.member.email, row.member.name)) if row else None


def _tell(system: LearningSystem, task: Task) -> None:
    row, person = task.row, task.person
    is_over = row.wanted_until is not None and row.wanted_until <= clock.now()
    if not row.is_wanted or is_over:
        # One that was never told may still be there: a worker may have died between call and note.
        system.end(person, row.course)
        return
    give = system.move_end if row.was_told else system.enrol
    give(person, row.course, start=row.wanted_from, until=row.wanted_until)


def _note_told(held: Connection, row: CourseAccess) -> None:
    with tenancy.scope(held.organisation_id):
        note_success(held)
        rows = CourseAccess.objects.of(held).filter(pk=row.pk)
        rows.update(was_told=row.is_wanted, told_at=clock.now())
        now = clock.now()
        done = {"state": State.SYNCED, "attempts": 0, "problem": "", "changed_at": now}
        rows.filter(version=row.version).update(**done)


def _note_failure(held: Connection, row: CourseAccess | FoundThere, failure: SystemFailure) -> Step:
    """Keep why it failed; answers how to go on."""
    with tenancy.scope(held.organisation_id):
        if isinstance(failure, Refused):
            note_success(held)
            _postpone(row, failure, is_final=True)
            return Step.GO_ON
        if not isinstance(failure, Busy | CredentialsRefused):
            _postpone(row, failure, is_final=row.attempts + 1 >= MOST_ATTEMPTS)
        return note_trouble(held, failure)


def _postpone(row: CourseAccess | FoundThere, failure: SystemFailure, *, is_final: bool) -> None:
    attempts, now = row.attempts + 1, clock.now()
    facts = {
        "attempts": attempts,
        "problem": str(failure)[:LONGEST],
        "next_at": now + pause(attempts),
    }
    if is_final:
        facts["state"] = State.FAILED
    if isinstance(row, FoundThere):
        FoundThere.objects.filter(pk=row.pk).update(**facts)
    else:
        same = CourseAccess.objects.filter(pk=row.pk, version=row.version)
        same.update(**facts, changed_at=now)
