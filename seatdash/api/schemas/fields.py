"""The kinds of value that calls take. What each says of itself in OpenAPI is all that it asks."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from seats.models import MOST_SEATS

# PostgreSQL takes no NUL in a text, and a name of nothing but blanks is none.
NO_NUL = r"^[^\u0000]*$"
BLANK = r"\u0000-\u0020\u007F-\u00A0\u1680\u2000-\u200F\u2028-\u202F\u205F\u2060\u3000\uFEFF"
SOMETHING = rf"^[^\u0000]*[^{BLANK}][^\u0000]*$"
# What Django's EmailField takes at most; the pattern is what JSON Schema can say of it.
LONGEST_EMAIL = 254


class Given(BaseModel):
    """What a caller sends. A field that is not known is a slip, and is told."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Told(BaseModel):
    """What a caller is answered."""


def _stripped(text: str) -> str:
    return text.strip()


def _address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise PydanticCustomError("email", "Give an e-mail address.") from error
    return text


def _whole(number: Any) -> Any:
    """JSON knows no whole numbers: 5.0 is one (JSON Schema 2020-12, 6.1.1)."""
    is_whole = isinstance(number, float) and number.is_integer()
    return int(number) if is_whole else number


def _moves(seats: int) -> int:
    if seats == 0:
        raise PydanticCustomError("moves", "Give a number other than 0.")
    return seats


def name(longest: int, example: str) -> Any:
    """A name: something visible, of so many characters at most."""
    return Field(pattern=SOMETHING, max_length=longest, examples=[example])


Name = Annotated[str, name(200, "North High School"), AfterValidator(_stripped)]
Code = Annotated[str, name(60, "ACC-101"), AfterValidator(_stripped)]
ExternalId = Annotated[
    str, Field(pattern=NO_NUL, max_length=200, examples=["crm-881"]), AfterValidator(_stripped)
]
PersonName = Annotated[
    str, Field(pattern=NO_NUL, max_length=200, examples=["Kim Lee"]), AfterValidator(_stripped)
]
Email = Annotated[
    str,
    Field(max_length=LONGEST_EMAIL, examples=["kim@north.example"]),
    AfterValidator(_address),
    WithJsonSchema(
        {
            "type": "string",
            "format": "email",
            "maxLength": LONGEST_EMAIL,
            "examples": ["kim@north.example"],
        }
    ),
]
Reason = Annotated[
    str,
    Field(pattern=NO_NUL, max_length=500, examples=["order 1001 line 2"]),
    AfterValidator(_stripped),
]
Seats = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=MOST_SEATS, examples=[25])]
Change = Annotated[
    int,
    BeforeValidator(_whole),
    Field(
        ge=-MOST_SEATS,
        le=MOST_SEATS,
        examples=[25],
        description="More seats; or fewer, below 0: they go back to stock.",
        json_schema_extra={"not": {"const": 0}},
    ),
    AfterValidator(_moves),
]
TeamName = Annotated[
    str,
    Field(
        pattern=NO_NUL,
        max_length=200,
        min_length=1,
        examples=["classroom-a"],
        description="The team's id, or its external_id.",
    ),
]
ProductName = Annotated[
    str,
    Field(
        pattern=NO_NUL,
        max_length=60,
        min_length=1,
        examples=["ACC-101"],
        description="The product's id, or its code.",
    ),
]
PoolId = Annotated[
    str, Field(pattern=NO_NUL, max_length=60, min_length=1, description="The pool's id.")
]
