"""What the calls do: the same services as the pages, the same rules, the same words."""

from datetime import timedelta
from typing import Any

import pytest

from seats import clock
from seats.models import Allocation, Enrolment, LedgerEntry, Pool, Product
from seats.services.catalogue import create_product
from seats.services.terms import Terms
from teams.models import Team, TeamMember
from teams.services import create_team
from tests.api.conftest import Program, new_key
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import queries_of


def enrol_body(team: Team, email: str = "kim@north.example", **more: Any) -> dict[str, Any]:
    return {"team": str(team.pk), "product": "ACC-101", "email": email} | more


def test_product_is_made_once(shop: Program) -> None:
    body = {"code": "BIZ-200", "name": " Business ", "kind": "bundle", "external_id": "lms-7"}
    made, same = shop.post("products", body), shop.post("products", body)
    assert (made.status_code, same.status_code) == (201, 200)
    assert made.json() == same.json()
    assert made.json()["name"] == "Business"
    other = shop.post("products", body | {"name": "Law"})
    assert other.status_code == 409
    assert other.json()["type"] == "urn:seatdash:CodeTaken"
    assert Product.objects.with_code("biz-200").count() == 1


def test_pool_gets_more_seats_and_says_who_shares_it(cast: Cast, shop: Program) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    body = {"seats": 20, "reason": "order 1001"}
    answer = shop.post(f"pools/{pool.pk}/increment", body, key=new_key()).json()
    assert (answer["pool"]["capacity"], answer["seats"], answer["issued"]) == (120, 20, 20)
    assert [team["name"] for team in answer["shared_with"]] == ["Classroom A", "Classroom B"]
    entry = LedgerEntry.objects.get(kind="allocated", capacity_moved=20)
    assert (entry.reason, str(entry.actor)) == ("order 1001", "Token Shop")


def test_seats_below_zero_are_taken_away(cast: Cast, shop: Program) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=3)
    enrol_new(cast.admin, allocation, many=3)
    path = f"pools/{allocation.pool_id}/increment"
    pool = shop.post(path, {"seats": -2}, key=new_key()).json()["pool"]
    assert (pool["capacity"], pool["used"], pool["over_committed"]) == (1, 3, 2)
    assert Product.objects.get().stock == 2
    assert shop.post(path, {"seats": -2}, key=new_key()).json()["type"].endswith("NotEnoughSeats")


def test_transfer_is_shown_before_it_is_done(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=10)
    body = {
        "product": "ACC-101",
        "from_team": str(cast.team.pk),
        "to_team": str(cast.other_team.pk),
        "seats": 4,
    }
    before = shop.post("transfers", body | {"preview": True}).json()
    assert (before["outcome"], before["giving"]["capacity_after"]) == ("preview", 6)
    assert Pool.objects.count() == 1
    done = shop.post("transfers", body | {"reason": "moved"}).json()
    assert (done["outcome"], done["taking"]["capacity_after"]) == ("transferred", 4)
    assert set(Pool.objects.values_list("capacity", flat=True)) == {4, 6}
    too_many = shop.post("transfers", body | {"seats": 7, "preview": True})
    assert too_many.status_code == 409


def test_unknown_person_joins_the_team_and_is_enrolled(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    answer = shop.post("enrolments", enrol_body(cast.team, name="Kim Lee"))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["status"], told["member"]["name"]) == ("live", "Kim Lee")
    assert TeamMember.objects.filter(team=cast.team, member__email="kim@north.example").exists()
    again = shop.post("enrolments", enrol_body(cast.team, "KIM@north.example"))
    assert (again.status_code, again.json()) == (200, told)
    assert Allocation.objects.get().used == 1


def test_team_is_named_by_its_external_id(cast: Cast, shop: Program) -> None:
    team = create_team(actor=cast.admin, name="North", external_id="crm-881")
    make_allocation(cast.admin, team, cast.product)
    body = {"team": "crm-881", "product": "acc-101", "email": "kim@north.example"}
    assert shop.post("enrolments", body).json()["team"]["id"] == str(team.pk)


def test_team_without_seats_of_the_product_is_a_refusal(cast: Cast, shop: Program) -> None:
    answer = shop.post("enrolments", enrol_body(cast.team))
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:seatdash:NotAllocated"


@pytest.mark.parametrize("field", ["team", "product"])
def test_thing_that_is_not_there_is_not_found(cast: Cast, shop: Program, field: str) -> None:
    assert shop.post("enrolments", enrol_body(cast.team) | {field: "nothing"}).status_code == 404


def people(many: int) -> list[dict[str, str]]:
    return [{"email": f"person-{number}@north.example"} for number in range(many)]


def test_list_is_enrolled_whole_or_not_at_all(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=2)
    body = {"team": str(cast.team.pk), "product": "ACC-101", "members": people(3)}
    refused = shop.post("enrolments/bulk", body)
    assert (refused.status_code, refused.json()["needed"]) == (409, 3)
    assert not Enrolment.objects.exists()
    assert not TeamMember.objects.filter(member__email__startswith="person-").exists()


def test_list_fills_what_fits_and_answers_for_each(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=2)
    members = [*people(2), {"email": "PERSON-0@north.example"}, *people(3)[2:]]
    body = {"team": str(cast.team.pk), "product": "ACC-101", "members": members, "mode": "fill"}
    told = shop.post("enrolments/bulk", body).json()
    assert (told["enrolled"], told["no_seat"]) == (2, 1)
    assert [each["outcome"] for each in told["members"]] == [
        "enrolled",
        "enrolled",
        "enrolled",
        "no_seat",
    ]
    assert told["members"][0]["enrolment_id"] == told["members"][2]["enrolment_id"]
    assert told["members"][3]["enrolment_id"] is None


def test_long_list_takes_as_many_queries_as_a_short_one(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=None)
    body = {"team": str(cast.team.pk), "product": "ACC-101"}
    few = queries_of(lambda: shop.post("enrolments/bulk", body | {"members": people(2)}))
    many = [{"email": f"other-{number}@north.example"} for number in range(300)]
    # Plans are made anew for many; nothing else differs.
    assert queries_of(lambda: shop.post("enrolments/bulk", body | {"members": many})) <= few + 4


@pytest.mark.parametrize("many", [0, 10_001])
def test_list_of_nobody_or_too_many_is_invalid(cast: Cast, shop: Program, many: int) -> None:
    body = {"team": "x", "product": "y", "members": people(many)}
    assert shop.post("enrolments/bulk", body).status_code == 422


def test_revoking_again_answers_the_same(cast: Cast, shop: Program) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.admin, allocation)
    path = f"enrolments/{line.enrolment_id}"
    first, again = shop.delete(path, reason="refund"), shop.delete(path)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["status"] == "revoked"
    assert LedgerEntry.objects.get(kind="revoked").reason == "refund"


def access(shop: Program, email: str) -> Any:
    return shop.get("access", email=email, product="acc-101").json()


def test_access_lasts_until_the_latest_end(cast: Cast, shop: Program) -> None:
    short = make_allocation(cast.admin, cast.team, cast.product, terms=Terms(terms_days=1))
    long = make_allocation(cast.admin, cast.other_team, cast.product, terms=Terms(terms_days=9))
    assert access(shop, "kim@north.example") == {"access": False, "until": None}
    until = [
        shop.post("enrolments", enrol_body(each.team)).json()["expires_at"]
        for each in (long, short)
    ]
    assert access(shop, "KIM@north.example") == {"access": True, "until": until[0]}


def test_access_without_an_end_outlasts_all(cast: Cast, shop: Program) -> None:
    for team, terms in ((cast.team, Terms(terms_days=1)), (cast.other_team, Terms())):
        make_allocation(cast.admin, team, cast.product, terms=terms)
        shop.post("enrolments", enrol_body(team))
    assert access(shop, "kim@north.example") == {"access": True, "until": None}


def test_access_ends_on_time_whether_it_was_booked_or_not(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product, terms=Terms(terms_days=1))
    shop.post("enrolments", enrol_body(cast.team))
    with clock.telling(clock.now() + timedelta(days=2)):
        assert access(shop, "kim@north.example") == {"access": False, "until": None}
        listed = shop.get("enrolments", status="expired").json()["items"]
    assert [each["status"] for each in listed] == ["expired"]
    assert not Enrolment.objects.filter(ended_at__isnull=False).exists()


def test_access_is_one_query(cast: Cast, shop: Program) -> None:
    create_product(actor=cast.admin, code="OTHER", name="Other")
    query = {"email": "kim@north.example", "product": "ACC-101"}
    assert queries_of(lambda: shop.get("access", **query)) == 1


def test_access_to_what_is_not_there_is_not_found(shop: Program, outside: Program) -> None:
    for program, product in ((shop, "NOTHING"), (outside, "ACC-101")):
        assert program.get("access", email="a@b.example", product=product).status_code == 404
