"""How pages answer: a report drawn, or a form that is shown, refused in place, or done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.forms import BaseForm, Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from orgs.access import OrgRequest, Role
from orgs.errors import Refusal
from seats.reports.previews import Preview
from seats.reports.refusals import RefusalView, refusal_view
from seats.templatetags.undo import undo_tag

REFUSED = 409
PREVIEW = "preview"
PAGES = {"member": "person"}
INVALID = 422


class Report(Protocol):
    """What a screen shows; it names the live numbers in it."""

    @property
    def topics(self) -> list[str]: ...


def show(request: OrgRequest, template: str, report: Report, **context: Any) -> HttpResponse:
    """Draw a report, and let its numbers be live."""
    request.live_topics = report.topics
    return render(request, template, {"report": report, **context})


@dataclass(frozen=True)
class Said:
    """What happened, in words; with the ticket that undoes it, where that is possible."""

    words: str
    undo: str = ""


@dataclass(frozen=True, kw_only=True)
class Action:
    """A form's page: what it is called, what it does, and where one goes afterwards.

    `perform` runs the service with the valid form and says what happened; it may raise a Refusal.
    `parent` is the page's (label, url) above it, and where Cancel goes. `template` draws the form
    where the plain one will not do. `seen` reads anew the hidden fields that say what the form
    shows: after a refusal it shows what is so now. `preview` says what would happen, of what is
    typed so far; the form must be made of `sent` then.
    """

    heading: str
    submit: str
    parent: tuple[str, str]
    perform: Callable[[], str | Said]
    intro: str = ""
    danger: bool = False
    template: str = "components/_form.html"
    context: Mapping[str, Any] = field(default_factory=dict)
    success_url: str = ""
    seen: Callable[[], Mapping[str, str]] | None = None
    preview: Callable[[], Preview] | None = None


def sent(request: OrgRequest) -> QueryDict | None:
    """Return what a form is made of: what was sent, or what is typed so far, for its preview."""
    return request.POST or (request.GET if PREVIEW in request.GET else None)


def typed(form: Form, name: str) -> Any:
    """Return what a field holds so far; None where it was not typed, or makes no sense."""
    if not form.is_bound:
        return None
    form.is_valid()
    return form.cleaned_data.get(name)


def act(request: OrgRequest, form: BaseForm, action: Action) -> HttpResponse:
    """Answer the form: 200 shown, 422 invalid, 409 refused, or done and on to the parent page."""
    if request.method != "POST" and form.is_bound and request.htmx and action.preview:
        return render(request, "components/_preview.html", {"preview": action.preview()})
    if request.method != "POST" or PREVIEW in request.POST:
        return _form(request, form, action, 200)
    if not form.is_valid():
        return _form(request, form, action, INVALID)
    try:
        with transaction.atomic():
            said = action.perform()
    except Refusal as refusal:
        _look_again(form, action)
        return _form(request, form, action, REFUSED, refusal_view(refusal, request.role))
    except IntegrityError:
        form.add_error(None, _("Somebody did the same a moment ago. Look at the page again."))
        return _form(request, form, action, REFUSED)
    return done(request, said, action.success_url or action.parent[1])


def confirm(request: OrgRequest, action: Action) -> HttpResponse:
    """Answer a form in which nothing is filled in: one only says yes."""
    return act(request, Form(request.POST if request.method == "POST" else None), action)


def done(request: OrgRequest, said: str | Said, url: str) -> HttpResponse:
    """Say what happened, on the page that one goes to, with a button that undoes it if any."""
    if isinstance(said, str):
        said = Said(said)
    messages.success(request, said.words, extra_tags=undo_tag(said.undo))
    return go(request, url)


def came_from(request: OrgRequest) -> str:
    """Return the page of ours that a link said to come back to, '' for none."""
    url = request.GET.get("next", "")
    is_ours = url.startswith(f"/o/{request.organisation.slug}/")
    return url if is_ours and url_has_allowed_host_and_scheme(url, None) else ""


def page_of(request: OrgRequest, thing: Model) -> tuple[str, str]:
    """Return the label and the address of a pool's, product's, team's or member's page."""
    name = type(thing).__name__.lower()
    return str(thing), reverse(PAGES.get(name, name), args=[request.organisation.slug, thing.pk])


def inside(request: OrgRequest, address: str) -> str:
    """Return an address of the organisation's pages as it was given, '' for any other."""
    here = f"/o/{request.organisation.slug}/"
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and address.startswith(here) else ""


def words_asked(request: OrgRequest) -> str:
    """Return the words to search by, without the NUL that PostgreSQL takes in no text."""
    return request.GET.get("q", "").replace("\0", "").strip()


def may_change(request: OrgRequest) -> bool:
    """Say whether the member may move seats."""
    return request.role is Role.ADMIN


def may_revoke(request: OrgRequest, *, or_refuse: bool = False) -> bool:
    """Say whether the member may end enrolments of teams that they manage; or answer 403."""
    allowed = request.role is Role.ADMIN or (
        request.role is Role.MANAGER and request.organisation.managers_may_revoke
    )
    if or_refuse and not allowed:
        raise PermissionDenied
    return allowed


def go(request: OrgRequest, url: str) -> HttpResponse:
    """Send the browser to a page, from a plain form or from one in the dialog."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _look_again(form: BaseForm, action: Action) -> None:
    if action.seen:
        fresh = {form.add_prefix(name): value for name, value in action.seen().items()}
        form.data = dict(form.data.items()) | fresh


def _form(
    request: OrgRequest,
    form: BaseForm,
    action: Action,
    status: int,
    refusal: RefusalView | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "heading": action.heading,
        "submit": action.submit,
        "intro": action.intro,
        "danger": action.danger,
        "refusal": refusal,
        "preview": action.preview and action.preview(),
        "parent": action.parent,
        "cancel_url": action.parent[1],
        "form_template": action.template,
        **action.context,
    }
    template = action.template if request.htmx else "seats/action.html"
    return render(request, template, context, status=status)
