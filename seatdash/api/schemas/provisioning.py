"""`POST /provision`: an order as it comes, and what each part of it is now."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from seatdash.api.schemas.fields import (
    Email,
    ExternalId,
    Given,
    Name,
    PersonName,
    PoolId,
    ProductName,
    Reason,
    Seats,
    TeamName,
    Told,
)
from seatdash.api.schemas.things import ProductRef, TeamOut, TeamRef
from seats.models import MOST_SEATS
from seats.services.provisioning import MemberPart, Provision, Provisioned, SeatsPart, TeamPart
from seats.services.provisioning.order import MemberDone, SeatsDone

MOST_PARTS, MOST_PEOPLE = 100, 10_000
Outcome = Literal["created", "incremented", "already"]


class TeamIn(Given):
    """A team by `id`, or by `external_id`, or by its name below `parent`; made if it is not there.

    One that is there keeps its name and its place.
    """

    id: Annotated[str, Field(max_length=60, pattern=r"^[^\u0000]*$")] = ""
    external_id: ExternalId = ""
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\u0000]*$")] = Field(
        "", examples=["North High School"]
    )
    parent: TeamName | None = None

    @property
    def part(self) -> TeamPart:
        return TeamPart(**self.model_dump())


class SeatsIn(Given):
    """Seats of the team's own (`seats`), or a `pool`: a clone of it (template), or shared."""

    product: ProductName | None = Field(None, description="Needed for `own`.")
    mode: Literal["own", "template", "shared"] = "own"
    seats: Seats | None = None
    pool: PoolId | None = None
    cap: Annotated[int, Field(ge=1, le=MOST_SEATS)] | None = Field(
        None, description="The most seats of a shared pool that the team may use."
    )

    @property
    def part(self) -> SeatsPart:
        return SeatsPart(
            product=self.product or "",
            mode=self.mode,
            seats=self.seats,
            pool=self.pool or "",
            cap=self.cap,
        )


class MemberIn(Given):
    email: Email
    name: PersonName = ""
    role: Literal["learner", "manager"] = "learner"
    enrol: Annotated[list[ProductName], Field(max_length=MOST_PARTS)] = Field(
        [], description="The products to enrol them in, of which the team has seats."
    )

    @property
    def part(self) -> MemberPart:
        return MemberPart(email=self.email, name=self.name, role=self.role, enrol=tuple(self.enrol))


SeatsList = Annotated[list[SeatsIn], Field(max_length=MOST_PARTS)]


class ProvisionIn(Given):
    team: TeamIn
    seats: SeatsList = []
    members: Annotated[list[MemberIn], Field(max_length=MOST_PEOPLE)] = []
    reference: Reason = Field("", description="Kept in the ledger, as the reason.")

    @property
    def order(self) -> Provision:
        return Provision(
            team=self.team.part,
            seats=tuple(each.part for each in self.seats),
            members=tuple(each.part for each in self.members),
            reference=self.reference,
        )


class NewTeamIn(Given):
    name: Name
    external_id: ExternalId = ""
    parent: TeamName | None = None
    seats: SeatsList = []

    @property
    def order(self) -> Provision:
        part = TeamPart(external_id=self.external_id, name=self.name, parent=self.parent)
        return Provision(team=part, seats=tuple(each.part for each in self.seats))


class SeatsOut(Told):
    """What the team draws on now; `seats` were added, of which stock lacked `issued`."""

    outcome: Outcome
    product: ProductRef
    pool_id: UUID
    capacity: int | None = Field(description="The pool's, after it; null for no limit.")
    seats: int
    issued: int
    shared_with: list[TeamRef]

    @classmethod
    def of(cls, done: SeatsDone) -> "SeatsOut":
        return cls(
            outcome=done.outcome.value,
            product=ProductRef.model_validate(done.product, from_attributes=True),
            pool_id=done.pool.pk,
            capacity=done.pool.capacity,
            seats=done.seats,
            issued=done.issued,
            shared_with=[TeamRef.of(team) for team in done.shared_with],
        )


class TeamDoneOut(TeamOut):
    outcome: Outcome


class EnrolledOut(Told):
    outcome: Outcome
    product: ProductRef
    enrolment_id: UUID


class MemberOut(Told):
    outcome: Outcome
    id: UUID
    email: str
    role: Literal["learner", "manager"]
    enrolments: list[EnrolledOut]

    @classmethod
    def of(cls, done: MemberDone) -> "MemberOut":
        return cls.model_validate(
            {
                "outcome": done.outcome.value,
                "id": done.id,
                "email": done.email,
                "role": str(done.role),
                "enrolments": [
                    {
                        "outcome": each.outcome.value,
                        "product": ProductRef.model_validate(each.product, from_attributes=True),
                        "enrolment_id": each.line.enrolment_id,
                    }
                    for each in done.enrolments
                ],
            }
        )


class NewTeamOut(Told):
    """A team that was made, and what it draws on."""

    team: TeamDoneOut
    seats: list[SeatsOut]

    @classmethod
    def of(cls, done: Provisioned) -> "NewTeamOut":
        return cls(team=_team(done), seats=[SeatsOut.of(each) for each in done.seats])


class ProvisionOut(Told):
    """What each part of the order is now, in its own sequence."""

    team: TeamDoneOut
    seats: list[SeatsOut]
    members: list[MemberOut]

    @classmethod
    def of(cls, done: Provisioned) -> "ProvisionOut":
        return cls(
            team=_team(done),
            seats=[SeatsOut.of(each) for each in done.seats],
            members=[MemberOut.of(each) for each in done.members],
        )


def _team(done: Provisioned) -> TeamDoneOut:
    told = TeamOut.of(done.team.team).model_dump()
    return TeamDoneOut(outcome=done.team.outcome.value, **told)
