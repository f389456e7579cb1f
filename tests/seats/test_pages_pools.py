"""The list of pools, one pool's page, and making one."""

from datetime import timedelta
from typing import Any

import pytest

from seats import clock
from seats.models import Enrolment, Pool
from seats.services.allocation import clone, create_pool, share
from seats.services.catalogue import create_product
from seats.services.enrolment import Line
from seats.services.expiry import expire_in_pool
from seats.services.locks import lock_pool
from seats.services.revocation import revoke
from seats.services.taking import take_away
from seats.services.terms import Terms
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import figures, queries, text, url


def test_pools_show_who_draws_on_them_and_what_is_left(cast: Cast) -> None:
    teams = [cast.team, cast.other_team]
    pool, allocations = make_shared_pool(cast.admin, cast.product, teams, seats=100)
    enrol_new(cast.admin, allocations[0], 65)
    answer = cast.client(cast.finance).get(url(cast, "pools"))
    shown = figures(answer, f"pool-{pool.pk}")
    assert shown == {"used": "65", "capacity": "100", "available": "35"}
    assert "Classroom A, Classroom B" in text(answer)
    assert "Shared" in text(answer)


def test_pools_are_found_by_state_product_and_word(cast: Cast) -> None:
    law = create_product(actor=cast.admin, code="LAW-300", name="Contract Law")
    full = make_allocation(cast.admin, cast.team, cast.product, seats=3)
    enrol_new(cast.admin, full, 3)
    over = make_allocation(cast.admin, cast.team, law, seats=3)
    enrol_new(cast.admin, over, 3)
    take_away(actor=cast.admin, pool=over.pool, seats=1)
    low = make_allocation(cast.admin, cast.other_team, law, seats=20)
    enrol_new(cast.admin, low, 19)
    client = cast.client(cast.finance)

    def found(**asked: Any) -> set[str]:
        html = client.get(url(cast, "pools"), asked).content.decode()
        names = {"full": full, "over": over, "low": low}
        return {name for name, each in names.items() if f"pool-{each.pool_id}" in html}

    assert found() == {"full", "over", "low"}
    assert found(state="full") == {"full"}
    assert found(state="over") == {"over"}
    assert found(state="low") == {"low"}
    assert found(state="short") == {"full", "over", "low"}
    assert found(product=str(law.pk)) == {"over", "low"}
    assert found(q="accounting") == {"full"}
    assert found(state="archived") == set()
    assert found(product="no-such-thing", state="nonsense") == {"full", "over", "low"}


@pytest.mark.parametrize(
    "asked", ["q=%00", "q=%ff%fe", "page=-1", "page=x", "product=%00&state=%00"]
)
@pytest.mark.parametrize("name", ["pools", "products", "teams", "overview"])
def test_nonsense_in_the_address_breaks_no_list(cast: Cast, name: str, asked: str) -> None:
    assert cast.client(cast.admin).get(f"{url(cast, name)}?{asked}").status_code == 200


def test_pools_cost_the_same_queries_however_many(cast: Cast) -> None:
    client = cast.client(cast.admin)
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    enrol_new(cast.admin, allocation)
    pages = [url(cast, "pools"), url(cast, "pool", allocation.pool_id)]
    one = [queries(client, page) for page in pages]
    for number in range(3):
        team = create_team(actor=cast.admin, name=f"Client {number}")
        enrol_new(cast.admin, make_allocation(cast.admin, team, cast.product), 2)
        guest = create_team(actor=cast.admin, name=f"Guest {number}")
        share(actor=cast.admin, pool=allocation.pool, team=guest)
    enrol_new(cast.admin, allocation, 5)
    assert [queries(client, page) for page in pages] == one


def test_pool_shows_its_teams_terms_and_enrolments(cast: Cast) -> None:
    terms = Terms(terms_days=90, reusable=False, extendable=True)
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10, terms=terms)
    enrol_new(cast.admin, allocation, 3)
    answer = cast.client(cast.finance).get(url(cast, "pool", allocation.pool_id))
    said = text(answer)
    assert figures(answer, f"pool-{allocation.pool_id}")["available"] == "7"
    assert figures(answer, f"allocation-{allocation.pk}")["available"] == "7"
    assert "An enrolment lasts 90 days from its start" in said
    assert "the seat stays used" in said
    assert "3 results" in said
    assert "enrolled " in said
    assert "and 2 others for Classroom A" in said
    assert "added 10 seats for Classroom A, newly issued" in said


def email_of(line: Line) -> str:
    assert line.enrolment_id
    enrolment = Enrolment.objects.select_related("member").get(pk=line.enrolment_id)
    return enrolment.member.email


def test_enrolments_are_filtered_by_status_and_person(cast: Cast) -> None:
    terms = Terms(terms_days=30, reusable=False)
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=9, terms=terms)
    with clock.telling(clock.now() - timedelta(days=40)):
        [held] = enrol_new(cast.admin, allocation)
    expire_in_pool(lock_pool(allocation.pool))
    with clock.telling(clock.now() - timedelta(days=20)):
        [soon] = enrol_new(cast.admin, allocation)
    [live, gone] = enrol_new(cast.admin, allocation, 2)
    revoke(actor=cast.admin, enrolment=Enrolment.objects.get(member=gone.member_id))
    people = {"held": held, "soon": soon, "live": live, "gone": gone}
    emails = {name: email_of(line) for name, line in people.items()}
    client = cast.client(cast.finance)

    def found(**asked: str) -> set[str]:
        page = client.get(url(cast, "pool", allocation.pool_id), asked).content.decode()
        listed = page.partition('id="enrolments"')[2]
        return {name for name, email in emails.items() if email in listed}

    assert found() == {"soon", "live"}
    assert found(status="soon-14") == {"soon"}
    assert found(status="expired") == {"held"}
    assert found(status="revoked") == {"gone"}
    assert found(status="left") == set()
    assert found(status="all") == {"held", "soon", "live", "gone"}
    assert found(status="all", q=emails["gone"]) == {"gone"}
    assert found(status="\0", q="\0") == {"soon", "live"}


def test_enrolment_past_its_end_counts_as_expired_before_it_is_booked(cast: Cast) -> None:
    terms = Terms(terms_days=1)
    allocation = make_allocation(cast.admin, cast.team, cast.product, terms=terms)
    with clock.telling(clock.now() - timedelta(days=3)):
        enrol_new(cast.admin, allocation)
    client, address = cast.client(cast.admin), url(cast, "pool", allocation.pool_id)
    assert "0 results" in text(client.get(address))
    assert "1 result" in text(client.get(address, {"status": "expired"}))


def test_template_and_clone_know_each_other(cast: Cast) -> None:
    template = create_pool(actor=cast.admin, product=cast.product, name="90 days", seats=5)
    made = clone(actor=cast.admin, pool=template, team=cast.team)
    client = cast.client(cast.finance)
    of_template = client.get(url(cast, "pool", template.pk))
    assert "Template" in text(of_template)
    assert url(cast, "pool", made.pool.pk) in of_template.content.decode()
    assert figures(of_template, f"pool-{made.pool.pk}")["available"] == "5"
    assert "no use of a clone is deducted" in text(of_template)
    of_clone = client.get(url(cast, "pool", made.pool.pk))
    assert "Cloned from 90 days" in text(of_clone)


def test_only_the_latest_of_a_long_history_is_told(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=300)
    for _more in range(25):
        take_away(actor=cast.admin, pool=allocation.pool, seats=1)
    said = text(cast.client(cast.finance).get(url(cast, "pool", allocation.pool_id)))
    assert said.count("took back 1 seat from Classroom A, into stock") == 20


def test_many_people_enrolled_at_once_are_one_event(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=300)
    enrol_new(cast.admin, allocation, 250)
    said = text(cast.client(cast.finance).get(url(cast, "pool", allocation.pool_id)))
    assert "and 249 others for Classroom A" in said


def test_new_pool_waits_for_teams(cast: Cast) -> None:
    sent = {"product": cast.product.pk, "name": "For all", "seats": "100", "terms_kind": "never"}
    answer = cast.client(cast.admin).post(url(cast, "new-pool"), sent, follow=True)
    assert "Made For all. No team draws on it yet." in text(answer)
    pool = Pool.objects.get(name="For all")
    assert pool.capacity == 100
    assert answer.redirect_chain[-1][0] == url(cast, "pool", pool.pk)


def test_new_pool_may_be_unlimited(cast: Cast) -> None:
    sent = {"product": cast.product.pk, "name": "For all", "unlimited": "on"}
    answer = cast.client(cast.admin).post(url(cast, "new-pool"), sent, follow=True)
    assert "No limit" in text(answer)
    assert "opened it without a limit" in text(answer)
    assert "Take away" not in text(answer)
    assert Pool.objects.get(name="For all").capacity is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"seats": ""},
        {"seats": "0"},
        {"seats": "5", "unlimited": "on"},
        {"name": "  "},
        {"name": "x" * 201},
        {"product": "0192f1f4-0000-7000-8000-000000000000"},
        {"product": "nonsense"},
    ],
)
def test_pool_that_cannot_be_is_said_so(cast: Cast, wrong: dict[str, str]) -> None:
    sent = {"product": str(cast.product.pk), "name": "For all", "seats": "5", **wrong}
    answer = cast.client(cast.admin).post(url(cast, "new-pool"), sent)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not Pool.objects.exists()


def test_new_pool_sent_twice_is_made_once(cast: Cast) -> None:
    client = cast.client(cast.admin)
    sent = {"product": cast.product.pk, "name": "For all", "seats": "5"}
    assert client.post(url(cast, "new-pool"), sent).status_code == 302
    again = client.post(url(cast, "new-pool"), sent | {"name": "for ALL"})
    assert again.status_code == 422
    assert "This product has a pool of this name already." in text(again)
    assert Pool.objects.count() == 1
