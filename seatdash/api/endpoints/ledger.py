"""The ledger as a feed."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query
from pydantic import BaseModel, Field

from seatdash.api.application import router
from seatdash.api.door import Scoped
from seatdash.api.finding import caller_of
from seatdash.api.schemas.ledger import EntryOut
from seatdash.api.schemas.lists import MOST, USUAL, Listed
from seats.models import LedgerEntry
from seats.services.discretion import discretion_of

ledger = router()
LAST = 2**63 - 1


class Asked(BaseModel):
    after: int = Field(0, ge=0, le=LAST, description="The `position` of the last entry you have.")
    limit: int = Field(USUAL, ge=1, le=MOST, description="How many at most.")


@ledger.get("", auth=Scoped("read"), response=Listed[EntryOut], summary="The feed of entries")
def read_ledger(request: HttpRequest, asked: Annotated[Asked, Query()]) -> Any:
    """Entries in the order of their chain, none missed: each appears once, after its commit.

    Remember the `position` of the last, and ask again with it as `after`. `next` is that position
    while there is more to fetch now.
    """
    entries = LedgerEntry.objects.for_org(caller_of(request).organisation_id).after(asked.after)
    related = entries.select_related("product", "team", "member", "actor")
    found = list(related[: asked.limit + 1])
    shown = found[: asked.limit]
    discretion = discretion_of(shown)
    more = len(found) > len(shown)
    return {
        "items": [EntryOut.of(each, discretion) for each in shown],
        "next": str(shown[-1].position) if more else None,
    }
