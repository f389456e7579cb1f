"""Named reads of organisations and members."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from uuid import UUID

    from orgs.models import Member, Organisation, User


# What belongs to so many is looked up by an index; what belongs to more is read in its order.
FEW = 1_000

# Where the addresses of programs are: nowhere (RFC 2606), so that nobody else can have one.
PROGRAMS = "program.invalid"


def few(rows: models.QuerySet[Any]) -> list[UUID] | None:
    """Return the ids of rows that are few, so that an index finds what is theirs; or None."""
    ids = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return ids if len(ids) <= FEW else None


def every_word(text: str, *columns: str) -> models.Q:
    """Every word of `text`, in whatever order, is in one of the columns that `searched` made."""
    matches = models.Q()
    for word in text.replace("\0", "").lower().split():
        found = (models.Q(**{f"{column}__contains": word}) for column in columns or ("search",))
        matches &= reduce(or_, found)
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

    def people(self) -> MemberQuerySet:
        """Those who are somebody, and do not stand for a program."""
        return self.exclude(email_key__endswith=f"@{PROGRAMS}")

    def of_user(self, user: User) -> MemberQuerySet:
        """Where this user may enter, by the organisation's name."""
        mine = self.active().filter(user=user)
        return mine.select_related("organisation").order_by("organisation__name", "pk")

    def admins(self) -> MemberQuerySet:
        return self.active().filter(role="admin")

    def readers(self) -> MemberQuerySet:
        """Those who sign in and may read every report: admins and finance."""
        return self.active().filter(role__in=["admin", "finance"]).signing_in()

    def signing_in(self) -> MemberQuerySet:
        return self.filter(user__is_active=True)

    def with_emails(self, emails: Iterable[str]) -> MemberQuerySet:
        """Members with one of these addresses, whatever the case."""
        return self.filter(email_key__in=[email.lower() for email in emails])

    def by_name(self) -> MemberQuerySet:
        """By name, or by address where there is none."""
        return self.order_by("search", "id")

    def search(self, text: str) -> MemberQuerySet:
        return self.filter(every_word(text))
