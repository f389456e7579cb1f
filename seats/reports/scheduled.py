"""Scheduled reports: what their page shows, and where their letters lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from orgs.mail import address_of
from orgs.models import Member, Organisation
from seats.models import ScheduledReport
from seats.services.scheduling import Period


@dataclass(frozen=True, kw_only=True)
class ScheduledRow:
    """A scheduled report; `others` are readers who lost their role or sign-in, and get nothing."""

    report: ScheduledReport
    readers: Sequence[Member]
    others: Sequence[Member]


def scheduled_rows(organisation: Organisation, viewer: Member) -> list[ScheduledRow]:
    """Return the reports that the viewer may change, the newest first."""
    reports = ScheduledReport.objects.for_org(organisation).visible_to(viewer).newest_first()
    listed = list(reports.prefetch_related("readers"))
    members = {member.pk for report in listed for member in report.readers.all()}
    able = set(Member.objects.readers().filter(pk__in=members).values_list("pk", flat=True))
    return [_row(report, able) for report in listed]


def _row(report: ScheduledReport, able: set[UUID]) -> ScheduledRow:
    readers = sorted(report.readers.all(), key=str)
    return ScheduledRow(
        report=report,
        readers=[each for each in readers if each.pk in able],
        others=[each for each in readers if each.pk not in able],
    )


def link_to(report: ScheduledReport, period: Period) -> str:
    """Return the whole address of the question that a run asks; its answer never changes."""
    slug = report.organisation.slug
    if report.kind == ScheduledReport.Kind.STATEMENT:
        question = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        return f"{address_of('reports', slug)}statement/?{urlencode(question)}"
    question = {"as_of": period.last.isoformat()}
    return f"{address_of(f'{report.kind}-csv', slug)}?{urlencode(question)}"
