"""What the worker does by itself, and the letters it sends. It finds this module by its name."""

import logging
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from orgs.mail import PAUSES, address_of, send_to
from orgs.models import Member, Organisation
from seatdash import tenancy
from seats.imports.background import work_on
from seats.imports.running import forget_older_than
from seats.imports.working import apply_now, check_now
from seats.models import ScheduledReport, SeatRequest
from seats.reports.scheduled import link_to
from seats.services.closing import close_days
from seats.services.expiry import expire_due
from seats.services.forgetting import forget_old
from seats.services.proving import prove, prove_daily
from seats.services.scheduling import period_of, send_due_reports
from seats.services.sealing import seal

STALLED = 60
KEPT_DAYS = 30

log = logging.getLogger(__name__)


class NotThroughError(Exception):
    """The work was not done in these organisations; in the others it is."""


# A run that was missed or cut off is made good by the next: it books whatever is due by then. So
# one is enough to wait in the queue, and none holds a lock that a killed worker would leave behind.
@app.periodic(cron="* * * * *")
@app.task(queueing_lock="expire")
def expire(timestamp: int) -> None:
    """Book as expired whatever is past its end, each organisation on its own."""
    _in_each_organisation(expire_due)


# Looked for often, done once a day in each: midnight comes at another hour in every time zone.
@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="close_days")
def close_the_days(timestamp: int) -> None:
    """Close the days that are over, each organisation on its own."""
    _in_each_organisation(close_days)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="seal_books")
def seal_the_books(timestamp: int) -> None:
    """Seal the day that is over, and go through the chain once a day, each organisation alone."""
    _in_each_organisation(seal)
    _in_each_organisation(prove_daily)


# Somebody asked for it on the books page. Minutes long where millions of entries are gone through.
@app.task(queue="imports")
def prove_books(organisation_id: str) -> None:
    """Go through all of an organisation's chain now."""
    with tenancy.scope(UUID(organisation_id)):
        organisation = Organisation.objects.get(pk=UUID(organisation_id))
    prove(organisation=organisation)


# Morning comes at another hour in every time zone. What is due stays due until it is booked.
@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="send_reports")
def send_reports(timestamp: int) -> None:
    """Send the scheduled reports that are due, each organisation on its own."""
    _in_each_organisation(send_due_reports)


@app.task(retry=PAUSES)
def mail_report(organisation_id: str, report_id: str, member_id: str, run: str) -> None:
    """Tell a reader where a report is, if they may still read it."""
    with tenancy.scope(UUID(organisation_id)):
        report = ScheduledReport.objects.select_related("organisation").filter(pk=report_id).first()
        reader = Member.objects.readers().select_related("user").filter(pk=member_id).first()
    if report:
        period = period_of(date.fromisoformat(run), ScheduledReport.Rhythm(report.rhythm))
        about = {"report": report, "period": period, "link": link_to(report, period)}
        about["scheduled"] = address_of("scheduled-reports", report.organisation.slug)
        send_to(reader, "report", organisation=report.organisation, **about)


class Work(Protocol):
    def __call__(self, *, organisation: Organisation) -> object: ...


def _in_each_organisation(work: Work) -> None:
    failed = [each.slug for each in _organisations() if not _is_done(work, each)]
    if failed:
        raise NotThroughError(", ".join(failed))


def _organisations() -> list[Organisation]:
    # Time passes in all of them, so all of them must be found first; each is then looked at alone.
    with tenancy.system():
        return list(Organisation.objects.order_by("pk"))


def _is_done(work: Work, organisation: Organisation) -> bool:
    try:
        work(organisation=organisation)
    except Exception:
        log.exception("The worker did not get through in %s", organisation.slug)
        return False
    return True


# Minutes long, so they wait in a queue of their own.
@app.task(queue="imports")
def check_import(**job: str) -> None:
    """Check every row of a long file."""
    work_on(check_now, **job)


@app.task(queue="imports")
def apply_import(**job: str) -> None:
    """Write every row of a long file, or none."""
    work_on(apply_now, **job)


# An import that a killed worker left behind has written nothing; it is begun anew.
@app.periodic(cron="* * * * *")
@app.task(queueing_lock="resume", pass_context=True)
async def resume(context: JobContext, timestamp: int) -> None:
    """Put back into the queue what no living worker is at."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        if job.task_name in {check_import.name, apply_import.name}:
            await jobs.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget")
def forget_imports(timestamp: int) -> None:
    """Forget the files of imports that are a month old."""
    for organisation in _organisations():
        with tenancy.scope(organisation.pk):
            forget_older_than(
                organisation=organisation, moment=timezone.now() - timedelta(days=KEPT_DAYS)
            )


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="forget_old")
def forget_what_is_old(timestamp: int) -> None:
    """Forget what each organisation does not keep any longer."""
    _in_each_organisation(forget_old)


@app.task(retry=PAUSES)
def mail_request(organisation_id: str, request_id: str, member_id: str) -> None:
    """Tell an admin of a request, unless it was answered meanwhile."""
    with tenancy.scope(UUID(organisation_id)):
        asked = _request(request_id)
        admin = Member.objects.admins().select_related("user").filter(pk=UUID(member_id)).first()
    if asked and asked.status == SeatRequest.Status.OPEN:
        _send("request", asked, admin, "requests")


@app.task(retry=PAUSES)
def mail_answer(organisation_id: str, request_id: str) -> None:
    """Tell whoever asked what was answered, if they sign in."""
    with tenancy.scope(UUID(organisation_id)):
        asked = _request(request_id)
    if asked and asked.asked_by.offboarded_at is None:
        _send("answer", asked, asked.asked_by, "team", asked.team_id)


def _request(request_id: str) -> SeatRequest | None:
    related = ("organisation", "team", "product", "asked_by__user", "decided_by")
    return SeatRequest.objects.select_related(*related).filter(pk=UUID(request_id)).first()


def _send(letter: str, asked: SeatRequest, to: Member | None, page: str, *of: UUID) -> None:
    link = address_of(page, asked.organisation.slug, *of)
    send_to(to, letter, organisation=asked.organisation, asked=asked, link=link)
