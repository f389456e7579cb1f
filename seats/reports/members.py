"""Who may do what: those with a role or a sign-in, and whoever is invited."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Value
from django.db.models.functions import Lower, NullIf

from orgs.models import Member, Organisation
from orgs.querysets import MemberQuerySet
from teams.models import Invitation, TeamMember

PER_PAGE = 50
MOST_INVITATIONS = 200


@dataclass(frozen=True, kw_only=True)
class Members:
    """Each member with `managed`, how many teams they manage; the invitations, newest first."""

    page: Page[Member]
    invitations: list[Invitation]

    @property
    def topics(self) -> list[str]:
        return []


def members(*, organisation: Organisation, search: str, page: str | None) -> Members:
    """List the admins, finance people, managers and whoever else signs in, the admins first."""
    found = concerned(organisation)
    if search:
        found = found.search(search)
    managed = Count("team_memberships", filter=Q(team_memberships__role="manager"))
    by_role = NullIf("role", Value("")).asc(nulls_last=True)
    ordered = found.annotate(managed=managed).select_related("user")
    rows = ordered.order_by(by_role, Lower("name"), "id")
    waiting = Invitation.objects.for_org(organisation).unanswered()
    related = waiting.select_related("team", "invited_by").order_by("-sent_at", "-pk")
    return Members(
        page=Paginator(rows, PER_PAGE).get_page(page), invitations=list(related[:MOST_INVITATIONS])
    )


def concerned(organisation: Organisation) -> MemberQuerySet:
    """Return those with a role or a sign-in, and the managers.

    They are few among many learners: each kind is found by an index of its own.
    """
    active = Member.objects.for_org(organisation).active()
    by_themselves = active.filter(~Q(role="") | Q(user__isnull=False))
    managers = TeamMember.objects.for_org(organisation).managers()
    ids = by_themselves.values("pk").union(managers.values("member"))
    return active.filter(pk__in=ids)
