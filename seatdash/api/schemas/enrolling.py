"""Enrolling: one person or many, and what became of each."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from seatdash.api.schemas.fields import Email, Given, PersonName, ProductName, TeamName, Told
from teams.services import Person

MOST = 10_000
Outcome = Literal["enrolled", "already_enrolled", "no_seat"]
Mode = Literal["all", "fill"]


class PersonIn(Given):
    email: Email
    name: PersonName = Field("", description="Only for a person who is new here.")

    @property
    def person(self) -> Person:
        return Person(self.email, self.name)


class EnrolIn(PersonIn):
    team: TeamName
    product: ProductName


class BulkIn(Given):
    team: TeamName
    product: ProductName
    members: Annotated[list[PersonIn], Field(min_length=1, max_length=MOST)]
    mode: Mode = Field(
        "all", description="`all`: everybody or nobody. `fill`: who fits, in the order given."
    )


class ResultOut(Told):
    email: str
    outcome: Outcome
    enrolment_id: UUID | None = Field(description="null where there was no seat.")


class BulkOut(Told):
    enrolled: int
    already_enrolled: int
    no_seat: int
    members: list[ResultOut]
