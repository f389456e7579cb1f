"""Comparing what a learning system has with what the seats say, and mending what may be mended.

Seats that it lacks, and ends that differ, are told again. Whom it has without a seat here is kept
to be shown, and nothing is done about it unless somebody asks for it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash import tenancy
from seatdash.connectors.errors import AlreadyComparing, NothingToCall, SwitchedOff
from seatdash.connectors.models import Comparison, Connection, CourseAccess, FoundThere
from seatdash.connectors.services.connecting import lock, reckon_all
from seatdash.connectors.services.trouble import LONGEST, Step, note_success, note_trouble
from seatdash.connectors.services.wanting import again, courses_by_product
from seatdash.connectors.systems import understanding
from seatdash.connectors.systems.interface import (
    Held,
    LearningSystem,
    Refused,
    SystemFailure,
)
from seatdash.tenancy import atomically
from seats import clock

# Learning systems keep whole seconds.
NEAR = 1.0
# The connection is held anew after so many people.
EVERY = 100
State = Comparison.State


@atomically
def compare(*, actor: Member, connection: Connection) -> Comparison:
    """Have the worker compare everything. Raises AlreadyComparing, SwitchedOff or NothingToCall."""
    locked = lock(connection)
    if locked.kind == Connection.Kind.WEBHOOK_ONLY:
        raise NothingToCall(_("Webhooks tell the other side what changes."))
    if not locked.is_on:
        raise SwitchedOff(_("Switch it on first; everybody with a seat is told then."))
    courses = {course for each in courses_by_product(locked).values() for course in each}
    try:
        with transaction.atomic():
            comparison = Comparison.objects.create(
                organisation_id=locked.organisation_id,
                connection=locked,
                courses=sorted(courses),
                started_by=actor,
                created_at=clock.now(),
            )
    except IntegrityError as error:
        raise AlreadyComparing(_("Look at how far it is.")) from error
    reckon_all(locked)
    locked.save(update_fields=["must_reckon"])
    return comparison


def compare_next(held: Connection, system: LearningSystem, keep: Callable[[], Any]) -> Step:
    """Compare the next course of a comparison, or end it; answers how to go on.

    One that was cut off goes on with the course that it was at.
    """
    with tenancy.scope(held.organisation_id):
        comparison = Comparison.objects.of(held).unfinished().first()
    if comparison is None:
        return Step.NOTHING
    if comparison.done >= comparison.todo:
        return _finish(held, comparison)
    course = comparison.courses[comparison.done]
    try:
        with understanding():
            there = _read(system.enrolments(course), keep)
    except SystemFailure as failure:
        return _note_failure(held, comparison, failure)
    with tenancy.scope(held.organisation_id):
        note_success(held)
        _settle(held, comparison, course, there, tells_ends=system.tells_ends)
    return Step.GO_ON


def _read(enrolments: Iterable[Held], keep: Callable[[], Any]) -> dict[str, Held]:
    there: dict[str, Held] = {}
    for number, held in enumerate(enrolments, 1):
        there[held.person.email.lower()] = held
        if number % EVERY == 0:
            keep()
    return there


def _settle(
    held: Connection,
    comparison: Comparison,
    course: str,
    there: dict[str, Held],
    *,
    tells_ends: bool,
) -> None:
    rows = CourseAccess.objects.of(held).filter(course=course).select_related("member")
    wanted = {row.member.email_key: row for row in rows if row.is_wanted}
    ending = {row.member.email_key for row in rows if not row.is_wanted and row.state != "synced"}
    synced = {email: row for email, row in wanted.items() if _is_settled(row)}
    missing = [row for email, row in synced.items() if email not in there]
    ends = [
        row
        for email, row in synced.items()
        if tells_ends and email in there and not _is_same_end(row, there[email])
    ]
    again(held, missing)
    again(held, ends)
    CourseAccess.objects.of(held).filter(pk__in=[row.pk for row in missing]).update(was_told=None)
    _keep_found(comparison, course, [there[key] for key in there.keys() - wanted.keys() - ending])
    Comparison.objects.of(held).filter(pk=comparison.pk).update(
        done=F("done") + 1,
        people=F("people") + len(there),
        missing=F("missing") + len(missing),
        ends=F("ends") + len(ends),
    )


def _is_settled(row: CourseAccess) -> bool:
    """Say whether the learning system should have it by now: told, and not at its end yet."""
    is_over = row.wanted_until is not None and row.wanted_until <= clock.now()
    return row.state == CourseAccess.State.SYNCED and not is_over


def _is_same_end(row: CourseAccess, there: Held) -> bool:
    if row.wanted_until is None or there.until is None:
        return row.wanted_until == there.until
    return abs((row.wanted_until - there.until).total_seconds()) <= NEAR


def _keep_found(comparison: Comparison, course: str, found: list[Held]) -> None:
    now = clock.now()
    FoundThere.objects.bulk_create(
        [
            FoundThere(
                organisation_id=comparison.organisation_id,
                connection_id=comparison.connection_id,
                course=course,
                email=each.person.email.lower()[:254],
                name=each.person.name[:200],
                until=each.until,
                next_at=now,
                seen_in=comparison,
            )
            for each in found
        ],
        update_conflicts=True,
        unique_fields=["connection", "course", "email"],
        update_fields=["name", "until", "seen_in"],
    )


def _finish(held: Connection, comparison: Comparison) -> Step:
    with tenancy.scope(held.organisation_id):
        gone = FoundThere.objects.of(held).exclude(seen_in=comparison)
        gone.filter(state=FoundThere.State.FOUND).delete()
        _end(comparison, State.DONE)
    return Step.GO_ON


def _note_failure(held: Connection, comparison: Comparison, failure: SystemFailure) -> Step:
    with tenancy.scope(held.organisation_id):
        if isinstance(failure, Refused):
            # A course that is not there any more says nothing about the others.
            words = f"{comparison.courses[comparison.done]}: {failure}"[:LONGEST]
            rows = Comparison.objects.of(held).filter(pk=comparison.pk)
            rows.update(done=F("done") + 1, problem=words)
            return Step.GO_ON
        may_go_on = note_trouble(held, failure)
        if held.problem:
            _end(comparison, State.FAILED, str(failure)[:LONGEST])
        return may_go_on


def _end(comparison: Comparison, state: str, problem: str = "") -> None:
    rows = Comparison.objects.for_org(comparison.organisation_id).filter(pk=comparison.pk)
    facts: dict[str, Any] = {"state": state, "finished_at": clock.now()}
    rows.update(**facts | ({"problem": problem} if problem else {}))
