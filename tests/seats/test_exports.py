"""The exports: strict CSV, nasty names, figures that agree with the database."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from orgs.models import Member
from seatdash import tenancy
from seats import clock
from seats.models import Allocation, Enrolment, Pool, Product
from seats.services.allocation import clone, create_pool, share
from seats.services.archive import archive_pool
from seats.services.catalogue import create_product
from seats.services.enrolment import enrol
from seats.services.revocation import revoke
from seats.services.taking import take_away
from seats.services.terms import Terms
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners, make_shared_pool
from tests.seats.downloads import download, inside

USAGE_COLUMNS = (
    "product_code,product,pool_id,pool,kind,team,capacity,team_used,pool_used,available,"
    "over_committed,as_of"
)
ENROLMENT_COLUMNS = (
    "enrolment_id,product_code,pool_id,pool,team,email,name,status,started_at,expires_at,"
    "ended_at,end_reason"
)
NASTY = [
    'Comma, "quote" and more',
    "Two\nlines",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "Żółć 教室 🪑",
    "  spaces  ",
    "'already",
]


def test_usage_has_the_columns_of_the_contract(stage: Cast) -> None:
    response = stage.client(stage.admin).get(stage.url("reports/usage.csv"))
    assert b"".join(response).decode() == f"{USAGE_COLUMNS}\r\n"


def test_enrolments_have_the_columns_of_the_contract(stage: Cast) -> None:
    response = stage.client(stage.admin).get(stage.url("reports/enrolments.csv"))
    assert b"".join(response).decode() == f"{ENROLMENT_COLUMNS}\r\n"


@pytest.mark.parametrize("name", ["product", "team"])
def test_filter_with_a_character_that_no_name_has_finds_nothing(stage: Cast, name: str) -> None:
    response = stage.client(stage.admin).get(stage.url("reports/usage.csv"), {name: "ACC\0-101"})
    assert response.status_code == 404


def test_file_is_utf8_csv_named_after_the_organisation_and_the_day(stage: Cast) -> None:
    response = stage.client(stage.finance).get(stage.url("reports/usage.csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    day = timezone.now().date().isoformat()
    assert response["Content-Disposition"] == f'attachment; filename="north-high-usage-{day}.csv"'


def test_shared_pool_has_a_row_for_each_team(stage: Cast) -> None:
    with inside(stage):
        teams = [stage.team, stage.other_team]
        pool, (first, _second) = make_shared_pool(stage.admin, stage.product, teams, seats=10)
        enrol_new(stage.manager, first, 4)
    rows = download(stage, "usage")
    assert [(row["team"], row["team_used"]) for row in rows] == [
        ("Classroom A", "4"),
        ("Classroom B", "0"),
    ]
    for row in rows:
        assert row["kind"] == "shared"
        assert (row["capacity"], row["pool_used"], row["available"]) == ("10", "4", "6")
        assert row["pool_id"] == str(pool.pk)


def test_pool_of_one_team_is_dedicated(stage: Cast) -> None:
    with inside(stage):
        make_allocation(stage.admin, stage.team, stage.product, seats=3)
    (row,) = download(stage, "usage")
    assert (row["kind"], row["team"]) == ("dedicated", "Classroom A")


def test_pool_that_nobody_draws_on_has_a_row_without_a_team(stage: Cast) -> None:
    with inside(stage):
        create_pool(actor=stage.admin, product=stage.product, name="Template", seats=5)
    (row,) = download(stage, "usage")
    assert (row["kind"], row["team"], row["team_used"]) == ("unallocated", "", "0")
    assert (row["capacity"], row["available"]) == ("5", "5")


def test_unlimited_pool_leaves_capacity_and_available_empty(stage: Cast) -> None:
    with inside(stage):
        enrol_new(
            stage.manager, make_allocation(stage.admin, stage.team, stage.product, seats=None)
        )
    (row,) = download(stage, "usage")
    assert (row["capacity"], row["available"], row["over_committed"]) == ("", "", "0")
    assert row["pool_used"] == "1"


def test_cap_limits_what_is_available_to_its_team(stage: Cast) -> None:
    with inside(stage):
        pool = create_pool(actor=stage.admin, product=stage.product, name="Capped", seats=10)
        capped = share(actor=stage.admin, pool=pool, team=stage.team, cap=3)
        share(actor=stage.admin, pool=pool, team=stage.other_team)
        enrol_new(stage.manager, capped, 2)
    rows = download(stage, "usage")
    assert [row["available"] for row in rows] == ["1", "8"]


def test_over_committed_pool_says_by_how_many(stage: Cast) -> None:
    with inside(stage):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=5)
        enrol_new(stage.manager, allocation, 4)
        take_away(actor=stage.admin, pool=allocation.pool, seats=3)
    (row,) = download(stage, "usage")
    assert (row["capacity"], row["available"], row["over_committed"]) == ("2", "0", "2")


def test_archived_pool_is_left_out(stage: Cast) -> None:
    with inside(stage):
        allocation = make_allocation(stage.admin, stage.team, stage.product)
        archive_pool(actor=stage.admin, pool=allocation.pool)
    assert download(stage, "usage") == []


def test_figures_agree_with_the_database(stage: Cast) -> None:
    with inside(stage):
        teams = [stage.team, stage.other_team]
        pool, allocations = make_shared_pool(stage.admin, stage.product, teams, seats=40)
        for allocation, many in zip(allocations, (7, 11), strict=True):
            enrol_new(stage.manager, allocation, many)
        third = create_team(actor=stage.admin, name="Classroom C")
        clone(actor=stage.admin, pool=pool, team=third)
    rows = download(stage, "usage")
    with inside(stage):
        used = dict(Allocation.objects.values_list("team__name", "used"))
        capacities = {str(pool.pk): pool.capacity for pool in Pool.objects.all()}
    assert {row["team"]: int(row["team_used"]) for row in rows} == used
    assert {row["pool_id"]: int(row["capacity"]) for row in rows} == capacities
    assert len(download(stage, "enrolments")) == 18


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_survive_and_no_formula_does(stage: Cast, name: str) -> None:
    with inside(stage):
        product = create_product(actor=stage.admin, code="NASTY", name=name)
        team = create_team(actor=stage.admin, name=name)
        allocation = make_allocation(stage.admin, team, product)
        (learner,) = make_learners(stage.admin, team)
        Member.objects.filter(pk=learner).update(name=name)
        Pool.objects.update(name=name)
        enrol(actor=stage.admin, allocation=allocation, members=[learner])
    expected = f"'{name}" if name[0] in "=+-@\t\r" else name
    (usage,) = download(stage, "usage")
    assert {usage["product"], usage["pool"], usage["team"]} == {expected}
    (enrolment,) = download(stage, "enrolments")
    assert {enrolment["pool"], enrolment["team"], enrolment["name"]} == {expected}


def test_formula_in_a_code_or_an_address_is_neutralised(stage: Cast) -> None:
    with inside(stage):
        product = create_product(actor=stage.admin, code="=1+1", name="Sums")
        allocation = make_allocation(stage.admin, stage.team, product)
        (learner,) = make_learners(stage.admin, stage.team)
        Member.objects.filter(pk=learner).update(email="+kim@north.example")
        enrol(actor=stage.admin, allocation=allocation, members=[learner])
    (row,) = download(stage, "enrolments")
    assert (row["product_code"], row["email"]) == ("'=1+1", "'+kim@north.example")


def test_enrolments_tell_their_status_and_times(stage: Cast) -> None:
    ten_days_ago = timezone.now() - timedelta(days=10)
    with inside(stage), clock.telling(ten_days_ago):
        terms = Terms(terms_days=5)
        allocation = make_allocation(stage.admin, stage.team, stage.product, 9, terms)
        enrol_new(stage.manager, allocation)
        (line,) = enrol_new(stage.manager, allocation)
        revoked = Enrolment.objects.get(member=line.member_id)
        revoke(actor=stage.admin, enrolment=revoked)
    with inside(stage):
        enrol_new(stage.manager, allocation)
    lapsed, ended, live = download(stage, "enrolments")
    assert [row["status"] for row in (lapsed, ended, live)] == ["expired", "revoked", "live"]
    assert ended["enrolment_id"] == str(line.enrolment_id)
    assert ended["started_at"] == ended["ended_at"] == f"{ten_days_ago:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert ended["end_reason"] == "revoked"
    five_days_ago = ten_days_ago + timedelta(days=5)
    assert lapsed["expires_at"] == f"{five_days_ago:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert (live["ended_at"], live["end_reason"]) == ("", "")


def test_filters_keep_a_product_or_a_team(stage: Cast) -> None:
    with inside(stage):
        other = create_product(actor=stage.admin, code="BIZ-200", name="Business")
        make_allocation(stage.admin, stage.team, stage.product)
        enrol_new(stage.admin, make_allocation(stage.admin, stage.other_team, other))
    for product in (other.pk, "BIZ-200"):
        (row,) = download(stage, "usage", product=product)
        assert row["product_code"] == "BIZ-200"
    (row,) = download(stage, "usage", team=stage.team.pk)
    assert row["team"] == "Classroom A"
    assert download(stage, "enrolments", team=stage.team.pk) == []
    assert len(download(stage, "enrolments", product=other.pk, team=stage.other_team.pk)) == 1


def test_filtered_team_of_a_shared_pool_still_shares_it(stage: Cast) -> None:
    with inside(stage):
        make_shared_pool(stage.admin, stage.product, [stage.team, stage.other_team])
    (row,) = download(stage, "usage", team=stage.team.pk)
    assert row["kind"] == "shared"


@pytest.mark.parametrize("name", ["usage", "enrolments"])
def test_filter_by_a_thing_of_another_organisation_is_not_found(stage: Cast, name: str) -> None:
    with tenancy.scope(stage.outsider.organisation_id):
        foreign = Product.objects.create(
            organisation_id=stage.outsider.organisation_id, code="X", name="X"
        )
    client = stage.client(stage.admin)
    for query in (f"product={foreign.pk}", "product=X", f"team={uuid4()}", "team=nonsense"):
        assert client.get(stage.url(f"reports/{name}.csv?{query}")).status_code == 404


@pytest.mark.parametrize("name", ["usage", "enrolments"])
def test_only_admin_and_finance_may_export(cast: Cast, name: str) -> None:
    url = cast.url(f"reports/{name}.csv")
    assert cast.client(cast.manager).get(url).status_code == 403
    assert cast.client(cast.outsider).get(url).status_code == 404


def test_export_shows_nothing_of_another_organisation(stage: Cast) -> None:
    with inside(stage):
        enrol_new(stage.admin, make_allocation(stage.admin, stage.team, stage.product))
    client = stage.client(stage.outsider)
    for name in ("usage", "enrolments"):
        response = client.get(f"/o/acme/reports/{name}.csv")
        assert b"".join(response).count(b"\r\n") == 1
