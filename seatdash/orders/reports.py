"""What the pages of orders show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.models import Member, Organisation
from seatdash.orders.models import Order, OrderLine, OrderMessage, Source
from seatdash.orders.querysets import OrderQuerySet
from seatdash.orders.services.mapping import customer_rule, unmapped_lines
from seatdash.orders.services.settling import reckoning_of
from seats.models import LedgerEntry
from seats.reports.history import Event, events_of

MOST_SHOWN = 50

ORDERS = Listing(
    id="orders",
    fragment="orders/_order_list.html",
    first="-when",
    columns=(
        Column(name="order", label=_("Order"), by="number"),
        Column(label=_("Customer")),
        Column(label=_("Team")),
        Column(name="state", label=_("State"), by="state"),
        Column(name="when", label=_("When"), by="created_at", kind="moment", descends=True),
    ),
)


def orders_page(orders: OrderQuerySet, query: QueryDict) -> ListPage[Order]:
    """Return the page of orders that the address asks for."""
    return list_page(orders, ORDERS.asked(query), _dressed)


def _dressed(ids: list[UUID]) -> dict[UUID, Order]:
    related = Order.objects.filter(pk__in=ids).select_related("source", "team")
    return {order.pk: order for order in related}


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """What an admin has to do something about, as far as it is shown; `total` is all of it."""

    orders: Sequence[Order]
    messages: Sequence[OrderMessage]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.orders) - len(self.messages)


def inbox_of(organisation: Organisation) -> Inbox:
    """Return what waits, the oldest first."""
    orders = Order.objects.for_org(organisation).in_inbox()
    messages = OrderMessage.objects.for_org(organisation).in_inbox()
    return Inbox(
        orders=list(orders.select_related("source")[:MOST_SHOWN]),
        messages=list(messages.select_related("source").defer("body")[:MOST_SHOWN]),
        total=orders.count() + messages.count(),
    )


def inbox_waiting(member: Member) -> int:
    """Count what waits in the inbox of whoever may do something about it."""
    if member.role != Member.Role.ADMIN:
        return 0
    orders = Order.objects.for_org(member.organisation_id).in_inbox().order_by()
    messages = OrderMessage.objects.for_org(member.organisation_id).in_inbox().order_by()
    # Every page asks this, so it is one query.
    return orders.values("pk").union(messages.values("pk"), all=True).count()


def shops_of(organisation: Organisation) -> list[Any]:
    """Return the shops, each with `rules`, how many products are mapped, and `waiting` orders."""
    waits = Q(orders__state__in=[Order.State.WAITING, Order.State.FAILED])
    shops = Source.objects.for_org(organisation).by_name()
    return list(
        shops.annotate(
            rules=Count("product_rules", distinct=True),
            waiting=Count("orders", filter=waits, distinct=True),
        )
    )


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """A line, and how many of its units stand after refunds."""

    line: OrderLine
    standing: int
    is_unmapped: bool


@dataclass(frozen=True, kw_only=True)
class OrderReport:
    """One order: what was bought, what came, what was done and booked."""

    order: Order
    lines: Sequence[LineRow]
    messages: Sequence[OrderMessage]
    deeds: Sequence[Any]
    events: Sequence[Event]
    lacks_team: bool
    counts_refund: bool

    @property
    def first_unmapped(self) -> OrderLine | None:
        return next((row.line for row in self.lines if row.is_unmapped), None)


def order_report(order: Order) -> OrderReport:
    """Return what the page of an order shows."""
    lines = list(order.lines.select_related("product", "pool").order_by("key"))
    reckoning = reckoning_of(order)
    unmapped = {line.pk for line in unmapped_lines(order, lines)}
    waits = order.state in (Order.State.WAITING, Order.State.FAILED)
    deeds = list(order.deeds.select_related("actor").order_by("at", "id"))
    return OrderReport(
        order=order,
        lines=[
            LineRow(
                line=line,
                standing=reckoning.units[line.key],
                is_unmapped=waits and line.pk in unmapped and not order.source.skips_unknown,
            )
            for line in lines
        ],
        messages=list(order.messages.order_by("received_at", "id")),
        deeds=deeds,
        events=_events(order, [deed.xid for deed in deeds if deed.xid]),
        lacks_team=waits and bool(lines) and _lacks_team(order),
        counts_refund=waits and bool(reckoning.unclear),
    )


def _lacks_team(order: Order) -> bool:
    # One that would be made may be refused, where another has its name.
    return not (order.team_id or customer_rule(order))


def _events(order: Order, transactions: Sequence[int]) -> Sequence[Event]:
    """Return the ledger's entries of an order; others of one transaction have other reasons."""
    related = LedgerEntry.objects.select_related("product", "pool", "team", "member", "actor")
    booked = related.filter(organisation=order.organisation_id, xid__in=transactions)
    told = booked.filter(reason__contains=str(order)).order_by("at", "id")
    return list(events_of(list(told[:MOST_SHOWN])))
