"""Usage, with the fields of usage.csv."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from seatdash.api.schemas.fields import Told
from seatdash.api.schemas.lists import Paged
from seats.books import Usage

# The id of no team.
NONE = UUID(int=0)
Place = tuple[UUID, UUID]


class UsagePaged(Paged):
    # Any 32 bytes are a place in the order of pools and teams.
    cursor: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")] | None = Field(
        None, description="`next` of the page before."
    )

    @property
    def place(self) -> Place | None:
        if self.cursor is None:
            return None
        raw = urlsafe_b64decode(f"{self.cursor}=")
        return UUID(bytes=raw[:16]), UUID(bytes=raw[16:])


class UsageOut(Told):
    product_id: UUID
    product_code: str
    product: str
    pool_id: UUID
    pool: str
    kind: Literal["dedicated", "shared", "unallocated"]
    team_id: UUID | None
    team: str | None
    capacity: int | None = Field(description="null for no limit.")
    team_used: int
    pool_used: int
    available: int | None = Field(description="What the team could still take; null for no limit.")
    over_committed: int
    as_of: datetime

    @classmethod
    def of(cls, usage: Usage, moment: datetime) -> "UsageOut":
        return cls.model_validate(
            {
                "product_id": usage.product_id,
                "product_code": usage.product_code,
                "product": usage.product,
                "pool_id": usage.pool_id,
                "pool": usage.pool,
                "kind": usage.kind,
                "team_id": usage.team_id,
                "team": usage.team,
                "capacity": usage.capacity,
                "team_used": usage.team_used,
                "pool_used": usage.pool_used,
                "available": usage.available,
                "over_committed": usage.over,
                "as_of": moment,
            }
        )


def place_of(usage: Usage) -> Place:
    return usage.pool_id, usage.team_id or NONE


def cursor_of(usage: Usage) -> str:
    pool, team = place_of(usage)
    return urlsafe_b64encode(pool.bytes + team.bytes).rstrip(b"=").decode()
