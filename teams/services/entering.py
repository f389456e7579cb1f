"""Writing members and memberships, ten thousand as quickly as one. For services only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection

from orgs.ids import array_of, new_id
from orgs.models import Member
from orgs.plans import MANY, PLAN_ANEW
from teams.models import Team, TeamMember


@dataclass(frozen=True)
class Person:
    """Someone known by e-mail, who may or may not be a member yet."""

    email: str
    name: str = ""


# The database lowers the case: its idea of it is the one that keeps addresses unique.
LOWER: LiteralString = "SELECT email, lower(email) FROM unnest(%s::text[]) AS email"

# An array of values and no join: ten thousand need not be matched with all members there are.
FIND: LiteralString = """
    SELECT email_key, id FROM orgs_member
    WHERE organisation_id = %s AND email_key = ANY(%s::text[])
"""

ENTER: LiteralString = """
    INSERT INTO orgs_member (id, organisation_id, email, name, role)
    SELECT id, %(org)s, email, name, ''
    FROM unnest(%(ids)s::uuid[], %(emails)s::text[], %(names)s::text[]) AS asked (id, email, name)
    ON CONFLICT DO NOTHING
"""

HOLD: LiteralString = """
    WITH held AS MATERIALIZED (
        SELECT id, offboarded_at FROM orgs_member WHERE id = ANY(%(members)s::uuid[])
        ORDER BY id FOR NO KEY UPDATE
    )
    SELECT id FROM held WHERE offboarded_at IS NOT NULL
"""

BELONG: LiteralString = """
    INSERT INTO teams_teammember (id, organisation_id, team_id, member_id, role)
    SELECT id, %(org)s, %(team)s, member_id, 'learner'
    FROM unnest(%(ids)s::uuid[], %(members)s::uuid[]) AS asked (id, member_id)
    ON CONFLICT DO NOTHING
"""


def enter_all(organisation_id: UUID, people: Sequence[Person]) -> dict[str, UUID]:
    """Make people members of the organisation; answers their ids by the address as given."""
    wanted = {person.email: person for person in people}
    ids = _members(organisation_id, wanted)
    welcome_back(set(ids.values()))
    return {email: ids[email] for email in wanted}


def _members(organisation_id: UUID, wanted: Mapping[str, Person]) -> dict[str, UUID]:
    found = _ids(organisation_id, wanted)
    # Somebody may be adding the same people now; in one order, nobody waits in a circle.
    missing = [wanted[email] for email in sorted(wanted.keys() - found.keys(), key=str.lower)]
    if not missing:
        return found
    params: dict[str, Any] = {
        "org": organisation_id,
        "ids": array_of(new_id() for _ in missing),
        "emails": [person.email for person in missing],
        "names": [person.name for person in missing],
    }
    with connection.cursor() as cursor:
        cursor.execute(ENTER, params)
    return _ids(organisation_id, wanted)


def _ids(organisation_id: UUID, emails: Collection[str]) -> dict[str, UUID]:
    """Return the members there are, by the address as it was given."""
    with connection.cursor() as cursor:
        cursor.execute(LOWER, [list(emails)])
        keys = dict(cursor.fetchall())
        cursor.execute(FIND, [organisation_id, list(set(keys.values()))])
        found = dict(cursor.fetchall())
    return {email: found[key] for email, key in keys.items() if key in found}


def welcome_back(members: Collection[UUID]) -> None:
    """Hold members, and let those who were offboarded earlier learn again.

    No role comes back with it. The lock makes an offboarding that runs at the same time end before,
    or take this membership with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"members": array_of(members)})
        gone = [pk for (pk,) in cursor.fetchall()]
    if gone:
        Member.objects.filter(pk__in=gone).update(offboarded_at=None)


def belong(team: Team, members: Collection[UUID]) -> None:
    """Make members learners of a locked team, where they are not in it yet."""
    memberships = TeamMember.objects.filter(team=team, member__in=members)
    present = set(memberships.values_list("member", flat=True))
    joining = sorted(set(members) - present)
    params: dict[str, Any] = {
        "org": team.organisation_id,
        "team": team.pk,
        "ids": array_of(new_id() for _ in joining),
        "members": array_of(joining),
    }
    with connection.cursor() as cursor:
        if len(joining) > MANY:
            cursor.execute(PLAN_ANEW)
        cursor.execute(BELONG, params)
