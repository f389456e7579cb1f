"""The pages of webhooks, in the settings."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from orgs.words import grouped
from seatdash.secrets import UnreadableSecretError
from seatdash.webhooks.forms import DeliveryFilter, EndpointForm, GoOnForm
from seatdash.webhooks.models import Delivery, Endpoint
from seatdash.webhooks.reports import delivery_page, endpoint_page, endpoint_rows
from seatdash.webhooks.services import endpoints as service
from seatdash.webhooks.services import resending
from seats.views.pages import Action, act, confirm, done, go

FIELDS = {"fields_template": "webhooks/_endpoint_fields.html"}


@gate(Role.ADMIN)
@require_safe
def webhooks(request: OrgRequest) -> HttpResponse:
    """List the endpoints."""
    return render(request, "webhooks/webhooks.html", {"rows": endpoint_rows(request.organisation)})


@gate(Role.ADMIN)
@require_safe
def webhook(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    """Show an endpoint and its deliveries."""
    endpoint = _endpoint(request, endpoint_id)
    filters = DeliveryFilter(request.GET)
    deliveries = filters.narrow(Delivery.objects.for_org(request.organisation).to(endpoint))
    report = endpoint_page(endpoint, deliveries, request.GET)
    context = {"report": report, "page": report.deliveries, "filters": filters}
    return answer(request, "webhooks/webhook.html", context, report.deliveries)


@gate(Role.ADMIN)
def new_webhook(request: OrgRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None)

    def perform() -> str:
        made = service.add_endpoint(actor=request.member, **form.cleaned_data)
        return _("Events go to %(address)s from now on.") % {"address": made}

    action = Action(
        heading=_("Add an endpoint"),
        submit=_("Add endpoint"),
        parent=_list_of(request),
        perform=perform,
        context=FIELDS,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def change_webhook(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    endpoint = _endpoint(request, endpoint_id)
    form = EndpointForm.of(endpoint, request.POST or None)

    def perform() -> str:
        service.change_endpoint(actor=request.member, endpoint=endpoint, **form.cleaned_data)
        return _("The endpoint is changed.")

    action = Action(
        heading=_("Change the endpoint"),
        submit=_("Save"),
        parent=_page_of(request, endpoint),
        perform=perform,
        context=FIELDS,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def pause_webhook(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    endpoint = _endpoint(request, endpoint_id)

    def perform() -> str:
        service.pause(actor=request.member, endpoint=endpoint)
        return _("Paused. What happens from now on waits.")

    action = Action(
        heading=_("Pause the endpoint"),
        intro=_("Nothing is sent until you resume. What happens meanwhile waits, and is not lost."),
        submit=_("Pause"),
        parent=_page_of(request, endpoint),
        perform=perform,
    )
    return confirm(request, action)


@gate(Role.ADMIN)
def resume_webhook(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    endpoint = _endpoint(request, endpoint_id)
    form = GoOnForm(request.POST or None)

    def perform() -> str:
        service.go_on(actor=request.member, endpoint=endpoint, skip=form.skip)
        return _("Events are sent again.")

    action = Action(
        heading=_("Resume the endpoint"),
        submit=_("Resume"),
        parent=_page_of(request, endpoint),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
@require_safe
def webhook_secret(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    """Show the secret that events are signed with."""
    endpoint = _endpoint(request, endpoint_id)
    context = {
        "endpoint": endpoint,
        "secret": _secret_of(endpoint),
        "form_template": "webhooks/_secret.html",
        "heading": _("Signing secret"),
        "parent": _page_of(request, endpoint),
    }
    template = "webhooks/_secret.html" if request.htmx else "seats/action.html"
    return render(request, template, context)


@gate(Role.ADMIN)
def renew_webhook_secret(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    endpoint = _endpoint(request, endpoint_id)

    def perform() -> str:
        service.renew_secret(actor=request.member, endpoint=endpoint)
        return _("There is a new secret. Events are signed with both for a day.")

    action = Action(
        heading=_("Replace the secret"),
        intro=_(
            "Events are signed with the new secret, and for 24 hours with the old one as well, so "
            "that you can change it at the receiver meanwhile."
        ),
        submit=_("Replace"),
        parent=_page_of(request, endpoint),
        perform=perform,
    )
    return confirm(request, action)


@gate(Role.ADMIN)
def delete_webhook(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    endpoint = _endpoint(request, endpoint_id)

    def perform() -> str:
        service.delete_endpoint(actor=request.member, endpoint=endpoint)
        return _("Nothing is sent to %(address)s any more.") % {"address": endpoint}

    action = Action(
        heading=_("Delete the endpoint"),
        intro=_("Nothing more is sent to it, and the list of its deliveries is gone."),
        submit=_("Delete"),
        danger=True,
        parent=_page_of(request, endpoint),
        perform=perform,
        success_url=_list_of(request)[1],
    )
    return confirm(request, action)


@gate(Role.ADMIN)
def test_webhook(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    """Send a test, and show what came back."""
    endpoint = _endpoint(request, endpoint_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    attempt = resending.send_test(actor=request.member, endpoint=endpoint)
    numbers = {"status": attempt.status, "ms": grouped(attempt.ms), "problem": attempt.problem}
    if attempt.is_success:
        words = _("The test was answered with %(status)s after %(ms)s ms.") % numbers
        messages.success(request, words)
    elif attempt.status:
        messages.error(request, _("The test was answered with %(status)s.") % numbers)
    else:
        messages.error(request, _("The test did not arrive: %(problem)s") % numbers)
    return go(request, _url(request, "delivery", endpoint.pk, attempt.delivery_id))


@gate(Role.ADMIN)
def resend_failed(request: OrgRequest, endpoint_id: UUID) -> HttpResponse:
    """Send again all that failed."""
    endpoint = _endpoint(request, endpoint_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    many = resending.send_failed_again(actor=request.member, endpoint=endpoint)
    words = ngettext("%(n)s event is sent again.", "%(n)s events are sent again.", many)
    return done(request, words % {"n": grouped(many)}, _page_of(request, endpoint)[1])


@gate(Role.ADMIN)
@require_safe
def delivery(request: OrgRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Show a delivery: what it says, and each attempt with its answer."""
    endpoint = _endpoint(request, endpoint_id)
    report = delivery_page(_delivery(request, endpoint, delivery_id))
    return render(request, "webhooks/delivery.html", {"report": report, "endpoint": endpoint})


@gate(Role.ADMIN)
def resend(request: OrgRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send one delivery again."""
    endpoint = _endpoint(request, endpoint_id)
    row = _delivery(request, endpoint, delivery_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    resending.send_again(actor=request.member, delivery=row)
    url = _url(request, "delivery", endpoint.pk, row.pk)
    return done(request, _("The event is sent again. Reload to see the answer."), url)


def _endpoint(request: OrgRequest, endpoint_id: UUID) -> Endpoint:
    return get_object_or_404(Endpoint.objects.for_org(request.organisation), pk=endpoint_id)


def _secret_of(endpoint: Endpoint) -> str:
    """Return the secret; '' where it cannot be read any more."""
    try:
        return service.secret_of(endpoint)
    except UnreadableSecretError:
        return ""


def _delivery(request: OrgRequest, endpoint: Endpoint, delivery_id: UUID) -> Delivery:
    deliveries = Delivery.objects.for_org(request.organisation).to(endpoint)
    return get_object_or_404(deliveries, pk=delivery_id)


def _url(request: OrgRequest, name: str, *of: UUID) -> str:
    return reverse(name, args=[request.organisation.slug, *of])


def _list_of(request: OrgRequest) -> tuple[str, str]:
    return _("Webhooks"), _url(request, "webhooks")


def _page_of(request: OrgRequest, endpoint: Endpoint) -> tuple[str, str]:
    return str(endpoint), _url(request, "webhook", endpoint.pk)
