"""Named reads of connections that chain."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from seats import clock

if TYPE_CHECKING:
    from uuid import UUID

    from orgs.models import Organisation
    from seatdash.connectors.models import (
        Comparison,
        Connection,
        CourseAccess,
        CourseMapping,
        FoundThere,
    )

FAILING_LONG = timedelta(days=1)

M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    def for_org(self, organisation: Organisation | UUID) -> Self:
        return self.filter(organisation=organisation)


class ConnectionQuerySet(TenantQuerySet["Connection"]):
    def by_age(self) -> Self:
        return self.order_by("created_at", "id")

    def working(self) -> Self:
        """Those that are switched on and have something to call."""
        return self.filter(is_on=True).exclude(kind="webhook_only")

    def untold(self) -> Self:
        return self.filter(admins_were_told=False)

    def failing_long(self) -> Self:
        """Those through which nothing has got for long enough to write a letter about it."""
        since = clock.now() - FAILING_LONG
        return self.working().filter(failing_since__lte=since).exclude(problem="")

    def locked(self) -> Self:
        return self.order_by("id").select_for_update(no_key=True, of=("self",))

    def free(self) -> Self:
        """Those at which no worker is, and that the learning system lets call it now."""
        now = clock.now()
        not_held = Q(held_until__isnull=True) | Q(held_until__lte=now)
        return (
            self.working()
            .filter(not_held)
            .filter(Q(not_before__isnull=True) | Q(not_before__lte=now))
        )


class OfConnection(TenantQuerySet[M]):
    def of(self, connection: Connection) -> Self:
        return self.filter(organisation=connection.organisation_id, connection=connection)


class CourseMappingQuerySet(OfConnection["CourseMapping"]):
    pass


class CourseAccessQuerySet(OfConnection["CourseAccess"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def due(self) -> Self:
        """Those to be told now, the longest waiting first."""
        return self.waiting().filter(next_at__lte=clock.now()).order_by("next_at", "id")

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)


class ComparisonQuerySet(OfConnection["Comparison"]):
    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def unfinished(self) -> Self:
        return self.filter(state="running")


class FoundThereQuerySet(OfConnection["FoundThere"]):
    def due(self) -> Self:
        return self.filter(state="ending", next_at__lte=clock.now()).order_by("next_at", "id")
