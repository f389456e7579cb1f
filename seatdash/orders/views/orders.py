"""Orders: the inbox, the list, one order, and what an admin does about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from orgs.errors import spelled
from seatdash.orders.forms.lists import OrdersFilter
from seatdash.orders.forms.mapping import IgnoreForm, RefundForm
from seatdash.orders.models import Order, OrderMessage
from seatdash.orders.reports import inbox_of, order_report, orders_page, shops_of
from seatdash.orders.services import inbox
from seats.views.pages import Action, act, confirm


@gate(Role.ADMIN)
@require_safe
def orders(request: OrgRequest) -> HttpResponse:
    filters = OrdersFilter(request.GET)
    found = filters.narrow(Order.objects.for_org(request.organisation))
    page = orders_page(found, request.GET)
    context = {
        "page": page,
        "filters": filters,
        "inbox": inbox_of(request.organisation),
        "shops": shops_of(request.organisation),
    }
    return answer(request, "orders/orders.html", context, page)


@gate(Role.ADMIN)
@require_safe
def order(request: OrgRequest, order_id: UUID) -> HttpResponse:
    report = order_report(order_of(request, order_id))
    return render(request, "orders/order.html", {"report": report})


@gate(Role.ADMIN)
@require_safe
def message(request: OrgRequest, message_id: UUID) -> HttpResponse:
    found = _message(request, message_id)
    body = bytes(found.body).decode(errors="replace")
    return render(request, "orders/message.html", {"message": found, "body": body})


@gate(Role.ADMIN)
@require_POST
def run_orders(request: OrgRequest) -> HttpResponse:
    """Try again what waits, of all shops."""
    ran = inbox.run_all(actor=request.member)
    done = ngettext("%(n)s order is done.", "%(n)s orders are done.", ran.done)
    waiting = ngettext("%(n)s waits still.", "%(n)s wait still.", ran.waiting)
    words = [done % spelled(n=ran.done)]
    if ran.waiting:
        words.append(waiting % spelled(n=ran.waiting))
    messages.success(request, " ".join(words))
    return redirect("orders", request.organisation.slug)


@gate(Role.ADMIN)
def run_order(request: OrgRequest, order_id: UUID) -> HttpResponse:
    found = order_of(request, order_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    say(request, inbox.run(actor=request.member, order=found))
    return redirect("order", request.organisation.slug, order_id)


@gate(Role.ADMIN)
def ignore_order(request: OrgRequest, order_id: UUID) -> HttpResponse:
    found = order_of(request, order_id)
    form = IgnoreForm(request.POST or None)

    def perform() -> str:
        done = inbox.ignore(actor=request.member, order=found, word=form.cleaned_data["word"])
        return said_of(done)

    action = Action(
        heading=_("Ignore order %(order)s") % {"order": found},
        intro=_("No seats are given for it, whatever the shop says later. You can run it again."),
        submit=_("Ignore"),
        parent=page_of_order(request, found),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def count_refund(request: OrgRequest, order_id: UUID) -> HttpResponse:
    found = order_of(request, order_id)
    rows = [(row.line, row.standing) for row in order_report(found).lines if row.standing]
    form = RefundForm(request.POST or None, lines=rows)

    def perform() -> str:
        done = inbox.count_refund(actor=request.member, order=found, units=form.units())
        return said_of(done)

    action = Action(
        heading=_("Count the refund of order %(order)s") % {"order": found},
        intro=_("The shop says only how much money went back. Say for how many units it was."),
        submit=_("Take back"),
        parent=page_of_order(request, found),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def ignore_message(request: OrgRequest, message_id: UUID) -> HttpResponse:
    found = _message(request, message_id)

    def perform() -> str:
        inbox.ignore_message(actor=request.member, message=found)
        return _("Ignored the message.")

    action = Action(
        heading=_("Ignore this message"),
        intro=_("It stays in the list of its shop's messages, and leaves the inbox."),
        submit=_("Ignore"),
        parent=orders_tab(request),
        perform=perform,
    )
    return confirm(request, action)


def say(request: OrgRequest, order: Order) -> None:
    """Say on the next page what became of an order."""
    show = messages.success if order.state not in _OPEN else messages.warning
    show(request, said_of(order))


_OPEN = (Order.State.WAITING, Order.State.FAILED, Order.State.EXPECTED)


def said_of(order: Order) -> str:
    """Return what became of an order, in words."""
    facts = {"order": order, "problem": order.problem, "team": order.team}
    if order.state in _OPEN:
        return _("Order %(order)s waits still. %(problem)s") % facts
    if order.state == Order.State.IGNORED:
        return _("Order %(order)s is ignored.") % facts
    if order.state == Order.State.REFUNDED:
        return _("Order %(order)s is refunded.") % facts
    if order.team is None:
        return _("Order %(order)s is done.") % facts
    return _("Order %(order)s is done: %(team)s has its seats.") % facts


def order_of(request: OrgRequest, order_id: UUID) -> Order:
    """Return an order of the organisation; 404 for any other."""
    found = Order.objects.for_org(request.organisation).select_related("source", "team")
    return get_object_or_404(found, pk=order_id)


def page_of_order(request: OrgRequest, order: Order) -> tuple[str, str]:
    """Return the label and the address of an order's page."""
    return str(order), reverse("order", args=[request.organisation.slug, order.pk])


def orders_tab(request: OrgRequest) -> tuple[str, str]:
    """Return the label and the address of the tab."""
    return _("Orders"), reverse("orders", args=[request.organisation.slug])


def _message(request: OrgRequest, message_id: UUID) -> OrderMessage:
    found = OrderMessage.objects.for_org(request.organisation).select_related("source", "order")
    return get_object_or_404(found, pk=message_id)
