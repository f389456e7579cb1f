"""Provisioning: one order's team, seats and people, all of it or none (API.md)."""

from typing import Any

import pytest

from orgs.errors import Refusal
from orgs.models import Member
from orgs.services import disable
from seats.books import check
from seats.errors import AlreadyAllocated, Archived, NoSeatsLeft, NotAllocated, NotEnoughStock
from seats.models import Enrolment, LedgerEntry, Pool
from seats.services.allocation import create_pool
from seats.services.archive import archive_product, archive_team
from seats.services.catalogue import create_product
from seats.services.provisioning import (
    MemberPart,
    Outcome,
    Provision,
    Provisioned,
    SeatsPart,
    TeamPart,
    provision,
)
from teams.errors import NameTaken
from teams.models import Team
from tests.conftest import Cast
from tests.factories import make_allocation, make_shared_pool

CREATED, INCREMENTED, ALREADY = Outcome.CREATED, Outcome.INCREMENTED, Outcome.ALREADY
NEW = TeamPart(external_id="crm-881", name="Year 9")
KIM = MemberPart(email="kim@north.example", name="Kim", enrol=("ACC-101",))


def order(*seats: SeatsPart, team: TeamPart = NEW, **more: Any) -> Provision:
    return Provision(team=team, seats=seats, **more)


def own(seats: int = 25) -> SeatsPart:
    return SeatsPart(product="ACC-101", seats=seats)


def run(cast: Cast, asked: Provision) -> Provisioned:
    return provision(actor=cast.admin, order=asked)


def test_all_that_is_missing_is_made(cast: Cast) -> None:
    head = MemberPart(email="head@north.example", name="Head", role="manager")
    done = run(cast, order(own(), members=(head, KIM), reference="order 1001"))
    assert (done.team.outcome, done.team.team.external_id) == (CREATED, "crm-881")
    (seats,) = done.seats
    assert (seats.outcome, seats.pool.capacity, seats.seats, seats.issued) == (CREATED, 25, 25, 25)
    assert [(each.outcome, each.role) for each in done.members] == [
        (CREATED, "manager"),
        (CREATED, "learner"),
    ]
    (enrolled,) = done.members[1].enrolments
    assert enrolled.outcome is CREATED
    assert Enrolment.objects.get().pk == enrolled.line.enrolment_id
    assert check(cast.organisation).holds


def test_what_is_there_is_incremented_or_already_so(cast: Cast) -> None:
    run(cast, order(own(), members=(KIM,)))
    done = run(cast, order(own(5), members=(KIM,)))
    assert (done.team.outcome, done.seats[0].outcome) == (ALREADY, INCREMENTED)
    assert done.seats[0].pool.capacity == 30
    assert done.members[0].outcome is ALREADY
    assert done.members[0].enrolments[0].outcome is ALREADY
    assert Team.objects.filter(external_id="crm-881").count() == 1


def test_reference_is_the_reason_in_the_ledger(cast: Cast) -> None:
    run(cast, order(own(), members=(KIM,), reference="order 1001 line 2"))
    entries = LedgerEntry.objects.filter(pool__isnull=False)
    assert {each.reason for each in entries} == {"order 1001 line 2"}


def test_nobody_acts_where_no_member_does(cast: Cast) -> None:
    done = provision(actor=None, order=order(own(), members=(KIM,)))
    assert done.team.team.organisation == cast.organisation
    assert {each.actor_id for each in LedgerEntry.objects.all()} == {None}


def test_template_is_cloned_once(cast: Cast) -> None:
    pool = create_pool(actor=cast.admin, product=cast.product, name="Template", seats=20)
    asked = order(SeatsPart(mode="template", pool=str(pool.pk)))
    first, second = run(cast, asked), run(cast, asked)
    assert [first.seats[0].outcome, second.seats[0].outcome] == [CREATED, ALREADY]
    assert first.seats[0].pool == second.seats[0].pool
    assert second.seats[0].pool.capacity == 20
    assert second.seats[0].seats == 0


def test_shared_pool_is_made_available_once(cast: Cast) -> None:
    pool, _ = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    asked = order(SeatsPart(product="acc-101", mode="shared", pool=str(pool.pk), cap=7))
    first, second = run(cast, asked), run(cast, asked)
    assert [first.seats[0].outcome, second.seats[0].outcome] == [CREATED, ALREADY]
    assert first.seats[0].allocation.cap == 7
    assert set(second.seats[0].shared_with) == {cast.team, cast.other_team}
    pool.refresh_from_db()
    assert pool.capacity == 100


def test_increment_of_a_shared_pool_names_the_other_teams(cast: Cast) -> None:
    make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    done = run(cast, order(own(5), team=TeamPart(id=str(cast.team.pk))))
    assert done.seats[0].outcome is INCREMENTED
    assert done.seats[0].shared_with == (cast.other_team,)


def test_team_is_found_by_name_where_it_has_no_other_mark(cast: Cast) -> None:
    done = run(cast, order(own(), team=TeamPart(name="classroom a")))
    assert (done.team.team, done.team.outcome) == (cast.team, ALREADY)


def test_team_is_made_below_its_parent(cast: Cast) -> None:
    done = run(cast, order(team=TeamPart(name="Group 1", parent=str(cast.team.pk))))
    assert done.team.team.parent == cast.team
    assert done.team.team.lineage == [cast.team.pk, done.team.team.pk]


def test_learner_rises_to_manager_and_never_back(cast: Cast) -> None:
    head = MemberPart(email="kim@north.example", role="manager")
    run(cast, order(own(), members=(KIM,)))
    done = run(cast, order(members=(head,)))
    assert (done.members[0].role, done.members[0].outcome) == ("manager", CREATED)
    done = run(cast, order(members=(KIM,)))
    assert (done.members[0].role, done.members[0].outcome) == ("manager", ALREADY)


def test_who_was_offboarded_comes_back(cast: Cast) -> None:
    run(cast, order(own(), members=(KIM,)))
    kim = Member.objects.get(email=KIM.email)
    disable(actor=cast.admin, member=kim)
    run(cast, order(members=(KIM,)))
    kim.refresh_from_db()
    assert kim.offboarded_at is None


def untouched(cast: Cast) -> bool:
    new = Team.objects.filter(external_id="crm-881").exists()
    return not (new or Member.objects.filter(email=KIM.email).exists() or Pool.objects.exists())


def refusal(cast: Cast, asked: Provision) -> Refusal:
    with pytest.raises(Refusal) as caught:
        run(cast, asked)
    return caught.value


def test_enrolment_without_a_seat_undoes_the_whole_order(cast: Cast) -> None:
    lee = MemberPart(email="lee@north.example", enrol=("ACC-101",))
    refused = refusal(cast, order(own(1), members=(KIM, lee)))
    assert isinstance(refused, NoSeatsLeft)
    assert refused.numbers["part"] == "members[0].enrol[0]"
    assert untouched(cast)


def test_enrolment_without_an_allocation_names_its_part(cast: Cast) -> None:
    refused = refusal(cast, order(members=(KIM,)))
    assert isinstance(refused, NotAllocated)
    assert refused.numbers["part"] == "members[0].enrol[0]"


def test_strict_stock_undoes_the_parts_before(cast: Cast) -> None:
    cast.organisation.strict_stock = True
    cast.organisation.save()
    refused = refusal(cast, order(own(), members=(MemberPart(email="kim@north.example"),)))
    assert isinstance(refused, NotEnoughStock)
    assert refused.numbers["part"] == "seats[0]"
    assert untouched(cast)


def test_other_pool_of_the_product_is_refused(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    pool = create_pool(actor=cast.admin, product=cast.product, name="Shared", seats=5)
    asked = SeatsPart(mode="shared", pool=str(pool.pk))
    refused = refusal(cast, order(asked, team=TeamPart(id=str(cast.team.pk))))
    assert isinstance(refused, AlreadyAllocated)
    assert refused.numbers["part"] == "seats[0]"


def test_archived_team_and_product_are_refused_by_name(cast: Cast) -> None:
    gone = create_product(actor=cast.admin, code="OLD", name="Old")
    archive_product(actor=cast.admin, product=gone)
    refused = refusal(cast, order(own(), SeatsPart(product="OLD", seats=1)))
    assert isinstance(refused, Archived)
    assert refused.numbers["part"] == "seats[1]"
    archive_team(actor=cast.admin, team=cast.team)
    refused = refusal(cast, order(own(), team=TeamPart(id=str(cast.team.pk))))
    assert isinstance(refused, Archived)
    assert refused.numbers["part"] == "team"


def test_name_of_another_team_is_refused(cast: Cast) -> None:
    asked = order(own(), team=TeamPart(external_id="other", name="Classroom A"))
    refused = refusal(cast, asked)
    assert isinstance(refused, NameTaken)
    assert refused.numbers["part"] == "team"
