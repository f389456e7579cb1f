"""What the pages of webhooks show."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.models import Member, Organisation
from seatdash.webhooks.models import Attempt, Delivery, Endpoint
from seatdash.webhooks.payloads import bodies_of
from seatdash.webhooks.querysets import DeliveryQuerySet
from seats import clock
from seats.models import Link

State = Delivery.State


@dataclass(frozen=True, kw_only=True)
class EndpointRow:
    """An endpoint with how much waits to be sent to it, and how much failed for good."""

    endpoint: Endpoint
    waiting: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class EndpointPage:
    """An endpoint; `unread` are entries of the ledger that it has not been told of yet."""

    row: EndpointRow
    unread: int
    deliveries: ListPage[Delivery]

    @property
    def old_secret_is_good(self) -> bool:
        until = self.row.endpoint.old_secret_until
        return until is not None and until > clock.now()

    @property
    def next_at(self) -> datetime | None:
        """When something is sent again, where that is not now."""
        due = self.row.endpoint.due_at
        return due if due and due > clock.now() else None


@dataclass(frozen=True, kw_only=True)
class DeliveryPage:
    """A delivery: its attempts, the newest first, and what it says, or '' where that is gone."""

    delivery: Delivery
    attempts: list[Attempt]
    body: str


DELIVERIES = Listing(
    id="deliveries",
    fragment="webhooks/_deliveries.html",
    first="-at",
    columns=(
        Column(name="type", label=_("Event")),
        Column(name="state", label=_("State")),
        Column(name="status", label=_("Last answer")),
        Column(name="tried", label=_("Attempts"), is_number=True),
        Column(name="at", label=_("Queued"), by="created_at", kind="moment"),
    ),
)


def endpoint_rows(organisation: Organisation) -> list[EndpointRow]:
    """Report the endpoints of an organisation, the oldest first."""
    endpoints = list(Endpoint.objects.for_org(organisation).oldest_first())
    return _rows(endpoints)


def endpoint_page(
    endpoint: Endpoint, deliveries: DeliveryQuerySet, query: QueryDict
) -> EndpointPage:
    """Report an endpoint with that page of its deliveries that the address asks for."""
    (row,) = _rows([endpoint])
    head = Link.objects.filter(organisation=endpoint.organisation_id).head()
    return EndpointPage(
        row=row,
        unread=max(0, head.position - endpoint.position) if head else 0,
        deliveries=list_page(deliveries, DELIVERIES.asked(query), _dress),
    )


def delivery_page(delivery: Delivery) -> DeliveryPage:
    """Report a delivery with its attempts, and what it says now."""
    body = bodies_of([delivery]).get(delivery.pk, "")
    attempts = Attempt.objects.for_org(delivery.organisation_id).filter(delivery=delivery)
    return DeliveryPage(
        delivery=delivery,
        attempts=list(attempts.newest_first()[:100]),
        body=body and json.dumps(json.loads(body), indent=2, ensure_ascii=False),
    )


def switched_off(member: Member) -> int:
    """Count the endpoints that the worker switched off; admins see it on every page."""
    if member.role != Member.Role.ADMIN:
        return 0
    return Endpoint.objects.for_org(member.organisation_id).off().count()


def _dress(ids: list[UUID]) -> dict[UUID, Delivery]:
    return Delivery.objects.in_bulk(ids)


def _rows(endpoints: list[Endpoint]) -> list[EndpointRow]:
    of_them = Delivery.objects.filter(endpoint__in=[each.pk for each in endpoints])
    open_ones = of_them.filter(state__in=[State.WAITING, State.FAILED]).exclude(type="test")
    counts = (
        open_ones.order_by()
        .values("endpoint")
        .annotate(
            waiting=Count("pk", filter=Q(state=State.WAITING)),
            failed=Count("pk", filter=Q(state=State.FAILED)),
        )
    )
    found = {each["endpoint"]: each for each in counts}
    none = {"waiting": 0, "failed": 0}
    return [
        EndpointRow(
            endpoint=each,
            waiting=found.get(each.pk, none)["waiting"],
            failed=found.get(each.pk, none)["failed"],
        )
        for each in endpoints
    ]
