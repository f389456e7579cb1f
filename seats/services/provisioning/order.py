"""What is asked for in one call, as API.md has it in `POST /provision`, and what came of it.

The parts of an order hold text as it was sent; `planning` looks up what it stands for.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

from seats.models import Allocation, Pool, Product
from seats.services.enrolment import Line
from teams.models import Team, TeamMember

Mode = Literal["own", "template", "shared"]


@dataclass(frozen=True, kw_only=True)
class TeamPart:
    """A team by `id`, or by `external_id`, or by its name below `parent` (an id or external id).

    One that is there keeps its name and its place; one that is not is made.
    """

    id: str = ""
    external_id: str = ""
    name: str = ""
    parent: str | None = None


@dataclass(frozen=True, kw_only=True)
class SeatsPart:
    """Seats of a product (by code or id): `seats` of the team's own, or a `pool` by its id.

    A pool is cloned as a template, or shared up to `cap`; its product need not be said again.
    """

    product: str = ""
    mode: Mode = "own"
    seats: int | None = None
    pool: str = ""
    cap: int | None = None


@dataclass(frozen=True, kw_only=True)
class MemberPart:
    """A person of the team, and the products (by code or id) to enrol them in."""

    email: str
    name: str = ""
    role: Literal["learner", "manager"] = "learner"
    enrol: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Provision:
    """One order. `reference` is the reason that the ledger keeps."""

    team: TeamPart
    seats: tuple[SeatsPart, ...] = ()
    members: tuple[MemberPart, ...] = ()
    reference: str = ""


class Outcome(StrEnum):
    CREATED = "created"
    INCREMENTED = "incremented"
    ALREADY = "already"


@dataclass(frozen=True, kw_only=True)
class TeamDone:
    team: Team
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class SeatsDone:
    """What the team draws on now. `seats` were added, of which stock lacked `issued`; the other
    teams that draw on the pool are `shared_with`."""

    product: Product
    pool: Pool
    allocation: Allocation
    outcome: Outcome
    seats: int = 0
    issued: int = 0
    shared_with: tuple[Team, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EnrolmentDone:
    product: Product
    line: Line
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class MemberDone:
    """A person as they are now; CREATED where the place in the team, or the role, is new."""

    id: UUID
    email: str
    role: TeamMember.Role
    outcome: Outcome
    enrolments: tuple[EnrolmentDone, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Provisioned:
    """What each part of an order is now, in the order's own sequence."""

    team: TeamDone
    seats: tuple[SeatsDone, ...]
    members: tuple[MemberDone, ...]
