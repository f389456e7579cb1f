"""Lists of enrolments: all of them, and those of a pool, a team or a person."""

from dataclasses import replace
from datetime import datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.words import called
from seats import clock
from seats.models import Enrolment
from seats.services.ledger_sql import run

UNTIL = Column(name="ends", label=_("Until"), by="expires_at", kind="moment", has_nulls=True)
ENROLMENTS = Listing(
    id="enrolments",
    fragment="seats/_enrolment_list.html",
    first="-started",
    columns=(
        Column(name="person", label=_("Person"), by="member__search"),
        Column(name="product", label=_("Product")),
        Column(name="team", label=_("Team")),
        Column(name="status", label=_("Status")),
        Column(name="started", label=_("Since"), by="started_at", kind="moment", descends=True),
        UNTIL,
        Column(name="actions", label=_("Actions"), is_quiet=True),
    ),
)
# A person's: the live ones, then what ended last.
STATUS = Column(
    name="status", label=_("Status"), by="ended_at", kind="moment", has_nulls=True, descends=True
)
OF_PERSON = replace(
    ENROLMENTS,
    first="-status",
    columns=tuple(STATUS if each.name == "status" else each for each in ENROLMENTS.columns),
).without("person")
# What "until" is, for enrolments that are over, or may be.
WHEN_OVER: dict[str, str | Combinable] = {
    **dict.fromkeys(("ended", "expired", "revoked", "left"), "ended_at"),
    "all": Coalesce("ended_at", "expires_at"),
}


ROWS: LiteralString = """
    SELECT enrolment.id, member.id, coalesce(nullif(member.name, ''), member.email),
        CASE WHEN member.name = '' THEN '' ELSE member.email END,
        product.code, product.name, pool.id, pool.name, pool.extendable, team.id, team.name,
        enrolment.started_at, enrolment.expires_at, enrolment.ended_at, enrolment.end_reason,
        enrolment.occupies
    FROM seats_enrolment AS enrolment JOIN orgs_member AS member ON member.id = enrolment.member_id
    JOIN seats_pool AS pool ON pool.id = enrolment.pool_id
    JOIN seats_product AS product ON product.id = pool.product_id
    JOIN teams_team AS team ON team.id = enrolment.team_id
    WHERE enrolment.id = ANY(%(ids)s)
"""


class EnrolmentRow(NamedTuple):
    """A row of the statement; `email` is empty where it is what the member goes by."""

    id: UUID
    member_id: UUID
    member: str
    email: str
    code: str
    product: str
    pool_id: UUID
    pool: str
    extendable: bool
    team_id: UUID
    team: str
    started_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    occupies: bool

    @property
    def status(self) -> str:
        """How it stands: live, expired, revoked or left."""
        if self.ended_at:
            return self.end_reason
        is_over = self.expires_at is not None and self.expires_at <= clock.now()
        return "expired" if is_over else "live"

    @property
    def is_held(self) -> bool:
        """Expired, but not giving its seat back."""
        return self.ended_at is not None and self.occupies


def enrolment_page(
    enrolments: QuerySet[Enrolment], listing: Listing, query: QueryDict
) -> ListPage[EnrolmentRow]:
    """Return the page of enrolments that the address asks for."""
    return list_page(enrolments, listing.asked(query), rows_of)


def listing_by(status: str, *without: str, of: Listing = ENROLMENTS) -> Listing:
    """Return the list for enrolments of a status, with some columns left out.

    All are live, unless another status is asked for; then there is no need to say so.
    """
    until = replace(UNTIL, by=WHEN_OVER.get(status, "expires_at"))
    columns = tuple(until if each.name == "ends" else each for each in of.columns)
    alike = () if status in WHEN_OVER else ("status",)
    return replace(of, columns=columns).without(*without, *alike)


def rows_of(ids: list[UUID]) -> dict[UUID, EnrolmentRow]:
    """Read what lists show of enrolments, as they are now."""
    found = run(ROWS, {"ids": ids}, many=False)
    rows = [EnrolmentRow(*row) for row in found]
    return {row.id: row._replace(member=called(row.member)) for row in rows}
