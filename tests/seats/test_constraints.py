"""What SQL can state, the database refuses, whoever asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model
from django.utils import timezone

from orgs.ids import new_id
from orgs.models import Member, User
from seatdash import tenancy
from seats.models import Allocation, Enrolment, LedgerEntry, Pool, Product, SeatRequest
from seats.services.catalogue import create_product
from seats.services.requests import ask
from teams.models import Team, TeamMember
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_learners


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.manager, allocation)
    return enrolment_of(line)


def copy(row: Model, **changes: Any) -> None:
    """Write a second row like this one, with another id."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    type(row)._base_manager.create(**(values | {"id": new_id()} | changes))


def refuses(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


def test_second_live_enrolment_in_a_pool(cast: Cast, enrolment: Enrolment) -> None:
    with refuses("enrolment_live_once"), transaction.atomic():
        copy(enrolment)


def test_second_allocation_of_a_product_to_a_team(cast: Cast, enrolment: Enrolment) -> None:
    with refuses("allocation_one_per_product"), transaction.atomic():
        copy(enrolment.allocation, used=0)


def test_enrolment_that_ends_before_it_starts(cast: Cast, enrolment: Enrolment) -> None:
    enrolment.expires_at = enrolment.started_at - timedelta(seconds=1)
    with refuses("enrolment_ends_after_start"), transaction.atomic():
        enrolment.save()


@pytest.mark.parametrize(
    "changes",
    [
        {"occupies": False},
        {"ended_at": timezone.now()},
        {"end_reason": "revoked"},
        {"ended_at": timezone.now(), "end_reason": "revoked", "occupies": True},
        {"ended_at": timezone.now(), "end_reason": "expired", "occupies": True},
        {"ended_at": timezone.now(), "end_reason": "bored", "occupies": False},
    ],
)
def test_enrolment_that_is_neither_live_nor_ended(
    cast: Cast, enrolment: Enrolment, changes: dict[str, Any]
) -> None:
    with refuses("enrolment_occupies_while_live"), transaction.atomic():
        Enrolment.objects.filter(pk=enrolment.pk).update(**changes)


@pytest.mark.parametrize(
    ("model", "field"),
    [(Product, "stock"), (Pool, "capacity"), (Pool, "used"), (Allocation, "used")],
)
def test_negative_number_of_seats(
    cast: Cast, enrolment: Enrolment, model: type[Model], field: str
) -> None:
    with refuses(f"{field}_check"), transaction.atomic():
        model._base_manager.update(**{field: F(field) - 1000})


def test_terms_that_contradict_themselves(cast: Cast, enrolment: Enrolment) -> None:
    with refuses("pool_terms_whole"), transaction.atomic():
        Pool.objects.update(terms_days=0, terms_kind="days")
    with refuses("pool_terms_whole"), transaction.atomic():
        Pool.objects.update(terms_days=5)


def test_code_of_a_product_twice_in_other_case(cast: Cast) -> None:
    with refuses("product_code_key_once"), transaction.atomic():
        copy(cast.product, code="acc-101")


def test_address_twice_in_other_case(cast: Cast) -> None:
    with refuses("member_email_key_once"), transaction.atomic():
        copy(cast.finance, email="Finance@North.Example", user_id=None)


def test_user_twice_in_other_case(cast: Cast) -> None:
    with refuses("user_email_without_case"), transaction.atomic():
        User.objects.create(email="Admin@North.Example")


def test_member_twice_in_a_team(cast: Cast) -> None:
    with refuses("team_member_once"), transaction.atomic():
        copy(TeamMember.objects.all()[0])


def test_entry_twice_with_one_number(cast: Cast, enrolment: Enrolment) -> None:
    with refuses("ledger_pool_seq_once"), transaction.atomic():
        copy(LedgerEntry.objects.get(kind="enrolled"))


def test_enrolment_through_anothers_allocation(cast: Cast, enrolment: Enrolment) -> None:
    other = make_allocation(cast.admin, cast.other_team, cast.product)
    (learner,) = make_learners(cast.admin, cast.team)
    with refuses("seats_enrolment_allocation_whole"), transaction.atomic():
        copy(enrolment, member_id=learner, allocation_id=other.pk)


def test_allocation_of_a_pool_as_another_product(cast: Cast, enrolment: Enrolment) -> None:
    product = create_product(actor=cast.admin, code="BIZ-200", name="Business")
    with refuses("seats_allocation_pool_of_product"), transaction.atomic():
        copy(enrolment.allocation, team_id=cast.other_team.pk, product_id=product.pk, used=0)


def test_request_for_no_seats(cast: Cast) -> None:
    asked = ask(actor=cast.manager, team=cast.team, product=cast.product, seats=1, reason="one")
    with refuses("request_for_some_seats"), transaction.atomic():
        SeatRequest.objects.filter(pk=asked.pk).update(seats=0)


# (the row, its reference, the kind of row at the other end)
REFERENCES = [
    (Team, "parent_id", Team),
    (TeamMember, "team_id", Team),
    (TeamMember, "member_id", Member),
    (Pool, "product_id", Product),
    (Pool, "cloned_from_id", Pool),
    (Allocation, "team_id", Team),
    (Allocation, "pool_id", Pool),
    (Enrolment, "member_id", Member),
    (Enrolment, "allocation_id", Allocation),
    (LedgerEntry, "product_id", Product),
    (LedgerEntry, "pool_id", Pool),
    (LedgerEntry, "team_id", Team),
    (LedgerEntry, "enrolment_id", Enrolment),
    (LedgerEntry, "member_id", Member),
    (LedgerEntry, "actor_id", Member),
    (SeatRequest, "team_id", Team),
    (SeatRequest, "product_id", Product),
    (SeatRequest, "asked_by_id", Member),
    (SeatRequest, "decided_by_id", Member),
]


def furnish(actor: Member, team: Team) -> dict[type[Model], Model]:
    """Make one row of each kind in the organisation of `actor`."""
    product = create_product(actor=actor, code="REF-1", name="Reference")
    allocation = make_allocation(actor, team, product)
    (line,) = enrol_new(actor, allocation)
    asked = ask(actor=actor, team=team, product=product, seats=1, reason="one")
    return {
        Member: actor,
        Team: team,
        TeamMember: TeamMember.objects.filter(team=team)[0],
        Product: product,
        Pool: allocation.pool,
        Allocation: allocation,
        Enrolment: enrolment_of(line),
        LedgerEntry: LedgerEntry.objects.get(kind="enrolled"),
        SeatRequest: asked,
    }


# What a copy needs to be different in, so that nothing but the reference is wrong with it.
FREE: dict[type[Model], dict[str, Any]] = {
    Team: {"name": "Copy", "external_id": None},
    Enrolment: {"ended_at": timezone.now(), "end_reason": "revoked", "occupies": False},
    LedgerEntry: {"seq": 10**6},
    Allocation: {"ended_at": timezone.now()},
}


@pytest.mark.parametrize(("model", "column", "target"), REFERENCES)
def test_reference_into_another_organisation(
    cast: Cast, model: type[Model], column: str, target: type[Model]
) -> None:
    ours = furnish(cast.admin, cast.team)
    with tenancy.scope(cast.outsider.organisation_id):
        theirs = furnish(cast.outsider, create_team(actor=cast.outsider, name="Theirs"))
    changes = dict(FREE.get(model, {}))
    changes |= {"created_at": timezone.now()} if hasattr(ours[model], "created_at") else {}
    with refuses("foreign key"), transaction.atomic():
        copy(ours[model], **changes, **{column: theirs[target].pk})
        connection.check_constraints()


def test_every_reference_between_tenants_tables_is_tried(db: None) -> None:
    tried = {(model._meta.db_table, column) for model, column, _target in REFERENCES}
    # These follow from the reference to the allocation, which is tried.
    implied = {
        ("seats_allocation", "product_id"),
        ("seats_enrolment", "pool_id"),
        ("seats_enrolment", "team_id"),
    }
    tenants = {Member, Team, TeamMember, Product, Pool, Allocation, Enrolment, LedgerEntry}
    there = {
        (model._meta.db_table, field.attname)
        for model in tenants | {SeatRequest}
        for field in model._meta.concrete_fields
        if field.related_model in tenants
    }
    assert there == tried | implied
