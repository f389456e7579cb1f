"""The people that a file speaks of, by e-mail: those there are, and those it makes members."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from orgs.models import Member
from teams.models import TeamMember
from teams.services import Person, enter

AT_ONCE = 5_000


@dataclass(slots=True)
class Known:
    """A person as they are, or will be after the rows so far; `member_id` once they are one."""

    email: str
    name: str
    member_id: UUID | None = None
    has_left: bool = False


class Crowd:
    """Everybody by their address without case, and their roles in teams."""

    def __init__(self, actor: Member) -> None:
        self.actor = actor
        self.known: dict[str, Known] = {}
        self.roles: dict[tuple[str, UUID], str] = {}
        self.looked_up: set[str] = set()

    def look(self, emails: Iterable[str]) -> dict[UUID, str]:
        """Look up those not looked up yet; answers the addresses of those found, by id."""
        fresh = {email.lower() for email in emails} - self.looked_up
        self.looked_up |= fresh
        organisation = self.actor.organisation_id
        members = Member.objects.for_org(organisation).with_emails(fresh)
        found: dict[UUID, str] = {}
        for pk, email, name, left in members.values_list("pk", "email", "name", "offboarded_at"):
            found[pk] = email.lower()
            self.known[email.lower()] = Known(email, name, pk, has_left=left is not None)
        memberships = TeamMember.objects.for_org(organisation).filter(member__in=list(found))
        for member_id, team_id, role in memberships.values_list("member_id", "team_id", "role"):
            self.roles[found[member_id], team_id] = role
        return found

    def enter(self, people: Mapping[str, Known]) -> None:
        """Make people members of the organisation, a good many at once."""
        keys = iter(sorted(people))
        while some := list(islice(keys, AT_ONCE)):
            named = [Person(people[key].email, people[key].name) for key in some]
            ids = enter(actor=self.actor, people=named)
            for key, person in zip(some, named, strict=True):
                people[key].member_id = ids[person.email]

    def ids(self, keys: Sequence[str]) -> list[UUID]:
        """Return the members' ids, once they are members."""
        return [member for key in keys if (member := self.known[key].member_id)]


@dataclass
class Line:
    """What a row says of a person."""

    email: str = ""
    name: str = ""
    team: Any = None
    role: Any = None
    product: Any = None

    def __str__(self) -> str:
        return self.email
