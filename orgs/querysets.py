"""Named reads of organisations and members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from uuid import UUID

    from orgs.models import Member, Organisation, User


def every_word(text: str, column: str = "search") -> models.Q:
    """Every word of `text` is in the column (which is in lower case), in whatever order."""
    matches = models.Q()
    for word in text.replace("\0", "").lower().split():
        matches &= models.Q(**{f"{column}__contains": word})
    return matches


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of_user(self, user: User) -> OrganisationQuerySet:
        """Organisations that this user may enter."""
        return self.filter(members__user=user, members__offboarded_at__isnull=True).order_by("name")


class MemberQuerySet(models.QuerySet["Member"]):
    def for_org(self, organisation: Organisation | UUID) -> MemberQuerySet:
        return self.filter(organisation=organisation)

    def active(self) -> MemberQuerySet:
        return self.filter(offboarded_at__isnull=True)

    def admins(self) -> MemberQuerySet:
        return self.active().filter(role="admin")

    def with_emails(self, emails: Iterable[str]) -> MemberQuerySet:
        """Members with one of these addresses, whatever the case."""
        return self.filter(email_key__in=[email.lower() for email in emails])

    def by_name(self) -> MemberQuerySet:
        """By name, or by address where there is none."""
        return self.order_by("search", "id")

    def search(self, text: str) -> MemberQuerySet:
        return self.filter(every_word(text))
