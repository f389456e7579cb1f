"""Lists of enrolments: all of them, and those of a pool, a team or a person."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from seats import clock
from seats.models import Enrolment

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


@dataclass(frozen=True, kw_only=True)
class EnrolmentRow:
    enrolment: Enrolment
    status: str

    @property
    def is_held(self) -> bool:
        """Expired, but not giving its seat back."""
        return self.enrolment.ended_at is not None and self.enrolment.occupies


def enrolment_page(
    enrolments: QuerySet[Enrolment], listing: Listing, query: QueryDict
) -> ListPage[EnrolmentRow]:
    """Return the page of enrolments that the address asks for."""
    return list_page(enrolments, listing.asked(query), _dressed)


def listing_by(status: str, *without: str, of: Listing = ENROLMENTS) -> Listing:
    """Return the list for enrolments of a status, with some columns left out.

    All are live, unless another status is asked for; then there is no need to say so.
    """
    until = replace(UNTIL, by=WHEN_OVER.get(status, "expires_at"))
    columns = tuple(until if each.name == "ends" else each for each in of.columns)
    alike = () if status in WHEN_OVER else ("status",)
    return replace(of, columns=columns).without(*without, *alike)


def status_of(enrolment: Enrolment) -> str:
    """Say how an enrolment stands: live, expired, revoked or left."""
    if enrolment.ended_at:
        return enrolment.end_reason
    is_over = enrolment.expires_at is not None and enrolment.expires_at <= clock.now()
    return "expired" if is_over else "live"


def _dressed(ids: list[UUID]) -> dict[UUID, Any]:
    found = Enrolment.objects.select_related("member", "team", "pool__product").in_bulk(ids)
    return {pk: EnrolmentRow(enrolment=each, status=status_of(each)) for pk, each in found.items()}
