"""Enrolling people by e-mail: they join the team first, where they are not in it yet."""

from collections.abc import Sequence

from orgs.models import Member
from seatdash.tenancy import atomically
from seats.models import Allocation
from seats.services.enrolment import Line, Mode, enrol
from teams.services import Person, join


@atomically
def enrol_people(
    *,
    actor: Member,
    allocation: Allocation,
    people: Sequence[Person],
    mode: Mode = Mode.ALL,
    reason: str = "",
) -> list[Line]:
    """Add people to the allocation's team and enrol them; a line for each, in the order given.

    Each address once. Raises as `enrol` does; then nobody has joined the team either.
    """
    members = join(actor=actor, team=allocation.team, people=people)
    return enrol(actor=actor, allocation=allocation, members=members, mode=mode, reason=reason)
