"""Named reads of tokens, kept answers and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from seats.querysets import TenantQuerySet

if TYPE_CHECKING:
    from datetime import datetime

    from seatdash.api.models import Call, KeptAnswer, Token


class TokenQuerySet(TenantQuerySet["Token"]):
    def newest_first(self) -> Self:
        return self.order_by("-made_at", "-pk")


class KeptAnswerQuerySet(TenantQuerySet["KeptAnswer"]):
    def made_before(self, moment: datetime) -> Self:
        return self.filter(made_at__lt=moment)


class CallQuerySet(TenantQuerySet["Call"]):
    def made_before(self, moment: datetime) -> Self:
        return self.filter(at__lt=moment)

    def saying(self, text: str) -> Self:
        """The text is in what was called, its key, its id, or what was sent."""
        parts = ("path", "key", "request_id", "body", "answer")
        found = Q()
        for part in parts:
            found |= Q(**{f"{part}__icontains": text})
        return self.filter(found)
