"""Named reads of orders that chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from seats.querysets import Lockable

if TYPE_CHECKING:
    from datetime import datetime

    from seatdash.orders.models import Order, OrderMessage, Source

M = TypeVar("M", bound=models.Model)


class OrdersQuerySet(Lockable[M]):
    pass


class SourceQuerySet(Lockable["Source"]):
    def by_name(self) -> Self:
        return self.order_by("name", "id")


class OrderQuerySet(Lockable["Order"]):
    def in_inbox(self) -> Self:
        """Those that an admin has to do something about, oldest first."""
        return self.filter(state__in=["waiting", "failed"]).order_by("created_at", "id")

    def due(self) -> Self:
        """Those of which something was told since they were settled."""
        return self.filter(is_due=True, source__paused_at__isnull=True).order_by("created_at")


class MessageQuerySet(Lockable["OrderMessage"]):
    def left_over(self) -> Self:
        """Those that nobody has read yet, in the sequence in which they came."""
        waiting = self.filter(outcome="waits", source__paused_at__isnull=True)
        return waiting.order_by("received_at", "id")

    def received_before(self, moment: datetime) -> Self:
        return self.filter(received_at__lt=moment).exclude(body=b"")

    def forget(self) -> int:
        """Forget what they said, and what was fetched for them; answers how many."""
        return self.update(body=b"", headers={}, fetched=None)

    def in_inbox(self) -> Self:
        """Those that say nothing we understand."""
        return self.filter(outcome="not_understood").order_by("received_at", "id")
