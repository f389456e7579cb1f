"""Reports that come by themselves: when, to whom, once, and as a link that holds no figures."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from orgs.models import Member, Organisation
from orgs.services import change_role, choose_language
from seats import clock
from seats.errors import NotForOthers
from seats.models import ScheduledReport
from seats.services.scheduling import (
    following,
    forget,
    pause,
    period_of,
    resume,
    send_due_reports,
)
from tests.conftest import Cast
from tests.factories import make_scheduled_report
from tests.pages import text, url

OCTOBER = datetime(2026, 10, 20, 12, tzinfo=UTC)
# Seven in the morning in Berlin, where summer time ended a week before.
FIRST_MORNING = datetime(2026, 11, 1, 6, tzinfo=UTC)
Kind, Rhythm = ScheduledReport.Kind, ScheduledReport.Rhythm


@pytest.fixture(autouse=True)
def in_berlin(cast: Cast) -> None:
    cast.organisation.time_zone = "Europe/Berlin"
    Organisation.objects.filter(pk=cast.organisation.pk).update(time_zone="Europe/Berlin")


@pytest.fixture
def report(cast: Cast) -> ScheduledReport:
    """Usage for finance and admin, monthly, since October."""
    with clock.telling(OCTOBER):
        return make_scheduled_report(cast.admin, cast.admin, cast.finance)


def send_at(cast: Cast, moment: datetime) -> list[mail.EmailMessage]:
    """Let the worker look at this moment, and answer the letters of what it deferred."""
    mail.outbox.clear()
    before = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    with clock.telling(moment):
        send_due_reports(organisation=cast.organisation)
    new = ProcrastinateJob.objects.exclude(pk__in=before).order_by("pk")
    for name, args in new.values_list("task_name", "args"):
        app.tasks[name](**args)
    return list(mail.outbox)


def html(letter: mail.EmailMessage) -> str:
    assert isinstance(letter, mail.EmailMultiAlternatives)
    return str(letter.alternatives[0][0])


def words(letters: list[mail.EmailMessage]) -> str:
    return "\n".join(str(letter.body) for letter in letters)


def test_letter_leaves_on_the_morning_of_the_first_in_the_time_zone(
    cast: Cast, report: ScheduledReport
) -> None:
    assert send_at(cast, FIRST_MORNING - timedelta(seconds=1)) == []
    letters = send_at(cast, FIRST_MORNING)
    assert sorted(to for letter in letters for to in letter.to) == [
        cast.admin.email,
        cast.finance.email,
    ]
    assert {letter.subject for letter in letters} == {"Usage as of 31 Oct 2026"}


def test_letter_leads_to_exactly_the_question_and_holds_no_figures(
    cast: Cast, report: ScheduledReport
) -> None:
    (letter, _other) = send_at(cast, FIRST_MORNING)
    link = "http://127.0.0.1:8000/o/north-high/reports/usage.csv?as_of=2026-10-31"
    assert link in str(letter.body)
    assert link in html(letter)
    assert letter.attachments == []


def test_link_asks_a_stranger_to_sign_in(cast: Cast, client: Client) -> None:
    answer = client.get("/o/north-high/reports/usage.csv?as_of=2026-10-31")
    assert answer["Location"].startswith("/login/?next=%2Fo%2Fnorth-high%2Freports%2Fusage.csv")


def test_statement_has_the_period_filled_in(cast: Cast) -> None:
    with clock.telling(OCTOBER):
        make_scheduled_report(cast.finance, kind=Kind.STATEMENT, rhythm=Rhythm.WEEKLY)
    letters = send_at(cast, datetime(2026, 10, 26, 7, tzinfo=UTC))
    assert "/o/north-high/reports/statement/?from=2026-10-19&to=2026-10-25" in words(letters)
    assert [letter.subject for letter in letters] == ["Statement, 19 Oct 2026 to 25 Oct 2026"]


def test_nothing_is_sent_twice(cast: Cast, report: ScheduledReport) -> None:
    assert len(send_at(cast, FIRST_MORNING)) == 2
    assert send_at(cast, FIRST_MORNING) == []
    assert send_at(cast, FIRST_MORNING + timedelta(days=29)) == []


def test_worker_that_was_down_sends_late_every_run_that_it_missed(
    cast: Cast, report: ScheduledReport
) -> None:
    letters = send_at(cast, FIRST_MORNING + timedelta(days=40))
    assert sorted({letter.subject for letter in letters}) == [
        "Usage as of 30 Nov 2026",
        "Usage as of 31 Oct 2026",
    ]
    report.refresh_from_db()
    assert report.next_on == date(2027, 1, 1)
    assert report.sent_at == FIRST_MORNING + timedelta(days=40)


def test_who_lost_the_role_gets_nothing(cast: Cast, report: ScheduledReport) -> None:
    change_role(actor=cast.admin, member=cast.finance, role=Member.Role.NONE)
    assert [letter.to for letter in send_at(cast, FIRST_MORNING)] == [[cast.admin.email]]


def test_letter_is_in_the_readers_language(cast: Cast) -> None:
    assert cast.finance.user
    with clock.telling(OCTOBER):
        make_scheduled_report(cast.finance)
    choose_language(actor=cast.finance.user, language="de")
    (letter,) = send_at(cast, FIRST_MORNING)
    assert 'lang="de"' in html(letter)


def test_paused_report_is_not_sent_and_the_pause_not_made_good(
    cast: Cast, report: ScheduledReport
) -> None:
    pause(actor=cast.admin, report=report)
    assert send_at(cast, FIRST_MORNING + timedelta(days=9)) == []
    with clock.telling(FIRST_MORNING + timedelta(days=10)):
        resume(actor=cast.admin, report=report)
    letters = send_at(cast, FIRST_MORNING + timedelta(days=40))
    assert {letter.subject for letter in letters} == {"Usage as of 30 Nov 2026"}


def test_deleted_report_is_not_sent_even_where_its_letter_waits(
    cast: Cast, report: ScheduledReport
) -> None:
    with clock.telling(FIRST_MORNING):
        send_due_reports(organisation=cast.organisation)
    letters = ProcrastinateJob.objects.filter(task_name="seats.tasks.mail_report")
    (args, *_rest) = letters.values_list("args", flat=True)
    forget(actor=cast.admin, report=report)
    mail.outbox.clear()
    app.tasks["seats.tasks.mail_report"](**args)
    assert mail.outbox == []


def test_report_set_up_before_the_morning_comes_the_same_day(cast: Cast) -> None:
    with clock.telling(FIRST_MORNING - timedelta(hours=1)):
        assert make_scheduled_report(cast.finance).next_on == date(2026, 11, 1)
    with clock.telling(FIRST_MORNING):
        assert make_scheduled_report(cast.finance).next_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("day", "rhythm", "next_day"),
    [
        (date(2026, 12, 31), Rhythm.MONTHLY, date(2027, 1, 1)),
        (date(2027, 1, 1), Rhythm.MONTHLY, date(2027, 2, 1)),
        (date(2026, 11, 22), Rhythm.WEEKLY, date(2026, 11, 23)),
        (date(2026, 11, 23), Rhythm.WEEKLY, date(2026, 11, 30)),
    ],
)
def test_runs_follow_each_other(day: date, rhythm: ScheduledReport.Rhythm, next_day: date) -> None:
    assert following(day, rhythm) == next_day


def test_month_before_the_first_of_march_ends_in_february() -> None:
    period = period_of(date(2028, 3, 1), Rhythm.MONTHLY)
    assert (period.first, period.last) == (date(2028, 2, 1), date(2028, 2, 29))


def test_finance_sets_reports_up_for_nobody_else(cast: Cast) -> None:
    with pytest.raises(NotForOthers):
        make_scheduled_report(cast.finance, cast.finance, cast.admin)


def test_managers_are_told_of_no_report(cast: Cast) -> None:
    with pytest.raises(NotForOthers):
        make_scheduled_report(cast.admin, cast.manager)


def test_admin_sets_a_report_up_on_the_page(cast: Cast) -> None:
    client = cast.client(cast.admin)
    asked = {
        "kind": "usage",
        "rhythm": "monthly",
        "readers": [str(cast.finance.pk), str(cast.admin.pk)],
    }
    page = client.post(url(cast, "new-scheduled-report"), asked, follow=True)
    assert "Set up. The first letter leaves on" in text(page)
    assert "UsageMonthly, on the first" in text(page)
    made = ScheduledReport.objects.get()
    assert set(made.readers.all()) == {cast.admin, cast.finance}


def test_finance_sees_and_changes_own_reports_alone(cast: Cast, report: ScheduledReport) -> None:
    client = cast.client(cast.finance)
    assert "No report comes by itself yet" in text(client.get(url(cast, "scheduled-reports")))
    assert client.get(url(cast, "delete-scheduled-report", report.pk)).status_code == 404
    client.post(url(cast, "new-scheduled-report"), {"kind": "enrolments", "rhythm": "weekly"})
    assert "EnrolmentsWeekly, on Monday" in text(client.get(url(cast, "scheduled-reports")))


def test_report_is_paused_resumed_and_deleted_on_the_page(
    cast: Cast, report: ScheduledReport
) -> None:
    client, pausing = cast.client(cast.admin), url(cast, "pause-scheduled-report", report.pk)
    assert "Paused" in text(client.post(pausing, follow=True))
    assert "Paused" not in text(client.post(pausing, follow=True))
    client.post(url(cast, "delete-scheduled-report", report.pk))
    assert not ScheduledReport.objects.exists()


def test_page_says_who_is_told_nothing_any_more(cast: Cast, report: ScheduledReport) -> None:
    change_role(actor=cast.admin, member=cast.finance, role=Member.Role.NONE)
    page = cast.client(cast.admin).get(url(cast, "scheduled-reports"))
    assert "No longer admin or finance, and told nothing: Finance" in text(page)


def test_worker_looks_every_ten_minutes(db: None) -> None:
    (periodic,) = (
        each
        for each in app.periodic_registry.periodic_tasks.values()
        if each.task.name == "seats.tasks.send_reports"
    )
    assert periodic.cron == "*/10 * * * *"
