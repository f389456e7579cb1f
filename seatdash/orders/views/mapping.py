"""The mapping: what a shop's products and customers stand for."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.access import OrgRequest, Role, gate
from orgs.errors import spelled
from seatdash.orders.forms.mapping import MapProductForm, initial_of
from seatdash.orders.forms.shops import MapCustomerForm
from seatdash.orders.models import CustomerRule, Order, ProductRule, Source
from seatdash.orders.services import inbox, rules
from seatdash.orders.views.orders import page_of_order, said_of
from seatdash.orders.views.shops import shop_of
from seats.views.pages import Action, act, confirm
from teams.models import Team


@gate(Role.ADMIN)
def map_product(request: OrgRequest, source_id: UUID) -> HttpResponse:
    """Map a product; from an order's page, run that order then."""
    source = shop_of(request, source_id)
    initial = {"external": _words(request, "external")}
    form = MapProductForm(request.POST or None, organisation=request.organisation, initial=initial)

    def perform() -> str:
        rule = rules.map_product(actor=request.member, source=source, **form.rule())
        return _ran(request, source, _("%(product)s is mapped.") % {"product": rule})

    return act(request, form, _product_action(request, source, perform, _("Map a product")))


@gate(Role.ADMIN)
def change_mapping(request: OrgRequest, rule_id: UUID) -> HttpResponse:
    rule = _product_rule(request, rule_id)
    form = MapProductForm(
        request.POST or None, organisation=request.organisation, initial=initial_of(rule)
    )

    def perform() -> str:
        changed = form.rule()
        rules.map_product(actor=request.member, source=rule.source, rule=rule, **changed)
        words = _("%(product)s is mapped anew. Orders that are done keep what they got.")
        return _ran(request, rule.source, words % {"product": rule})

    heading = _("Change what %(product)s stands for") % {"product": rule}
    return act(request, form, _product_action(request, rule.source, perform, heading))


@gate(Role.ADMIN)
def unmap_product(request: OrgRequest, rule_id: UUID) -> HttpResponse:
    rule = _product_rule(request, rule_id)

    def perform() -> str:
        rules.unmap_product(actor=request.member, rule=rule)
        return _("%(product)s is no longer mapped.") % {"product": rule}

    action = Action(
        heading=_("Remove %(product)s from the mapping") % {"product": rule},
        intro=_("Orders that hold it will wait for you. Those that are done keep what they got."),
        submit=_("Remove"),
        danger=True,
        parent=_shop_page(request, rule.source),
        perform=perform,
    )
    return confirm(request, action)


@gate(Role.ADMIN)
def map_customer(request: OrgRequest, source_id: UUID) -> HttpResponse:
    """Say which team a customer stands for; from an order's page, run that order then."""
    source = shop_of(request, source_id)
    teams = Team.objects.for_org(request.organisation).open().by_name()
    initial = {"customer": _words(request, "customer")}
    form = MapCustomerForm(request.POST or None, teams=teams, initial=initial)

    def perform() -> str:
        rule = rules.map_customer(actor=request.member, source=source, **form.cleaned_data)
        facts = {"customer": rule, "team": rule.team}
        return _ran(request, source, _("%(customer)s stands for %(team)s.") % facts)

    order = _order(request, source)
    action = Action(
        heading=_("Choose the team of a customer"),
        submit=_("Save and run the order") if order else _("Save"),
        parent=page_of_order(request, order) if order else _shop_page(request, source),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def unmap_customer(request: OrgRequest, customer_id: UUID) -> HttpResponse:
    found = CustomerRule.objects.for_org(request.organisation).select_related("source", "team")
    rule = get_object_or_404(found, pk=customer_id)

    def perform() -> str:
        rules.unmap_customer(actor=request.member, rule=rule)
        return _("%(customer)s is no longer mapped.") % {"customer": rule}

    action = Action(
        heading=_("Remove %(customer)s from the mapping") % {"customer": rule},
        intro=_("%(team)s keeps its seats.") % {"team": rule.team},
        submit=_("Remove"),
        danger=True,
        parent=_shop_page(request, rule.source),
        perform=perform,
    )
    return confirm(request, action)


def _product_action(request: OrgRequest, source: Source, perform: Any, heading: str) -> Action:
    order = _order(request, source)
    return Action(
        heading=heading,
        submit=_("Map and run") if order else _("Save"),
        parent=page_of_order(request, order) if order else _shop_page(request, source),
        perform=perform,
        context={"fields_template": "orders/_map_fields.html"},
    )


def _ran(request: OrgRequest, source: Source, words: str) -> str:
    """Run the order that the form was opened from; otherwise say how many wait for the shop."""
    order = _order(request, source)
    if order:
        return f"{words} {said_of(inbox.run(actor=request.member, order=order))}"
    waiting = Order.objects.for_org(request.organisation).in_inbox().filter(source=source).count()
    if not waiting:
        return words
    offer = ngettext(
        "%(n)s order of this shop waits: run it again on the tab Orders.",
        "%(n)s orders of this shop wait: run them again on the tab Orders.",
        waiting,
    )
    return f"{words} {offer % spelled(n=waiting)}"


def _order(request: OrgRequest, source: Source) -> Order | None:
    """Return the order that the form was opened from, if any."""
    asked = _words(request, "order")
    orders = Order.objects.for_org(request.organisation).filter(source=source)
    return next((order for order in orders.filter(vendor_id=asked)), None) if asked else None


def _words(request: OrgRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "")[:254]


def _product_rule(request: OrgRequest, rule_id: UUID) -> ProductRule:
    found = ProductRule.objects.for_org(request.organisation).select_related("source")
    return get_object_or_404(found, pk=rule_id)


def _shop_page(request: OrgRequest, source: Source) -> tuple[str, str]:
    return source.name, reverse("shop", args=[request.organisation.slug, source.pk])
