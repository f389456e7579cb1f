"""Who may do what: those with a role or a sign-in, and whoever is invited."""

from typing import Any
from uuid import UUID

from django.db.models import Case, Count, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.models import Member, Organisation
from orgs.querysets import MemberQuerySet
from teams.models import Invitation, TeamMember

MOST_INVITATIONS = 200
# The admins first, then finance, then the others; each by name.
BY_ROLE = Concat(
    Case(
        When(role="admin", then=Value("1")),
        When(role="finance", then=Value("2")),
        default=Value("3"),
    ),
    "search",
    output_field=TextField(),
)
MEMBERS = Listing(
    id="members",
    fragment="seats/_members_list.html",
    first="role",
    columns=(
        Column(name="name", label=_("Person"), by="search"),
        Column(name="role", label=_("Role"), by=BY_ROLE),
        Column(label=_("Teams managed"), is_number=True),
        Column(
            name="seen",
            label=_("Last sign-in"),
            by="user__last_login",
            kind="moment",
            has_nulls=True,
            descends=True,
        ),
        Column(label=_("Actions"), is_quiet=True),
    ),
)


def concerned(organisation: Organisation) -> MemberQuerySet:
    """Return those with a role or a sign-in, and the managers.

    They are few among many learners: each kind is found by an index of its own.
    """
    active = Member.objects.for_org(organisation).active()
    by_themselves = active.filter(~Q(role="") | Q(user__isnull=False))
    managers = TeamMember.objects.for_org(organisation).managers()
    return active.filter(pk__in=by_themselves.values("pk").union(managers.values("member")))


def members_page(members: MemberQuerySet, query: QueryDict) -> ListPage[Any]:
    """Return a page of members, each with `managed`: how many teams they manage."""
    return list_page(members, MEMBERS.asked(query), _dressed)


def open_invitations(organisation: Organisation) -> list[Invitation]:
    """Return the invitations that nobody has answered, the newest first."""
    waiting = Invitation.objects.for_org(organisation).unanswered()
    related = waiting.select_related("team", "invited_by").order_by("-sent_at", "-pk")
    return list(related[:MOST_INVITATIONS])


def team_managed_by(organisation: Organisation, email: str) -> UUID | None:
    """Return a team that somebody manages already, who does not sign in yet."""
    managers = TeamMember.objects.for_org(organisation).managers()
    theirs = managers.filter(member__email_key=email.lower()).order_by("pk")
    return theirs.values_list("team_id", flat=True).first()


def _dressed(ids: list[UUID]) -> dict[UUID, Any]:
    managers = TeamMember.objects.managers().filter(member=OuterRef("pk"))
    counted = managers.order_by().values("member").annotate(n=Count("pk")).values("n")
    managed = Coalesce(Subquery(counted), 0)
    return Member.objects.annotate(managed=managed).select_related("user").in_bulk(ids)
