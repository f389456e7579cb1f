"""Enrolments: who uses which seat, enrolling and revoking."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query
from ninja.responses import Status
from pydantic import BaseModel, Field

from seatdash.api.at_once import router
from seatdash.api.door import Scoped
from seatdash.api.enrolling import enrol_many, enrol_one
from seatdash.api.finding import (
    caller_of,
    enrolment_of_id,
    member_of_email,
    product_named,
    team_named,
)
from seatdash.api.reading import enrolments_told
from seatdash.api.schemas.enrolling import BulkIn, BulkOut, EnrolIn
from seatdash.api.schemas.fields import NO_NUL, ProductName, Reason, TeamName
from seatdash.api.schemas.lists import Listed, Paged, page_of
from seatdash.api.schemas.things import EnrolmentOut
from seatdash.api.services.tokens import Caller
from seats.models import Enrolment
from seats.services.enrolment import Outcome
from seats.services.revocation import revoke

enrolments = router()


class Asked(Paged):
    """Which enrolments are asked for."""

    team: TeamName | None = None
    product: ProductName | None = None
    email: str | None = Field(None, pattern=NO_NUL, max_length=254)
    status: Literal["live", "expired", "revoked", "left", "ended", "all"] = "live"


class Why(BaseModel):
    reason: Reason = Field("", description="Kept in the ledger.")


@enrolments.get("", auth=Scoped("read"), response=Listed[EnrolmentOut], summary="List enrolments")
def list_enrolments(request: HttpRequest, asked: Annotated[Asked, Query()]) -> Any:
    rows = _asked_for(caller_of(request), asked)
    return page_of(rows.only("pk"), asked, _told)


def _told(shown: Sequence[Enrolment]) -> list[EnrolmentOut]:
    return enrolments_told([each.pk for each in shown])


def _asked_for(caller: Caller, asked: Asked) -> QuerySet[Enrolment]:
    organisation = caller.organisation_id
    rows = Enrolment.objects.for_org(organisation).of_status(asked.status)
    if asked.team:
        rows = rows.filter(team=team_named(organisation, asked.team))
    if asked.product:
        rows = rows.filter(pool__product=product_named(organisation, asked.product))
    if asked.email is not None:
        member = member_of_email(organisation, asked.email)
        rows = rows.of_member(member) if member else rows.none()
    return rows


@enrolments.post(
    "",
    auth=Scoped("enrol"),
    response={201: EnrolmentOut, 200: EnrolmentOut},
    summary="Enrol a person",
)
def enrol_person(request: HttpRequest, person: EnrolIn) -> Any:
    """Whoever is new here becomes a member, and of the team.

    201 for a new enrolment; 200 with the one that exists already: no seat was used.
    """
    caller = caller_of(request)
    line = enrol_one(caller, person)
    assert line.enrolment_id is not None  # all or nobody, and nobody is a refusal
    (told,) = enrolments_told([line.enrolment_id])
    return Status(201 if line.outcome is Outcome.ENROLLED else 200, told)


@enrolments.post(
    "/bulk", auth=Scoped("enrol"), response=BulkOut, summary="Enrol many people at once"
)
def enrol_people(request: HttpRequest, people: BulkIn) -> Any:
    """A result for each person, in the order given; an address given twice is answered twice."""
    return enrol_many(caller_of(request), people)


@enrolments.delete(
    "/{uuid:enrolment_id}", auth=Scoped("enrol"), response=EnrolmentOut, summary="Revoke"
)
def revoke_enrolment(
    request: HttpRequest, enrolment_id: UUID, asked: Annotated[Why, Query()]
) -> Any:
    """End an enrolment. One that has ended is answered as it is, so asking again is harmless."""
    caller = caller_of(request)
    enrolment = enrolment_of_id(caller.organisation_id, enrolment_id)
    revoke(actor=caller.actor, enrolment=enrolment, reason=asked.reason)
    return enrolments_told([enrolment_id])[0]
