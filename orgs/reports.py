"""What the settings page shows of people: who may do what."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Value
from django.db.models.functions import Lower, NullIf

from orgs.models import Member, Organisation

PER_PAGE = 50


@dataclass(frozen=True)
class RoleHolders:
    """Members with a role, the admins first; each with `managed`, how many teams they manage."""

    page: Page[Member]


def role_holders(*, organisation: Organisation, page: str | None) -> RoleHolders:
    """List the admins, finance people and team managers of an organisation."""
    managed = Count("team_memberships", filter=Q(team_memberships__role="manager"))
    members = Member.objects.for_org(organisation).active().annotate(managed=managed)
    holders = members.exclude(role="", managed=0)
    by_role = NullIf("role", Value("")).asc(nulls_last=True)
    ordered = holders.order_by(by_role, Lower("name"), "id")
    return RoleHolders(page=Paginator(ordered, PER_PAGE).get_page(page))
