"""Moving seats: what is asked for, and what became of it."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from seatdash.api.schemas.fields import Change, Given, ProductName, Reason, Seats, TeamName, Told
from seatdash.api.schemas.things import PoolOut, ProductRef, TeamRef
from seats.services.transfer import Side, Transfer


class IncrementIn(Given):
    seats: Change
    reason: Reason = Field("", description="Kept in the ledger.")


class IncrementOut(Told):
    pool: PoolOut
    seats: int = Field(description="What was added; below 0, what was taken away.")
    issued: int = Field(description="How many of them stock did not have.")
    shared_with: list[TeamRef] = Field(description="The teams that draw on the pool, if several.")


class TransferIn(Given):
    product: ProductName
    from_team: TeamName
    to_team: TeamName
    seats: Seats
    reason: Reason = Field("", description="Kept in the ledger.")
    preview: bool = Field(default=False, description="Say what would happen, and change nothing.")


class SideOut(Told):
    """What a transfer does to one of its two sides."""

    team: TeamRef
    pool_id: UUID | None = Field(description="null where the team gets a new pool by it.")
    shared_with: list[TeamRef]
    used: int
    capacity_before: int
    capacity_after: int
    available_before: int
    available_after: int
    over_committed_before: int
    over_committed_after: int

    @classmethod
    def of(cls, side: Side) -> "SideOut":
        return cls(
            team=TeamRef.of(side.team),
            pool_id=side.pool.pk if side.pool else None,
            shared_with=[TeamRef.of(team) for team in side.teams],
            used=side.used,
            capacity_before=side.capacity_before,
            capacity_after=side.capacity_after,
            available_before=side.available_before,
            available_after=side.available_after,
            over_committed_before=side.over_before,
            over_committed_after=side.over_after,
        )


class TransferOut(Told):
    outcome: Literal["preview", "transferred"]
    product: ProductRef
    seats: int
    giving: SideOut
    taking: SideOut

    @classmethod
    def of(cls, plan: Transfer, *, is_done: bool) -> "TransferOut":
        return cls(
            outcome="transferred" if is_done else "preview",
            product=ProductRef.model_validate(plan.product, from_attributes=True),
            seats=plan.seats,
            giving=SideOut.of(plan.giving),
            taking=SideOut.of(plan.taking),
        )
