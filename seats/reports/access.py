"""What a person has access to: the union of their enrolments, product by product (rule 11)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from orgs.models import Member
from seats.models import Enrolment, Product
from teams.models import Team


@dataclass(frozen=True, kw_only=True)
class Access:
    """Access to one product, through one enrolment or several, the longest first.

    It lasts `until` the latest of their ends; None has no end.
    """

    product: Product
    through: Sequence[Enrolment]

    @property
    def until(self) -> datetime | None:
        return self.through[0].expires_at

    @property
    def earlier(self) -> list[Enrolment]:
        """Those that end before the access does, and leave it alone."""
        return [each for each in self.through if each.expires_at != self.until]


def access_of(member: Member, teams: QuerySet[Team]) -> list[Access]:
    """Return what a member has access to as far as `teams` are concerned, the next to end first."""
    live = Enrolment.objects.of_member(member).live().filter(team__in=teams)
    by_product: dict[UUID, list[Enrolment]] = defaultdict(list)
    for enrolment in live.select_related("pool__product", "team").order_by("started_at", "pk"):
        by_product[enrolment.pool.product_id].append(enrolment)
    found = [
        Access(product=group[0].pool.product, through=sorted(group, key=_longest_first))
        for group in by_product.values()
    ]
    return sorted(found, key=_next_first)


def _longest_first(enrolment: Enrolment) -> tuple[bool, float]:
    end = enrolment.expires_at
    return (end is not None, -end.timestamp() if end else 0)


def _next_first(access: Access) -> tuple[bool, float, str]:
    end = access.until
    return (end is None, end.timestamp() if end else 0, access.product.code)
