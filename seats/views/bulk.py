"""How pages answer for many at once: what is selected, a preview of every row, then the deed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.access import OrgRequest
from orgs.errors import Refusal
from orgs.filters import ListFilter
from seats.forms.selected import Selection
from seats.models import Enrolment
from seats.reports.refusals import refusal_view
from seats.reports.selected import Preview
from seats.services.selection import MOST_SELECTED, check_many
from seats.views.pages import INVALID, REFUSED, Said, done, inside
from teams.models import Team

TEMPLATE = "seats/_selected.html"

M = TypeVar("M", bound=Model)
F = TypeVar("F", bound=ListFilter)
BulkView = Callable[[OrgRequest], HttpResponse]
Listed = Callable[[OrgRequest, QueryDict], QuerySet[Any]]


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """What is done to many: `preview` says what will become of each, `perform` does it to those.

    Both are asked once the form is valid, and may raise a Refusal. Where `asks` is not, there is
    nothing to ask before the preview, and the form's fields stand below it.
    """

    heading: str
    intro: str
    ids: list[UUID]
    submit: Callable[[int], str]
    preview: Callable[[], Preview]
    perform: Callable[[list[UUID]], str | Said]
    back: tuple[str, str]
    asks: bool = True
    danger: bool = False
    fields_template: str = ""
    preview_template: str = "seats/_selected_rows.html"
    context: Mapping[str, Any] = field(default_factory=dict)


class Stopped(Exception):
    """There is nothing to go on with; the page says why."""

    def __init__(self, refusal: Refusal, back: tuple[str, str], status: int) -> None:
        super().__init__(refusal.title)
        self.refusal, self.back, self.status = refusal, back, status


def selecting(view: BulkView) -> BulkView:
    """Let a view stop where nothing is selected, or too much."""

    @wraps(view)
    def answered(request: OrgRequest) -> HttpResponse:
        try:
            return view(request)
        except Stopped as stopped:
            context = {
                "refusal": refusal_view(stopped.refusal, request.role),
                "heading": _("Selected"),
                "parent": stopped.back,
            }
            return _draw(request, "seats/_stopped.html", context, stopped.status)

    return answered


def selected(
    request: OrgRequest,
    rows: QuerySet[M],
    listed: Listed,
    page: str,
    *,
    most: int = MOST_SELECTED,
) -> list[M]:
    """Return what is selected among `rows`, in the order of ids; raises Http404 where some of it
    is not there, and Stopped.

    `listed` finds all that match a list's filter; `page` is the list's name.
    """
    form = _selection(request)
    ids = form.cleaned_data["selected"]
    if form.cleaned_data["all"]:
        matching = listed(request, form.asked_filter).order_by("pk").values_list("pk", flat=True)
        ids = list(matching[: most + 1])
    try:
        check_many(ids, most)
    except Refusal as refusal:
        back = back_from(request, page)
        raise Stopped(refusal, back, REFUSED if ids else 200) from refusal
    found = list(rows.filter(pk__in=ids).order_by("pk"))
    if len(found) != len(ids):
        raise Http404
    return found


def sensible(filters: F) -> F:
    """Return a list's filter; raises Http404 where a part of it makes no sense.

    A list leaves such a part out; of what is done to all that match, it would let in more.
    """
    if not filters.is_valid():
        raise Http404
    return filters


def back_from(request: OrgRequest, page: str) -> tuple[str, str]:
    """Return where the selection was made: the list's address, or that of the page named so."""
    address = inside(request, _selection(request).cleaned_data["back"])
    return _("Back"), address or reverse(page, args=[request.organisation.slug])


def check_teams(request: OrgRequest, enrolments: list[Enrolment]) -> None:
    """Answer 403 unless all are of teams that the member may look at."""
    if not request.member.role:
        teams = {each.team_id for each in enrolments}
        managed = Team.objects.for_org(request.organisation).managed_by(request.member)
        if managed.filter(pk__in=teams).count() != len(teams):
            raise PermissionDenied


def answer_bulk(request: OrgRequest, form: BaseForm, bulk: Bulk) -> HttpResponse:
    """Answer: what to do (200, 422), its preview (200, 409), or done and back to the list."""
    confirmed = _selection(request).cleaned_data["confirmed"]
    if bulk.asks and not form.is_valid():
        return _ask(request, form, bulk, status=INVALID if form.is_bound else 200)
    try:
        preview = bulk.preview()
    except Refusal as refusal:
        return _ask(request, form, bulk, refusal=refusal, status=REFUSED)
    if "change" in request.POST:
        return _ask(request, form, bulk)
    if not confirmed or not form.is_valid():
        status = INVALID if confirmed else 200
        return _ask(request, form, bulk, preview=preview, status=status)
    try:
        with transaction.atomic():
            said = bulk.perform(confirmed)
    except Refusal as refusal:
        return _ask(request, form, bulk, preview=preview, refusal=refusal, status=REFUSED)
    return done(request, said, bulk.back[1])


def joined(ids: Iterable[UUID]) -> str:
    """Write ids for one hidden field."""
    return ",".join(str(each) for each in ids)


def _selection(request: OrgRequest) -> Selection:
    form = Selection(request.POST or request.GET)
    if not form.is_valid():
        raise Http404
    return form


def _ask(
    request: OrgRequest,
    form: BaseForm,
    bulk: Bulk,
    *,
    preview: Preview | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "bulk": bulk,
        "heading": bulk.heading,
        "preview": preview,
        "submit": preview and bulk.submit(len(preview.going)),
        "refusal": refusal and refusal_view(refusal, request.role),
        "selected": joined(bulk.ids),
        "confirmed": preview and joined(preview.ids),
        "shows_fields": preview is None or not bulk.asks,
        "parent": bulk.back,
        **bulk.context,
    }
    return _draw(request, TEMPLATE, context, status)


def _draw(request: OrgRequest, fragment: str, context: dict[str, Any], status: int) -> HttpResponse:
    template = fragment if request.htmx else "seats/action.html"
    return render(request, template, context | {"form_template": fragment}, status=status)
