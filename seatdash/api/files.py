"""Report files for programs: the addresses of the pages, asked with a token that may export."""

import re
from typing import cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from orgs.models import Organisation
from seatdash import tenancy
from seatdash.api import problems
from seatdash.api.door import Answer, Scoped, answer_program
from seatdash.api.problems import Problem
from seatdash.api.visit import ApiRequest
from seats.errors import CannotExport
from seats.exports.files import FORMATS, Format
from seats.exports.question import Export
from seats.exports.tables import EXPORTS
from seats.forms.exports import ReportForm
from seats.views.exports import RETRY_AFTER, STATUS, file_of

ADDRESS = re.compile(r"/o/(?P<org>[-\w]+)/reports/(?P<file>[-\w]+\.\w+)")
FILES = {f"{export.name}.{form.ending}": (export, form) for export in EXPORTS for form in FORMATS}
NOT_ALLOWED = 405


def files_middleware(get_response: Answer) -> Answer:
    """Answer programs that ask for a file; browsers, which send no token, go on to the page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        scheme = request.headers.get("Authorization", "").partition(" ")[0]
        if scheme.lower() == "bearer" and ADDRESS.fullmatch(request.path_info):
            return answer_program(request, give_file)
        return get_response(request)

    return middleware


def give_file(request: ApiRequest) -> HttpResponseBase:
    """Return the file; raises Problem, and Http404 for that of another organisation."""
    if request.method != "GET":
        raise Problem(NOT_ALLOWED, "Call this with GET.", headers={"Allow": "GET"})
    address = cast("re.Match[str]", ADDRESS.fullmatch(request.path_info))
    with tenancy.unnamed():
        caller = Scoped("export")(request)
        organisation = Organisation.objects.get(pk=caller.organisation_id)
        if organisation.slug != address["org"] or address["file"] not in FILES:
            raise Http404
        with timezone.override(ZoneInfo(organisation.time_zone)):
            return _file(request, organisation, *FILES[address["file"]])


def _file(
    request: ApiRequest, organisation: Organisation, export: Export, form: Format
) -> HttpResponseBase:
    question = ReportForm(request.GET, organisation=organisation, of=export)
    if question.has_error_of("unknown"):
        raise Http404
    if not question.is_valid():
        wrong = [(name, str(words[0])) for name, words in question.errors.items()]
        entries = [{"in": "query", "field": name, "detail": words} for name, words in wrong]
        raise problems.of_fields(entries)
    try:
        return file_of(organisation, request.path, export, form, question.asked())
    except CannotExport as refusal:
        status, title = STATUS[type(refusal)], str(refusal.title)
        raise Problem(
            status,
            refusal.detail or title,
            kind=problems.KINDS + refusal.kind,
            title=title,
            headers={"Retry-After": RETRY_AFTER} if status == problems.AWAY else {},
        ) from refusal
