"""Enrolling people of whom a program knows no more than the e-mail."""

from collections import Counter
from uuid import UUID

from django.utils.translation import gettext as _

from seatdash.api.finding import product_named, team_named
from seatdash.api.schemas.enrolling import BulkIn, BulkOut, EnrolIn, ResultOut
from seatdash.api.services.tokens import Caller
from seats.errors import NotAllocated
from seats.models import Allocation
from seats.services.enrolment import Line, Mode, Outcome
from seats.services.joining import enrol_people
from teams.services import enter


def enrol_one(caller: Caller, asked: EnrolIn) -> Line:
    """Enrol a person; answers what became of it. Raises as `enrol_people` does."""
    allocation = allocation_of(caller.organisation_id, asked.team, asked.product)
    (line,) = enrol_people(actor=caller.actor, allocation=allocation, people=[asked.person])
    return line


def enrol_many(caller: Caller, asked: BulkIn) -> BulkOut:
    """Enrol people, all or those who fit."""
    allocation = allocation_of(caller.organisation_id, asked.team, asked.product)
    # The database says which addresses are one person's.
    ids = enter(actor=caller.actor, people=[each.person for each in asked.members])
    people = {ids[each.email]: each.person for each in reversed(asked.members)}
    lines = enrol_people(
        actor=caller.actor,
        allocation=allocation,
        people=list(reversed(people.values())),
        mode=Mode(asked.mode),
    )
    by_id = {line.member_id: line for line in lines}
    count = Counter(line.outcome for line in lines)
    return BulkOut(
        enrolled=count[Outcome.ENROLLED],
        already_enrolled=count[Outcome.ALREADY],
        no_seat=count[Outcome.NO_SEAT],
        members=[_result(each.email, by_id[ids[each.email]]) for each in asked.members],
    )


def allocation_of(organisation_id: UUID, team: str, product: str) -> Allocation:
    """Return a team's allocation of a product; raises NotAllocated, and Problem 404."""
    asked = team_named(organisation_id, team), product_named(organisation_id, product)
    current = Allocation.objects.for_org(organisation_id).current().select_related("pool")
    allocation = current.filter(team=asked[0], product=asked[1]).first()
    if allocation is None:
        detail = _("%(team)s has no pool of %(product)s.")
        raise NotAllocated(detail % {"team": asked[0], "product": asked[1]})
    allocation.team, allocation.product = asked
    return allocation


def _result(email: str, line: Line) -> ResultOut:
    return ResultOut(email=email, outcome=line.outcome.value, enrolment_id=line.enrolment_id)
