"""The ledger's entries, in the order of the chain."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from seatdash.api.schemas.fields import Told
from seatdash.api.schemas.things import MemberRef, ProductRef, TeamRef
from seats.models import LedgerEntry
from seats.services.discretion import Discretion

WITHHELD = "withheld"


class ActorRef(Told):
    """Who did it: a person, or a token by its name."""

    id: UUID
    name: str


class EntryOut(Told):
    position: int = Field(description="Its place in the chain: give it as `after` next time.")
    id: UUID
    at: datetime
    kind: str = Field(examples=["enrolled"])
    product: ProductRef
    pool_id: UUID | None = Field(description="null where it is about stock alone.")
    team: TeamRef | None
    member: MemberRef | None
    enrolment_id: UUID | None
    actor: ActorRef | None = Field(
        description="null where it came by itself, or is too old to be told, as the member is then."
    )
    reason: str = Field(description='"withheld" where it named somebody who was erased.')
    stock_moved: int
    capacity_moved: int
    used_moved: int
    stock_after: int | None
    capacity_after: int | None
    used_after: int | None
    cap: int | None
    expires_at: datetime | None
    seq: int = Field(description="Counts the entries of the pool, or of the product's stock.")

    @classmethod
    def of(cls, entry: LedgerEntry, discretion: Discretion) -> "EntryOut":
        """Tell an entry, as far as it may be told."""
        plain = {name: getattr(entry, name) for name in PLAIN}
        plain["reason"] = WITHHELD if discretion.is_withheld(entry) else discretion.reason(entry)
        names_people = discretion.tells_people(entry)
        actor, member = (entry.actor, entry.member) if names_people else (None, None)
        team = entry.team
        return cls(
            **plain,
            product=ProductRef.model_validate(entry.product, from_attributes=True),
            team=TeamRef.of(team) if team else None,
            member=MemberRef.model_validate(member, from_attributes=True) if member else None,
            actor=ActorRef(id=actor.pk, name=str(actor)) if actor else None,
        )


PLAIN = tuple(
    name for name in EntryOut.model_fields if name not in {"product", "team", "member", "actor"}
)
