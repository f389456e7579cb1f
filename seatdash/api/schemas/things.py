"""Products, teams, pools and enrolments, as callers see them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from seatdash.api.schemas.fields import (
    Code,
    ExternalId,
    Given,
    Name,
    Told,
)
from seats.models import Enrolment, Pool, Product
from teams.models import Team

Kind = Literal["course", "bundle"]
Status = Literal["live", "expired", "revoked", "left"]


class ProductIn(Given):
    code: Code
    name: Name
    kind: Kind = "course"
    external_id: ExternalId = Field("", description="The id of the course in a learning system.")


class ProductOut(Told):
    id: UUID
    code: str = Field(examples=["ACC-101"])
    name: str
    kind: Kind
    external_id: str
    stock: int = Field(description="Seats in no pool yet.")
    archived_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, product: Product) -> "ProductOut":
        return cls.model_validate(product, from_attributes=True)


class ProductRef(Told):
    """The product that something is of."""

    id: UUID
    code: str
    name: str


class TeamOut(Told):
    id: UUID
    external_id: str | None
    name: str
    parent: UUID | None = Field(description="The id of the team that it is part of.")
    archived_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, team: Team) -> "TeamOut":
        return cls(
            id=team.pk,
            external_id=team.external_id,
            name=team.name,
            parent=team.parent_id,
            archived_at=team.archived_at,
            created_at=team.created_at,
        )


class TeamRef(Told):
    """The team that something is of."""

    id: UUID
    external_id: str | None
    name: str

    @classmethod
    def of(cls, team: Team) -> "TeamRef":
        return cls.model_validate(team, from_attributes=True)


class TeamOfPool(TeamRef):
    """A team that draws on a pool, and how much of it is its."""

    cap: int | None = Field(description="The most seats of the pool that the team may use.")
    used: int
    available: int | None = Field(description="null for no end of them.")


class TermsOut(Told):
    """How long an enrolment through the pool lasts."""

    kind: Literal["days", "date", "never"]
    days: int | None
    date: date | None
    reusable: bool = Field(description="An expired enrolment frees its seat.")
    extendable: bool = Field(description="Managers may move an end date.")

    @classmethod
    def of(cls, pool: Pool) -> "TermsOut":
        return cls.model_construct(
            kind=pool.terms_kind,
            days=pool.terms_days,
            date=pool.terms_date,
            reusable=pool.reusable,
            extendable=pool.extendable,
        )


class PoolOut(Told):
    id: UUID
    name: str
    product: ProductRef
    capacity: int | None = Field(description="null for no limit.")
    used: int
    available: int | None = Field(description="null for no limit.")
    over_committed: int = Field(description="By how many its use is above its capacity.")
    terms: TermsOut
    teams: list[TeamOfPool]
    cloned_from: UUID | None
    archived_at: datetime | None
    created_at: datetime


class MemberRef(Told):
    """The person that something is of."""

    id: UUID
    email: str
    name: str


class EnrolmentOut(Told):
    id: UUID
    status: Status
    member: MemberRef
    team: TeamRef
    product: ProductRef
    pool_id: UUID
    started_at: datetime
    expires_at: datetime | None = Field(description="null for no end.")
    ended_at: datetime | None
    end_reason: Literal["revoked", "expired", "left"] | None


def status_of(enrolment: Enrolment, now: datetime) -> str:
    """How it stands: what is past its end has expired, whether that was booked or not."""
    if enrolment.ended_at:
        return enrolment.end_reason
    is_over = enrolment.expires_at is not None and enrolment.expires_at <= now
    return "expired" if is_over else "live"
