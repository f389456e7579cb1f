"""What a learning system asks at the door: has this person access to that product, until when?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, LiteralString, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from seatdash.api.door import Scoped, check
from seatdash.api.finding import uuid_in
from seatdash.api.problems import not_found, unauthorised
from seatdash.api.schemas.fields import NO_NUL, ProductName, Told
from seatdash.api.services.tokens import SECRET, Caller, digest_of
from seatdash.api.visit import ApiRequest
from seats import clock
from seats.services.ledger_sql import run

# Not in a transaction: this one statement is all.
access = Router()
ASK: LiteralString = """
    SELECT token, organisation, member, name, scopes, per_minute, spent, product, access, until
    FROM api_access(%(digest)s, %(email)s, %(product)s, %(product_id)s, %(now)s)
"""


class AccessOut(Told):
    access: bool
    until: datetime | None = Field(description="null for no end, and where there is no access.")


@dataclass(frozen=True, slots=True)
class Access:
    """What was found; `product` is None where there is none such."""

    product: UUID | None
    access: bool
    until: datetime | None


class AtTheDoor(Scoped):
    """Admits a token, and looks for the access that is asked about, in one statement."""

    def authenticate(self, request: HttpRequest, token: str) -> Access:
        if not SECRET.fullmatch(token):
            raise unauthorised()
        row = _ask(token, _named(request, "email"), _named(request, "product"))
        visit = cast("ApiRequest", request).visit
        visit.caller = Caller(*row[:7]) if row else None
        check(visit, self.scope)
        assert row is not None  # as checked
        return Access(*row[7:])


def _named(request: HttpRequest, name: str) -> str:
    # Not validated yet; with a NUL it will be refused, and no text of PostgreSQL has one.
    return request.GET.get(name, "").replace("\0", "")


def _ask(secret: str, email: str, product: str) -> tuple[Any, ...] | None:
    asked = {
        "digest": digest_of(secret),
        "email": email,
        "product": product,
        "product_id": uuid_in(product),
        "now": clock.told(),
    }
    rows = run(ASK, asked, many=False)
    return rows[0] if rows else None


@access.get("", auth=AtTheDoor("read"), response=AccessOut, summary="Has a person access?")
def has_access(
    request: HttpRequest,
    email: Annotated[
        str,
        Query(pattern=NO_NUL, max_length=254, description="Whose.", examples=["kim@north.example"]),
    ],
    product: Annotated[ProductName, Query()],
) -> Any:
    """The union of all enrolments in the product, whichever pools they are through (rule 11)."""
    found = cast("Any", request).auth
    if found.product is None:
        raise not_found(f"product “{product}”")
    return AccessOut(access=found.access, until=found.until)
