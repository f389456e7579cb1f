"""Named reads of organisations and members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from uuid import UUID

    from orgs.models import Member, Organisation, User


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
        lowered = [email.lower() for email in emails]
        return self.annotate(email_lower=Lower("email")).filter(email_lower__in=lowered)

    def by_name(self) -> MemberQuerySet:
        return self.order_by(Lower("name"), "id")

    def search(self, text: str) -> MemberQuerySet:
        return self.filter(models.Q(name__icontains=text) | models.Q(email__icontains=text))
