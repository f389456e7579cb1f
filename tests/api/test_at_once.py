"""Enrolling in one statement: the same answers and the same books as by the services."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import Member
from seatdash.api.models import Token
from seatdash.api.services.tokens import revoke_token
from seats.books import check
from seats.models import Enrolment, LedgerEntry
from seats.services.allocation import increment
from seats.services.leaving import leave, offboard
from teams.models import TeamMember
from tests.api.conftest import Program, new_key, program_of
from tests.conftest import Cast
from tests.factories import make_allocation, make_learners


@pytest.fixture
def warm(cast: Cast, shop: Program) -> Program:
    """A program whose token the process has seen within the minute."""
    make_allocation(cast.admin, cast.team, cast.product, seats=3)
    assert shop.get("products").status_code == 200
    return shop


def body(cast: Cast, email: str = "kim@north.example", **more: Any) -> dict[str, Any]:
    return {"team": str(cast.team.pk), "product": "acc-101", "email": email} | more


def test_person_is_enrolled_in_one_statement(cast: Cast, warm: Program) -> None:
    # Around it is what keeps it apart within this test's transaction.
    around = 4
    with CaptureQueriesContext(connection) as captured:
        assert warm.post("enrolments", body(cast)).status_code == 201
    assert len(captured) <= 1 + around


@pytest.mark.parametrize("known", [True, False])
def test_answer_and_books_are_those_of_the_services(cast: Cast, warm: Program, known: bool) -> None:
    emails = ["one@north.example", "two@north.example"]
    if known:
        members = make_learners(cast.admin, cast.team, 2)
        emails = [Member.objects.get(pk=pk).email for pk in members]
    quick = warm.post("enrolments", body(cast, emails[0], name="Kim"))
    usual = warm.post("enrolments", body(cast, emails[1], name="Kim"), key=new_key())
    assert (quick.status_code, usual.status_code) == (201, 201)
    assert list(quick.json()) == list(usual.json())
    assert same(quick.json()) == same(usual.json())
    entries = LedgerEntry.objects.filter(kind="enrolled").order_by("seq")
    told = [(str(each.actor), each.team_id, each.reason, each.used_after) for each in entries]
    assert told == [("Token Shop", cast.team.pk, "", 1), ("Token Shop", cast.team.pk, "", 2)]
    assert check(cast.organisation).holds


def same(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what belongs to one enrolment alone."""
    left = {name: value for name, value in told.items() if name not in {"id", "started_at"}}
    return left | {"member": told["member"]["name"]}


def test_again_is_answered_with_the_one_that_exists(cast: Cast, warm: Program) -> None:
    first, again = (warm.post("enrolments", body(cast)) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert warm.get("enrolments").json()["items"] == [first.json()]


def test_last_seat_is_the_last_for_strangers_too(cast: Cast, warm: Program) -> None:
    answers = [warm.post("enrolments", body(cast, f"p{n}@north.example")) for n in range(4)]
    assert [each.status_code for each in answers] == [201, 201, 201, 409]
    assert answers[3].json()["type"] == "urn:seatdash:NoSeatsLeft"
    # Whoever got no seat was not entered for it either.
    assert not Member.objects.filter(email="p3@north.example").exists()
    increment(actor=cast.admin, pool=cast.team.allocations.get().pool, seats=1)
    assert warm.post("enrolments", body(cast, "p3@north.example")).status_code == 201
    assert check(cast.organisation).holds


def test_person_who_left_comes_back_by_the_services(cast: Cast, warm: Program) -> None:
    warm.post("enrolments", body(cast))
    person = Member.objects.get(email="kim@north.example")
    leave(actor=cast.admin, member=person, team=cast.team)
    assert warm.post("enrolments", body(cast)).status_code == 201
    offboard(actor=cast.admin, member=person)
    assert warm.post("enrolments", body(cast)).status_code == 201
    person.refresh_from_db()
    assert person.offboarded_at is None
    assert TeamMember.objects.filter(team=cast.team, member=person).exists()
    assert Enrolment.objects.unended().count() == 1


def test_token_that_was_seen_is_looked_up_all_the_same(cast: Cast, warm: Program) -> None:
    assert warm.post("enrolments", body(cast)).status_code == 201
    revoke_token(actor=cast.admin, token=Token.objects.get())
    assert warm.post("enrolments", body(cast, "lee@north.example")).status_code == 401


def test_token_without_the_scope_enrols_nobody(cast: Cast, warm: Program) -> None:
    reader = program_of(cast.admin, "read")
    reader.get("products")
    assert reader.post("enrolments", body(cast)).status_code == 403
    assert not Enrolment.objects.exists()


def test_calls_that_take_one_statement_are_counted_too(cast: Cast, warm: Program) -> None:
    few = program_of(cast.admin, per_minute=2)
    answers = [few.get("products")]
    answers += [few.post("enrolments", body(cast, f"p{n}@north.example")) for n in range(3)]
    # The minute may have passed in between.
    assert [each.status_code for each in answers][:2] == [200, 201]
    assert answers[3].status_code in {429, 201}


@pytest.mark.parametrize(
    ("change", "status"),
    [({"team": "nothing"}, 404), ({"product": "nothing"}, 404), ({"email": "nobody"}, 422)],
)
def test_what_is_wrong_is_told_as_ever(
    cast: Cast, warm: Program, change: dict[str, str], status: int
) -> None:
    assert warm.post("enrolments", body(cast) | change).status_code == status


def test_another_organisation_reaches_nothing(cast: Cast, warm: Program, outside: Program) -> None:
    outside.get("products")
    assert outside.post("enrolments", body(cast)).status_code == 404
    assert not Enrolment.objects.exists()
