"""Scheduled reports: the list, and setting up, pausing and deleting."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seats.forms.scheduled import ScheduledReportForm
from seats.models import ScheduledReport
from seats.reports.scheduled import scheduled_rows
from seats.services import scheduling
from seats.views.pages import Action, act, confirm


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def scheduled_reports(request: OrgRequest) -> HttpResponse:
    rows = scheduled_rows(request.organisation, request.member)
    return render(request, "seats/scheduled_reports.html", {"rows": rows})


@gate(Role.ADMIN, Role.FINANCE)
def new_report(request: OrgRequest) -> HttpResponse:
    form = ScheduledReportForm(request.POST or None, actor=request.member)

    def perform() -> str:
        made = scheduling.schedule(
            actor=request.member,
            kind=ScheduledReport.Kind(form.cleaned_data["kind"]),
            rhythm=ScheduledReport.Rhythm(form.cleaned_data["rhythm"]),
            readers=form.readers_chosen(),
        )
        assert made.next_on
        return _("Set up. The first letter leaves on %(day)s.") % {"day": date_format(made.next_on)}

    action = Action(
        heading=_("New scheduled report"),
        submit=_("Set up"),
        parent=_list_of(request),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN, Role.FINANCE)
def pause_report(request: OrgRequest, report_id: UUID) -> HttpResponse:
    report = _report(request, report_id)
    is_paused = report.next_on is None

    def perform() -> str:
        change = scheduling.resume if is_paused else scheduling.pause
        change(actor=request.member, report=report)
        return _("The report is sent again.") if is_paused else _("The report is paused.")

    action = Action(
        heading=_("Resume the report") if is_paused else _("Pause the report"),
        intro=_("The next letter leaves on its next day; none is sent for the time in between.")
        if is_paused
        else _("No letter is sent until you resume it."),
        submit=_("Resume") if is_paused else _("Pause"),
        parent=_list_of(request),
        perform=perform,
    )
    return confirm(request, action)


@gate(Role.ADMIN, Role.FINANCE)
def delete_report(request: OrgRequest, report_id: UUID) -> HttpResponse:
    report = _report(request, report_id)

    def perform() -> str:
        scheduling.forget(actor=request.member, report=report)
        return _("Deleted the scheduled report.")

    action = Action(
        heading=_("Delete the scheduled report"),
        intro=_("No letter is sent any more. Reports themselves can still be asked for."),
        submit=_("Delete"),
        danger=True,
        parent=_list_of(request),
        perform=perform,
    )
    return confirm(request, action)


def _report(request: OrgRequest, report_id: UUID) -> ScheduledReport:
    reports = ScheduledReport.objects.for_org(request.organisation).visible_to(request.member)
    return get_object_or_404(reports, pk=report_id)


def _list_of(request: OrgRequest) -> tuple[str, str]:
    return _("Scheduled reports"), reverse("scheduled-reports", args=[request.organisation.slug])
