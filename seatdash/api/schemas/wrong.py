"""Problem details as OpenAPI tells them; `problems` makes them."""

from pydantic import BaseModel, ConfigDict, Field


class ProblemOut(BaseModel):
    """RFC 9457. A refusal has its numbers beside these."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:seatdash:NoSeatsLeft", "about:blank"])
    title: str = Field(examples=["There are not enough seats left."])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["1 seat is needed and the pool has 0 left."])


class FieldError(BaseModel):
    """What is wrong with one field, by its path."""

    location: str = Field(alias="in", examples=["body"])
    field: str = Field(examples=["members[3].email"])
    detail: str = Field(examples=["Give an e-mail address."])


class InvalidOut(ProblemOut):
    errors: list[FieldError] = []
