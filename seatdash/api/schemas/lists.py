"""Lists a page at a time: which rows, how many, and where the next page begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from seatdash.api.schemas.fields import Told

USUAL, MOST = 100, 1000
T = TypeVar("T")

# Any sixteen bytes are a place in the order of ids, so no cursor that looks like one is wrong.
Cursor = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{22}$",
        description="`next` of the page before.",
    ),
]


class Paged(BaseModel):
    """What every list takes."""

    model_config = ConfigDict(extra="ignore")

    limit: int = Field(USUAL, ge=1, le=MOST, description="How many at most.")
    cursor: Cursor | None = None

    @property
    def after(self) -> UUID | None:
        """The id of the last row of the page before."""
        return UUID(bytes=urlsafe_b64decode(f"{self.cursor}==")) if self.cursor else None


Page = Annotated[Paged, Query()]


class Listed(Told, Generic[T]):
    items: list[T]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


def cursor_of(row_id: UUID) -> str:
    return urlsafe_b64encode(row_id.bytes).rstrip(b"=").decode()


def page_of(
    rows: QuerySet[Any], paged: Paged, tell: Callable[[Sequence[Any]], list[Any]]
) -> dict[str, Any]:
    """Return a page of rows in the order in which they were made; `tell` says what each shows."""
    if paged.after:
        rows = rows.filter(pk__gt=paged.after)
    found = list(rows.order_by("pk")[: paged.limit + 1])
    shown = found[: paged.limit]
    more = len(found) > len(shown)
    return {"items": tell(shown), "next": cursor_of(shown[-1].pk) if more else None}
