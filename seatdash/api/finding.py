"""Things by the names that programs have for them: our id, or an id or code of their own."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest

from orgs.models import Member
from seatdash.api.problems import not_found
from seatdash.api.services.tokens import Caller
from seatdash.api.visit import ApiRequest
from seats.models import Enrolment, Pool, Product
from teams.models import Team


def caller_of(request: HttpRequest) -> Caller:
    """Return the token that a call was admitted with."""
    caller = cast("ApiRequest", request).visit.caller
    assert caller is not None  # nothing else gets past the door
    return caller


def team_named(organisation_id: UUID, name: str) -> Team:
    """Return the team of that id or external_id; raises Problem 404."""
    teams = Team.objects.for_org(organisation_id)
    found = teams.filter(pk=asked).first() if (asked := uuid_in(name)) else None
    found = found or teams.filter(external_id=name).first()
    if found is None:
        raise not_found(f"team “{name}”")
    return found


def product_named(organisation_id: UUID, name: str) -> Product:
    """Return the product of that id or code, whatever the case; raises Problem 404."""
    products = Product.objects.for_org(organisation_id)
    found = products.filter(pk=asked).first() if (asked := uuid_in(name)) else None
    found = found or products.with_code(name).first()
    if found is None:
        raise not_found(f"product “{name}”")
    return found


def pool_of_id(organisation_id: UUID, pool_id: UUID) -> Pool:
    found = Pool.objects.for_org(organisation_id).select_related("product").filter(pk=pool_id)
    if (pool := found.first()) is None:
        raise not_found("pool of this id")
    return pool


def enrolment_of_id(organisation_id: UUID, enrolment_id: UUID) -> Enrolment:
    found = Enrolment.objects.for_org(organisation_id).filter(pk=enrolment_id).first()
    if found is None:
        raise not_found("enrolment of this id")
    return found


def member_of_email(organisation_id: UUID, email: str) -> Member | None:
    return Member.objects.for_org(organisation_id).with_emails([email]).first()


def uuid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
