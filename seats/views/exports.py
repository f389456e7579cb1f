"""Reports: the question, what its answer would be, and the answer as a file."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.models import Organisation
from seats.errors import CannotExport, StillToCome, TooManyRows, Unsettled
from seats.exports.counting import check_fits_a_sheet
from seats.exports.files import Format
from seats.exports.moments import settle
from seats.exports.question import Asked, Export
from seats.exports.tables import ENROLMENTS
from seats.forms.exports import ReportForm
from seats.reports.exports import name_of, report_of, same_question
from seats.reports.refusals import refusal_view
from teams.access import visible_team

# Seconds, where something is still being written.
RETRY_AFTER = "10"
STATUS: dict[type[CannotExport], HTTPStatus] = {
    StillToCome: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRows: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unsettled: HTTPStatus.SERVICE_UNAVAILABLE,
}


@gate(Role.ADMIN, Role.FINANCE)
@require_safe
def reports(request: OrgRequest) -> HttpResponse:
    form = ReportForm(request.GET, organisation=request.organisation)
    return _page(request, form)


def download(export: Export, form: Format) -> Callable[..., HttpResponseBase]:
    """Return the view that gives an export in a format."""

    @gate(Role.ADMIN, Role.FINANCE)
    @require_safe
    def give(request: OrgRequest) -> HttpResponseBase:
        question = ReportForm(request.GET, organisation=request.organisation, of=export)
        if not question.is_valid():
            return _wrong(request, question)
        try:
            return file_of(request.organisation, request.path, export, form, question.asked())
        except CannotExport as refusal:
            return _page(request, question, refusal)

    return give


def team_list(form: Format) -> Callable[..., HttpResponseBase]:
    """Return the view that gives the enrolments of a team and those below it, to its managers.

    They see no more of other teams than that: what they ask wrongly is answered without a form.
    """

    @gate(Role.ADMIN, Role.FINANCE, Role.MANAGER)
    @require_safe
    def give(request: OrgRequest, team_id: UUID) -> HttpResponseBase:
        team = visible_team(request, team_id)
        asked = {"as_of": request.GET.get("as_of", "")}
        question = ReportForm(asked, organisation=request.organisation, of=ENROLMENTS)
        if not question.is_valid():
            raise BadRequest(question.errors.as_text())
        of_team = replace(question.asked(), team=team.pk, with_below=True)
        try:
            return file_of(request.organisation, request.path, ENROLMENTS, form, of_team)
        except CannotExport as refusal:
            raise BadRequest(refusal.detail) from refusal

    return give


def file_of(
    organisation: Organisation, path: str, export: Export, form: Format, asked: Asked
) -> HttpResponseBase:
    """Answer with the file, and with the address of the very same below `path` (RFC 9110, 8.7).

    Raises CannotExport.
    """
    settled = replace(asked, moment=settle(asked.moment))
    if form.is_sheet:
        check_fits_a_sheet(organisation, export, settled)
    name = f"{name_of(organisation, export, settled)}.{form.ending}"
    return StreamingHttpResponse(
        form.stream(organisation, export, settled),
        content_type=form.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Location": f"{path}?{urlencode(same_question(export, settled))}",
        },
    )


def _wrong(request: OrgRequest, form: ReportForm) -> HttpResponse:
    if form.has_error_of("unknown"):
        raise Http404
    is_future = form.has_error_of("future")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_future else HTTPStatus.BAD_REQUEST
    return _page(request, form, status=status)


def _page(
    request: OrgRequest,
    form: ReportForm,
    refusal: CannotExport | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context["report"] = report_of(request.organisation, form.export, form.asked())
    if refusal:
        context["refusal"] = refusal_view(refusal, request.role)
        status = STATUS[type(refusal)]
    template = "seats/_report.html" if request.htmx else "seats/reports.html"
    answer = render(request, template, context, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer["Retry-After"] = RETRY_AFTER
    return answer
