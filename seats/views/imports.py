"""Importing: a file is uploaded, matched, looked at, and then all of it is written, or none."""

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from orgs.errors import Refusal
from seats.forms.imports import MatchForm, StepForm, TemplateForm, UploadForm
from seats.imports import running
from seats.imports.results import stream_result
from seats.imports.samples import csv_sample, xlsx_sample
from seats.models import Import
from seats.reports.imports import import_page, recent_imports
from seats.reports.refusals import refusal_view
from seats.views.pages import INVALID, REFUSED, done

PROGRESS = "import-progress"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@gate(Role.ADMIN)
def imports(request: OrgRequest) -> HttpResponse:
    initial = {"kind": request.GET.get("kind", Import.Kind.TEAMS)}
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)
    if not form.is_valid():
        return _upload(request, form, INVALID if form.is_bound else 200)
    try:
        source = running.upload(actor=request.member, **form.upload())
    except Refusal as refusal:
        return _upload(request, form, REFUSED, refusal)
    return redirect("import-columns", request.organisation.slug, source.pk)


@gate(Role.ADMIN)
def columns(request: OrgRequest, import_id: UUID) -> HttpResponse:
    source = _source(request, import_id)
    form = MatchForm(request.POST or None, source=source)
    if not form.is_valid():
        return _match(request, source, form, INVALID if form.is_bound else 200)
    try:
        running.match(actor=request.member, source=source, columns=form.columns())
    except Refusal as refusal:
        return _match(request, source, form, REFUSED, refusal)
    return redirect("import-file", request.organisation.slug, source.pk)


@gate(Role.ADMIN)
def one_import(request: OrgRequest, import_id: UUID) -> HttpResponse:
    """Show how far it is, its rows, or what became of them; and take it a step on."""
    source = _source(request, import_id)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _step(request, source, form.cleaned_data["step"])
    return _show(request, source, INVALID if request.method == "POST" else 200)


@gate(Role.ADMIN)
@require_safe
def result(request: OrgRequest, import_id: UUID) -> HttpResponseBase:
    source = _source(request, import_id)
    return StreamingHttpResponse(
        stream_result(request.organisation, source),
        content_type="text/csv; charset=utf-8",
        headers=_as_file(f"{request.organisation.slug}-{source.kind}-import.csv"),
    )


@gate(Role.ADMIN)
@require_safe
def template(request: OrgRequest) -> HttpResponse:
    form = TemplateForm({"kind": Import.Kind.TEAMS, "format": "csv", **request.GET.dict()})
    if not form.is_valid():
        return redirect("import", request.organisation.slug)
    kind = form.cleaned_data["kind"]
    if form.cleaned_data["format"] == TemplateForm.XLSX:
        return HttpResponse(xlsx_sample(kind), XLSX_TYPE, headers=_as_file(f"{kind}.xlsx"))
    return HttpResponse(
        csv_sample(kind), "text/csv; charset=utf-8", headers=_as_file(f"{kind}.csv")
    )


def _source(request: OrgRequest, import_id: UUID) -> Import:
    imports = Import.objects.for_org(request.organisation).without_file()
    return get_object_or_404(imports.select_related("created_by"), pk=import_id)


def _step(request: OrgRequest, source: Import, step: str) -> HttpResponse:
    try:
        if step == StepForm.DISCARD:
            running.discard(actor=request.member, source=source)
            words = _("Discarded %(file)s.") % {"file": source}
            return done(request, words, reverse("import", args=[request.organisation.slug]))
        running.confirm(actor=request.member, source=source)
    except Refusal as refusal:
        return _show(request, source, REFUSED, refusal)
    return redirect("import-file", request.organisation.slug, source.pk)


def _show(
    request: OrgRequest, source: Import, status: int, refusal: Refusal | None = None
) -> HttpResponse:
    report = import_page(source, request.GET)
    context = {
        "report": report,
        "page": report.rows,
        "refusal": refusal and refusal_view(refusal, request.role),
    }
    if request.htmx and request.htmx.target == PROGRESS:
        if not report.under_way:
            return HttpResponseClientRefresh()
        return render(request, "seats/_import_progress.html", context)
    response = answer(request, "seats/import.html", context, report.rows)
    response.status_code = status
    return response


def _upload(
    request: OrgRequest, form: UploadForm, status: int, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal and refusal_view(refusal, request.role),
        "recent": recent_imports(request.organisation),
    }
    return render(request, "seats/imports.html", context, status=status)


def _match(
    request: OrgRequest,
    source: Import,
    form: MatchForm,
    status: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "source": source,
        "form": form,
        "refusal": refusal and refusal_view(refusal, request.role),
        "heading": _("Match the columns of %(file)s") % {"file": source},
        "parent": (_("Import"), reverse("import", args=[request.organisation.slug])),
        "submit": _("Check the rows"),
        "form_template": "seats/_import_columns.html",
    }
    return render(request, "seats/import_columns.html", context, status=status)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
