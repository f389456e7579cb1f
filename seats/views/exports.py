"""Reports: what can be downloaded, and the downloads."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seats.exports import ENROLMENTS, USAGE, Export, stream
from seats.forms.exports import ExportForm


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def reports(request: OrgRequest) -> HttpResponse:
    return _page(request, ExportForm(organisation=request.organisation), 200)


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def usage(request: OrgRequest) -> HttpResponseBase:
    return _download(request, USAGE)


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def enrolments(request: OrgRequest) -> HttpResponseBase:
    return _download(request, ENROLMENTS)


def _download(request: OrgRequest, export: Export) -> HttpResponseBase:
    form = ExportForm(request.GET, organisation=request.organisation)
    if form.is_valid():
        return _file(request, export, form)
    if form.has_error_of("unknown"):
        raise Http404
    return _page(request, form, 422 if form.has_error_of("future") else 400)


def _file(request: OrgRequest, export: Export, form: ExportForm) -> StreamingHttpResponse:
    asked = form.asked()
    day = timezone.localtime(asked.moment).date()
    name = f"{request.organisation.slug}-{export.name}-{day:%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        stream(request.organisation, export, asked),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(request: OrgRequest, form: ExportForm, status: int) -> HttpResponse:
    return render(request, "seats/reports.html", {"form": form}, status=status)
