"""Organisations for programs to call about: R3's and R5's places."""

from __future__ import annotations

from dataclasses import dataclass

from orgs.ids import new_id
from orgs.models import Member, Organisation, User
from orgs.services import create_organisation
from seatdash import tenancy
from seatdash.api.models import HIGHEST_RATE, Token
from seatdash.api.services.tokens import make_token
from seats.models import Allocation, Pool
from seats.services.allocation import allocate
from seats.services.catalogue import create_product
from seats.services.joining import enrol_people
from teams.services import Person, create_team

TEAM, OTHER_TEAM, PRODUCT = "classroom-a", "classroom-b", "ACC-101"


@dataclass(frozen=True)
class CallersPlace:
    """Two teams and a product, of which the first has a pool; and a token that may do all."""

    admin: Member
    secret: str
    pool: Pool
    allocation: Allocation
    enrolment_id: str

    @property
    def organisation(self) -> Organisation:
        return self.admin.organisation


def make_callers_place(seats: int = 1_000) -> CallersPlace:
    slug = f"endure-{new_id().hex[:20]}"
    admin = create_organisation(
        name=f"Endurance run {slug}",
        slug=slug,
        admin=User.objects.create_user(f"{slug}@endure.example"),
    )
    with tenancy.scope(admin.organisation_id):
        product = create_product(actor=admin, code=PRODUCT, name="Accounting")
        team = create_team(actor=admin, name="Classroom A", external_id=TEAM)
        create_team(actor=admin, name="Classroom B", external_id=OTHER_TEAM)
        allocation = allocate(actor=admin, team=team, product=product, seats=seats).allocation
        assert allocation is not None
        people = [Person("first@endure.example")]
        (line,) = enrol_people(actor=admin, allocation=allocation, people=people)
        made = make_token(
            actor=admin, name="Endurance", scopes=Token.Scope.values, per_minute=HIGHEST_RATE
        )
    return CallersPlace(admin, made.secret, allocation.pool, allocation, str(line.enrolment_id))
