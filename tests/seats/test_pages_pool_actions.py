"""What an admin does to a pool, from its page."""

from typing import Any

import pytest

from seats.models import Allocation, LedgerEntry, Pool
from seats.services.allocation import create_pool, increment
from seats.services.stock import issue
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import hidden, text, url

ACTIONS = ["increment", "take-away", "share", "clone", "terms", "archive-pool"]


def pool_of(allocation: Allocation) -> Pool:
    return Pool.objects.get(pk=allocation.pool_id)


def send(cast: Cast, name: str, pool: Pool, **sent: Any) -> Any:
    """Open the form of an action on a pool, fill it in and send it as an admin."""
    client, address = cast.client(cast.admin), url(cast, name, pool.pk)
    seen = hidden(client.get(address), "seen")
    return client.post(address, {"seen": seen, **sent}, follow=True)


def test_seats_are_added_from_stock_first(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    issue(actor=cast.admin, product=cast.product, seats=10)
    answer = send(cast, "increment", pool_of(allocation), seats="25", reason="Order 7")
    assert "Added 25 seats to Accounting for Beginners, Classroom A." in text(answer)
    assert "15 of them were not in stock and were issued." in text(answer)
    assert pool_of(allocation).capacity == 35


def test_adding_to_a_shared_pool_names_the_teams(cast: Cast) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    form = cast.client(cast.admin).get(url(cast, "increment", pool.pk))
    assert "Classroom A, Classroom B draw on it" in text(form)
    answer = send(cast, "increment", pool, seats="1")
    assert "Classroom A, Classroom B" in text(answer)


def test_strict_stock_refuses_with_the_numbers(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    issue(actor=cast.admin, product=cast.product, seats=3)
    cast.organisation.strict_stock = True
    cast.organisation.save()
    answer = send(cast, "increment", pool_of(allocation), seats="5", reason="Order 7")
    assert answer.status_code == 409
    assert "Lacking 2" in text(answer)
    assert "Order 7" in answer.content.decode()
    assert pool_of(allocation).capacity == 10


def test_taking_away_says_beforehand_and_afterwards_what_it_means(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    enrol_new(cast.admin, allocation, 8)
    form = cast.client(cast.admin).get(url(cast, "take-away", allocation.pool_id))
    assert "has 10 seats, and 8 are in use. Take more than 2 and it is over-committed" in text(form)
    answer = send(cast, "take-away", pool_of(allocation), seats="5", to="stock")
    assert "5 seats of Accounting for Beginners, Classroom A went back to stock." in text(answer)
    assert "It has 5 now and is over-committed by 3" in text(answer)
    assert "Over by 3" in text(answer)
    answer = send(cast, "take-away", pool_of(allocation), seats="1", to="retired")
    assert "Retired 1 seat of" in text(answer)
    cast.product.refresh_from_db()
    assert cast.product.stock == 5


def test_more_than_the_pool_has_is_refused_with_the_numbers(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    answer = send(cast, "take-away", pool_of(allocation), seats="11", reason="Too many")
    assert answer.status_code == 409
    assert "Asked for 11 Seats in the pool 10" in text(answer)
    assert "Too many" in answer.content.decode()
    assert pool_of(allocation).capacity == 10


@pytest.mark.parametrize("wrong", ["-1", "0", "", "ten", str(10**18), "1.5"])
@pytest.mark.parametrize("action", ["increment", "take-away"])
def test_what_is_no_number_of_seats_is_said_so(cast: Cast, action: str, wrong: str) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    answer = send(cast, action, pool_of(allocation), seats=wrong, reason="By hand")
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert f'value="{wrong}"' in answer.content.decode() or not wrong
    assert "By hand" in answer.content.decode()
    assert pool_of(allocation).capacity == 10


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("increment", {"seats": "5"}),
        ("take-away", {"seats": "5", "to": "stock"}),
        ("terms", {"terms_kind": "days", "terms_days": "30"}),
        ("share", {}),
        ("clone", {}),
    ],
)
def test_second_tab_is_told_and_changes_nothing(
    cast: Cast, name: str, sent: dict[str, str]
) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team], seats=20)
    if name in ("share", "clone"):
        sent = {"team": str(cast.other_team.pk)}
    client, address = cast.client(cast.admin), url(cast, name, pool.pk)
    sent = {"seen": hidden(client.get(address), "seen"), **sent}
    send(cast, "increment", pool, seats="1")
    entries = LedgerEntry.objects.count()
    refused = client.post(address, sent)
    assert refused.status_code == 409
    assert "Someone changed this since you opened it. Nothing was done." in text(refused)
    assert "now has 21 seats" in text(refused)
    assert LedgerEntry.objects.count() == entries
    # Looked at again and sent once more, it is meant.
    again = client.post(address, sent | {"seen": hidden(refused, "seen")})
    assert again.status_code == 302
    assert LedgerEntry.objects.count() > entries


def test_form_sent_twice_is_done_once(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    client, address = cast.client(cast.admin), url(cast, "increment", allocation.pool_id)
    sent = {"seats": "5", "seen": hidden(client.get(address), "seen")}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 409
    assert pool_of(allocation).capacity == 15


@pytest.mark.parametrize("seen", ["x", "-1", "9" * 40])
def test_what_a_form_has_seen_cannot_be_made_up(cast: Cast, seen: str) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    address = url(cast, "increment", allocation.pool_id)
    answer = cast.client(cast.admin).post(address, {"seats": "5", "seen": seen})
    assert answer.status_code in (409, 422)
    assert pool_of(allocation).capacity == 10


def test_pool_is_shared_up_to_a_cap(cast: Cast) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team])
    answer = send(cast, "share", pool, team=cast.other_team.pk, cap="7")
    assert "Classroom B draws on Shared now, up to 7 seats of it." in text(answer)
    assert Allocation.objects.get(team=cast.other_team).cap == 7


def test_sharing_with_a_team_that_has_the_product_is_refused(cast: Cast) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team])
    make_allocation(cast.admin, cast.other_team, cast.product)
    answer = send(cast, "share", pool, team=cast.other_team.pk, cap="7")
    assert answer.status_code == 409
    assert "Take it off that pool first." in text(answer)
    assert f'<option value="{cast.other_team.pk}" selected>' in answer.content.decode()


def test_team_of_another_organisation_cannot_be_chosen(cast: Cast) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team])
    for team in ("0192f1f4-0000-7000-8000-000000000000", "nonsense", ""):
        assert send(cast, "share", pool, team=team).status_code == 422
        assert send(cast, "clone", pool, team=team).status_code == 422


def test_clone_has_the_seats_and_terms_of_its_template(cast: Cast) -> None:
    terms = Terms(terms_days=90)
    template = create_pool(
        actor=cast.admin, product=cast.product, name="90 days", seats=25, terms=terms
    )
    answer = send(cast, "clone", template, team=cast.team.pk)
    assert "Made 90 days for Classroom A with 25 seats." in text(answer)
    made = Pool.objects.get(cloned_from=template)
    assert (made.capacity, made.terms_days) == (25, 90)


def test_terms_change_for_enrolments_to_come(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    sent = {"terms_kind": "days", "terms_days": "30", "reusable": "no", "extendable": "on"}
    answer = send(cast, "terms", pool_of(allocation), **sent)
    assert "An enrolment lasts 30 days from its start" in text(answer)
    pool = pool_of(allocation)
    assert (pool.terms_days, pool.reusable, pool.extendable) == (30, False, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"terms_kind": "days"},
        {"terms_kind": "days", "terms_days": "0"},
        {"terms_kind": "days", "terms_days": str(10**18)},
        {"terms_kind": "date"},
        {"terms_kind": "date", "terms_date": "2001-01-01"},
        {"terms_kind": "date", "terms_date": "tomorrow"},
        {"terms_kind": "sometimes"},
    ],
)
def test_terms_that_cannot_be_are_said_so(cast: Cast, wrong: dict[str, str]) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    answer = send(cast, "terms", pool_of(allocation), **wrong)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert pool_of(allocation).terms_kind == "never"


def test_pool_in_use_is_not_archived(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    enrol_new(cast.admin, allocation, 2)
    form = cast.client(cast.admin).get(url(cast, "archive-pool", allocation.pool_id))
    assert "2 enrolments are live; they must end first." in text(form)
    answer = send(cast, "archive-pool", pool_of(allocation))
    assert answer.status_code == 409
    assert "Live enrolments 2" in text(answer)


def test_archived_pool_gives_its_seats_back_and_keeps_its_page(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    answer = send(cast, "archive-pool", pool_of(allocation), reason="Course ended")
    assert "10 seats went back to stock." in text(answer)
    assert "Add seats" not in text(answer)
    assert "No team draws on it any more." in text(answer)
    again = cast.client(cast.admin).post(url(cast, "increment", allocation.pool_id), {"seats": "1"})
    assert again.status_code == 409
    assert "archived" in text(again)


def test_fragment_alone_answers_htmx(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    client, address = cast.client(cast.admin), url(cast, "increment", allocation.pool_id)
    headers = {"HX-Request": "true"}
    html = client.get(address, headers=headers).content.decode()
    assert html.lstrip().startswith("<form")
    refused = client.post(address, {"seats": "0"}, headers=headers)
    assert refused.status_code == 422
    assert "<html" not in refused.content.decode()
    done = client.post(address, {"seats": "1"}, headers=headers)
    assert done.headers["HX-Redirect"] == url(cast, "pool", allocation.pool_id)


@pytest.mark.parametrize("name", ["pool", *ACTIONS])
def test_pool_of_another_organisation_does_not_exist(cast: Cast, name: str) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    address = url(cast, name, allocation.pool_id).replace("north-high", "acme")
    client = cast.client(cast.outsider)
    assert client.get(address).status_code == 404
    refused = 405 if name in {"pool", "product"} else 404  # those two only read
    assert client.post(address, {"seats": "1"}).status_code == refused


@pytest.mark.parametrize("name", [*ACTIONS, "cap"])
def test_form_that_shows_what_another_admin_changed_is_refused_once(cast: Cast, name: str) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    client = cast.client(cast.admin)
    address = url(cast, name, allocation.pk if name == "cap" else allocation.pool_id)
    fields = {"seats": "1", "team": str(cast.other_team.pk), "cap": "3", "terms_kind": "never"}
    fields["seen"] = hidden(client.get(address), "seen")
    increment(actor=cast.admin, pool=allocation.pool, seats=10)
    before = LedgerEntry.objects.count()
    refused = client.post(address, fields)
    assert refused.status_code == 409
    assert "now has 15 seats" in text(refused)
    assert LedgerEntry.objects.count() == before
    assert hidden(refused, "seen") == str(pool_of(allocation).version)


@pytest.mark.parametrize("name", ACTIONS)
def test_finance_sees_pools_and_may_not_change_them(cast: Cast, name: str) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    enrol_new(cast.admin, allocation)
    client = cast.client(cast.finance)
    page = client.get(url(cast, "pool", allocation.pool_id))
    assert url(cast, name, allocation.pool_id) not in page.content.decode()
    assert "/revoke/" not in page.content.decode()
    before = LedgerEntry.objects.count()
    assert client.post(url(cast, name, allocation.pool_id), {"seats": "1"}).status_code == 403
    assert LedgerEntry.objects.count() == before
