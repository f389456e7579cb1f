"""What the pages of people show: the list, one person, and what offboarding will end."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from orgs.models import Member, Organisation
from orgs.querysets import MemberQuerySet
from seats.models import Enrolment
from seats.reports.access import Access, access_of
from teams.models import Team, TeamMember

# Offboarding names so many of what it ends; the number of all of them stands beside.
NAMED = 20


@dataclass(frozen=True, kw_only=True)
class PersonReport:
    """One member: the teams they are in, and how many enrolments they have and had."""

    member: Member
    memberships: list[TeamMember]
    live: int
    past: int
    access: list[Access]
    topics: list[str] = field(default_factory=list)

    @property
    def next_to_end(self) -> Access | None:
        """The access that ends first, of all that ends."""
        return next((access for access in self.access if access.until), None)


@dataclass(frozen=True, kw_only=True)
class Offboarding:
    """What will end with it: some of the live enrolments, how many there are, and the teams."""

    enrolments: list[Enrolment]
    more: int
    memberships: list[TeamMember]
    signs_in: bool


def seen_teams(organisation: Organisation, member: Member) -> QuerySet[Team]:
    """Return the teams whose people `member` may look at: an admin all, a manager their own."""
    return Team.objects.for_org(organisation).visible_to(member)


def seen_people(
    organisation: Organisation, viewer: Member, *, former: bool = False
) -> MemberQuerySet:
    """Return the people whom `viewer` may look at: all for admins, their teams' for managers.

    With `former`, those too who no longer are in the manager's teams, but once had a seat there,
    and those who were erased.
    """
    people = Member.objects.for_org(organisation)
    if not former:
        people = people.filter(erased_at__isnull=True)
    if viewer.role:
        return people
    teams = seen_teams(organisation, viewer)
    of_them = {"member": OuterRef("pk"), "team__in": teams}
    seen = Q(Exists(TeamMember.objects.filter(**of_them)))
    if former:
        seen |= Q(Exists(Enrolment.objects.filter(**of_them)))
    return people.filter(seen)


def person_report(member: Member, teams: QuerySet[Team]) -> PersonReport:
    """Gather a person's page, as far as `teams` are concerned."""
    enrolments = Enrolment.objects.of_member(member).filter(team__in=teams)
    live = enrolments.live().count()
    return PersonReport(
        member=member,
        memberships=memberships_of(member, teams),
        live=live,
        past=enrolments.count() - live,
        access=access_of(member, teams),
    )


def memberships_of(member: Member, teams: QuerySet[Team]) -> list[TeamMember]:
    """Return the member's places in teams, by the teams' names."""
    memberships = TeamMember.objects.filter(member=member, team__in=teams)
    return list(memberships.select_related("team", "team__parent").order_by("team__name", "pk"))


def offboarding(member: Member) -> Offboarding:
    """Say what offboarding a member will end."""
    live = Enrolment.objects.of_member(member).unended()
    named = live.select_related("pool__product", "team").order_by("pool__product__code", "pk")
    everywhere = Team.objects.for_org(member.organisation_id)
    return Offboarding(
        enrolments=list(named[:NAMED]),
        more=max(0, live.count() - NAMED),
        memberships=memberships_of(member, everywhere),
        signs_in=member.user_id is not None,
    )
