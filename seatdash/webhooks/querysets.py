"""Named reads of endpoints and what is delivered to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from seats import clock
from seats.querysets import TenantQuerySet

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from seatdash.webhooks.models import Attempt, Delivery, Endpoint


class EndpointQuerySet(TenantQuerySet["Endpoint"]):
    def active(self) -> Self:
        return self.filter(state="active")

    def off(self) -> Self:
        """Switched off by the worker, and waiting for an admin."""
        return self.filter(state="off")

    def due(self) -> Self:
        """Where something is to be sent now, or where a worker was stopped in the middle of it."""
        now = clock.now()
        is_left = Q(due_at__isnull=True, claimed_until__lte=now)
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.active().filter(is_left | (Q(due_at__lte=now) & free))

    def for_type(self, event_type: str) -> Self:
        return self.filter(types__contains=[event_type])

    def oldest_first(self) -> Self:
        return self.order_by("created_at", "id")


class DeliveryQuerySet(TenantQuerySet["Delivery"]):
    def to(self, endpoint: Endpoint | UUID) -> Self:
        return self.filter(endpoint=endpoint)

    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def failed(self) -> Self:
        return self.filter(state="failed")

    def held_up(self) -> Self:
        """Those that wait for their next attempt, and with them all later ones of their lane."""
        return self.waiting().filter(next_at__gt=clock.now())

    def sendable(self, endpoint: Endpoint) -> Self:
        """Those that wait for nothing, in the order of the ledger."""
        of_it = self.to(endpoint)
        lanes = of_it.held_up().order_by().values("lane")
        return of_it.waiting().exclude(lane__in=lanes).order_by("turn", "id")

    def over_before(self, moment: datetime) -> Self:
        return self.filter(created_at__lt=moment).exclude(state="waiting")


class AttemptQuerySet(TenantQuerySet["Attempt"]):
    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")
