"""Reports that come by themselves: setting them up, and sending what is due.

Letters leave on the organisation's morning, each run once: the run is booked and its letters are
deferred in one transaction. Runs that were missed are made good, each with its own period.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from orgs.models import Member, Organisation
from seatdash import tenancy
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import NotForOthers
from seats.models import ReportReader, ScheduledReport

MORNING = time(7)
ONE_DAY = timedelta(days=1)
MONDAY, DAYS_A_WEEK = 0, 7
Rhythm = ScheduledReport.Rhythm


@dataclass(frozen=True)
class Period:
    """The days that a run tells of, both included."""

    first: date
    last: date


@atomically
def schedule(
    *,
    actor: Member,
    kind: ScheduledReport.Kind,
    rhythm: ScheduledReport.Rhythm,
    readers: Collection[Member],
) -> ScheduledReport:
    """Set a report up. Raises NotForOthers where the actor may not tell these readers."""
    _refuse(actor, readers)
    report = ScheduledReport.objects.create(
        organisation_id=actor.organisation_id,
        kind=kind,
        rhythm=rhythm,
        owner=actor,
        next_on=_first_run(actor.organisation, rhythm),
    )
    ReportReader.objects.bulk_create(
        ReportReader(organisation_id=actor.organisation_id, report=report, member=reader)
        for reader in readers
    )
    return report


def _refuse(actor: Member, readers: Collection[Member]) -> None:
    ids = {reader.pk for reader in readers}
    may_read = Member.objects.for_org(actor.organisation_id).readers().filter(pk__in=ids)
    is_own = actor.role == Member.Role.ADMIN or ids == {actor.pk}
    if not ids or not is_own or may_read.count() < len(ids):
        detail = _(
            "Admins and finance who sign in may read it. Finance get it for themselves alone."
        )
        raise NotForOthers(detail)


@atomically
def pause(*, actor: Member, report: ScheduledReport) -> None:
    """Send nothing until it is resumed."""
    _change(actor, report, next_on=None)


@atomically
def resume(*, actor: Member, report: ScheduledReport) -> None:
    """Go on with the next run from now; what fell into the pause is not made good."""
    _change(actor, report, next_on=_first_run(actor.organisation, Rhythm(report.rhythm)))


@atomically
def forget(*, actor: Member, report: ScheduledReport) -> None:
    """Forget it, and who reads it."""
    ScheduledReport.objects.for_org(actor.organisation_id).filter(pk=report.pk).delete()


def _change(actor: Member, report: ScheduledReport, *, next_on: date | None) -> None:
    rows = ScheduledReport.objects.for_org(actor.organisation_id).filter(pk=report.pk)
    rows.update(next_on=next_on)


def send_due_reports(*, organisation: Organisation) -> int:
    """Book the runs of an organisation that are due, and defer their letters; answers how many."""
    with tenancy.scope(organisation.pk):
        today = _morning_of(organisation)
        due = ScheduledReport.objects.for_org(organisation).due_by(today).locked()
        return sum(_run(report, today) for report in due)


def _run(report: ScheduledReport, today: date) -> int:
    rhythm = Rhythm(report.rhythm)
    readers = list(ReportReader.objects.filter(report=report).values_list("member", flat=True))
    runs = list(_runs(report, today))
    jobs: list[Any] = [
        {
            "organisation_id": str(report.organisation_id),
            "report_id": str(report.pk),
            "member_id": str(member_id),
            "run": day.isoformat(),
        }
        for day in runs
        for member_id in readers
    ]
    report.next_on, report.sent_at = following(runs[-1], rhythm), clock.now()
    report.save(update_fields=["next_on", "sent_at"])
    if jobs:
        app.configure_task("seats.tasks.mail_report").batch_defer(*jobs)
    return len(runs)


def _runs(report: ScheduledReport, today: date) -> Iterator[date]:
    day = report.next_on
    while day and day <= today:
        yield day
        day = following(day, Rhythm(report.rhythm))


def period_of(run: date, rhythm: ScheduledReport.Rhythm) -> Period:
    """Return what a run tells of: the month, or the week from Monday to Sunday, before its day."""
    last = run - ONE_DAY
    if rhythm == Rhythm.MONTHLY:
        return Period(last.replace(day=1), last)
    return Period(run - DAYS_A_WEEK * ONE_DAY, last)


def following(day: date, rhythm: ScheduledReport.Rhythm) -> date:
    """Return the day of the next run after a day."""
    day += ONE_DAY
    while not _is_run(day, rhythm):
        day += ONE_DAY
    return day


def _is_run(day: date, rhythm: ScheduledReport.Rhythm) -> bool:
    return day.day == 1 if rhythm == Rhythm.MONTHLY else day.weekday() == MONDAY


def _first_run(organisation: Organisation, rhythm: ScheduledReport.Rhythm) -> date:
    return following(_morning_of(organisation), rhythm)


def _morning_of(organisation: Organisation) -> date:
    """Return the last day whose morning has begun in the organisation's time zone."""
    now = clock.now().astimezone(ZoneInfo(organisation.time_zone))
    return now.date() - ONE_DAY if now.time() < MORNING else now.date()
