"""The catalogue and one product: its stock, and what an admin does to it."""

import pytest

from seats.models import LedgerEntry, Product
from seats.services.allocation import create_pool
from seats.services.catalogue import create_product
from seats.services.stock import issue
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import figures, hidden, queries, sums, text, url


def stock_of(product: Product) -> int:
    return Product.objects.get(pk=product.pk).stock


def test_product_shows_what_was_issued_and_where_it_is(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=30)
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    enrol_new(cast.admin, allocation, 4)
    topic = f"product-{cast.product.pk}"
    answer = cast.client(cast.finance).get(url(cast, "product", cast.product.pk))
    shown = figures(answer, topic)
    assert (shown["used"], shown["capacity"], shown["available"]) == ("4", "30", "6")
    assert (shown["stock"], shown["allocated"], shown["free"]) == ("20", "10", "6")
    assert sums(answer, topic) == {
        "stock allocated": 30,
        "stock": 20,
        "allocated": 10,
        "used": 4,
        "free": 6,
    }


def test_product_with_an_unlimited_pool_still_adds_up_the_rest(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=10)
    create_pool(actor=cast.admin, product=cast.product, name="Open to all", seats=None)
    answer = cast.client(cast.admin).get(url(cast, "product", cast.product.pk))
    shown = figures(answer, f"product-{cast.product.pk}")
    assert (shown["capacity"], shown["available"], shown["free"]) == ("", "", "10")
    assert "where pools have a limit" in text(answer)


def test_every_team_that_draws_on_a_product_stands_on_its_page_with_its_use(cast: Cast) -> None:
    own = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    enrol_new(cast.admin, own, 4)
    names = [f"Team {number:02}" for number in range(25)]
    teams = [create_team(actor=cast.admin, name=name) for name in names]
    _pool, shared = make_shared_pool(cast.admin, cast.product, teams)
    client, page = cast.client(cast.finance), url(cast, "product", cast.product.pk)
    answer = client.get(page, {"teams-sort": "-used"})
    first = answer.context["report"].teams
    assert first.rows[0].allocation == own
    assert figures(answer, f"allocation-{own.pk}")["used"] == "4"
    assert len(first.rows) == 20
    more = client.get(page + first.next_url).context["report"].teams
    assert {row.allocation for row in (*first, *more)} == {own, *shared}
    asked = client.get(page, {"teams-q": "team 07"}).context["report"].teams
    assert [row.allocation.team.name for row in asked] == ["Team 07"]
    assert "No team matches" in text(client.get(page, {"teams-q": "nobody"}))


def test_queries_of_a_product_do_not_grow_with_its_teams(cast: Cast) -> None:
    make_shared_pool(cast.admin, cast.product, [cast.team])
    client, page = cast.client(cast.admin), url(cast, "product", cast.product.pk)
    before = queries(client, page)
    teams = [create_team(actor=cast.admin, name=f"Team {number}") for number in range(6)]
    make_shared_pool(cast.admin, cast.product, teams)
    assert queries(client, page) == before


def test_catalogue_finds_by_code_and_name(cast: Cast) -> None:
    create_product(actor=cast.admin, code="LAW-300", name="Contract Law")
    client = cast.client(cast.finance)
    for asked in ("law-3", "contract"):
        found = text(client.get(url(cast, "products"), {"q": asked}))
        assert "Contract Law" in found
        assert "Accounting" not in found
    assert "No product found" in text(client.get(url(cast, "products"), {"q": "nothing"}))


def test_new_product_is_made_and_shown(cast: Cast) -> None:
    sent = {"code": "  LAW-300 ", "name": " Contract Law ", "kind": "bundle"}
    answer = cast.client(cast.admin).post(url(cast, "new-product"), sent, follow=True)
    assert "Made Contract Law. It has no seats yet." in text(answer)
    made = Product.objects.get(code="LAW-300")
    assert (made.name, made.kind) == ("Contract Law", "bundle")
    assert answer.redirect_chain[-1][0] == url(cast, "product", made.pk)


def test_code_is_taken_whatever_its_case(cast: Cast) -> None:
    sent = {"code": "acc-101", "name": "Another", "kind": "course"}
    answer = cast.client(cast.admin).post(url(cast, "new-product"), sent)
    assert answer.status_code == 422
    assert "Accounting for Beginners has this code already." in text(answer)
    assert 'value="acc-101"' in answer.content.decode()
    assert Product.objects.for_org(cast.organisation).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"code": " "}, {"code": "x" * 61}, {"name": "x" * 201}, {"kind": "car"}, {"code": "a\0b"}],
)
def test_product_that_cannot_be_is_said_so(cast: Cast, wrong: dict[str, str]) -> None:
    sent = {"code": "LAW-300", "name": "Contract Law", "kind": "course", **wrong}
    answer = cast.client(cast.admin).post(url(cast, "new-product"), sent)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert Product.objects.for_org(cast.organisation).count() == 1


def test_issuing_says_what_is_in_stock(cast: Cast) -> None:
    client = cast.client(cast.admin)
    address = url(cast, "issue", cast.product.pk)
    sent = {"seats": "1200", "reason": "Order 1001", "seen": hidden(client.get(address), "seen")}
    answer = client.post(address, sent, follow=True)
    said = "Issued 1,200 seats of Accounting for Beginners. 1,200 are in stock now."
    assert said in text(answer)
    assert "Order 1001" in text(answer)


def test_retiring_more_than_stock_is_refused_with_the_numbers(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=5)
    answer = cast.client(cast.admin).post(
        url(cast, "retire", cast.product.pk), {"seats": "8", "reason": "Never used"}
    )
    assert answer.status_code == 409
    assert "There are fewer seats than that." in text(answer)
    assert "Asked for 8" in text(answer)
    assert "In stock 5" in text(answer)
    assert 'value="8"' in answer.content.decode()
    assert "Never used" in answer.content.decode()
    assert stock_of(cast.product) == 5


@pytest.mark.parametrize("wrong", ["-1", "0", "", "ten", str(10**18), "1e3", "1.5"])
@pytest.mark.parametrize("action", ["issue", "retire"])
def test_what_is_no_number_of_seats_is_said_so(cast: Cast, action: str, wrong: str) -> None:
    issue(actor=cast.admin, product=cast.product, seats=5)
    answer = cast.client(cast.admin).post(
        url(cast, action, cast.product.pk), {"seats": wrong, "reason": "Typed by hand"}
    )
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert f'value="{wrong}"' in answer.content.decode() or not wrong
    assert "Typed by hand" in answer.content.decode()
    assert stock_of(cast.product) == 5


def test_second_send_of_the_same_form_changes_nothing(cast: Cast) -> None:
    client = cast.client(cast.admin)
    address = url(cast, "issue", cast.product.pk)
    sent = {"seats": "10", "seen": hidden(client.get(address), "seen")}
    assert client.post(address, sent).status_code == 302
    again = client.post(address, sent)
    assert again.status_code == 409
    assert "Someone changed this since you opened it" in text(again)
    assert stock_of(cast.product) == 10
    # The form shows the new number now, so sending it once more is meant.
    assert client.post(address, sent | {"seen": hidden(again, "seen")}).status_code == 302
    assert stock_of(cast.product) == 20


def test_product_with_an_open_pool_is_not_archived(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    answer = cast.client(cast.admin).post(url(cast, "archive-product", cast.product.pk), {"": ""})
    assert answer.status_code == 409
    assert "Archive its 1 pool first." in text(answer)


def test_archived_product_leaves_the_catalogue_and_keeps_its_page(cast: Cast) -> None:
    client = cast.client(cast.admin)
    address = url(cast, "archive-product", cast.product.pk)
    answer = client.post(address, {"reason": "Replaced"}, follow=True)
    assert "Archived Accounting for Beginners." in text(answer)
    assert "Issue seats" not in text(answer)
    assert "Accounting" not in text(client.get(url(cast, "products")))
    assert "Accounting" in text(client.get(url(cast, "products"), {"state": "archived"}))


@pytest.mark.parametrize("name", ["product", "issue", "retire", "archive-product"])
def test_product_of_another_organisation_does_not_exist(cast: Cast, name: str) -> None:
    address = url(cast, name, cast.product.pk).replace("north-high", "acme")
    client = cast.client(cast.outsider)
    assert client.get(address).status_code == 404
    refused = 405 if name in {"pool", "product"} else 404  # those two only read
    assert client.post(address, {"seats": "1"}).status_code == refused


@pytest.mark.parametrize("name", ["issue", "retire", "archive-product"])
def test_finance_sees_products_and_may_not_move_seats(cast: Cast, name: str) -> None:
    client = cast.client(cast.finance)
    page = client.get(url(cast, "product", cast.product.pk))
    assert page.status_code == 200
    assert url(cast, name, cast.product.pk) not in page.content.decode()
    assert client.post(url(cast, name, cast.product.pk), {"seats": "1"}).status_code == 403
    assert client.get(url(cast, "new-product")).status_code == 403
    assert not LedgerEntry.objects.filter(product=cast.product).exists()


def test_products_cost_the_same_queries_however_many(cast: Cast) -> None:
    client = cast.client(cast.admin)
    make_allocation(cast.admin, cast.team, cast.product)
    pages = [url(cast, "products"), url(cast, "product", cast.product.pk)]
    one = [queries(client, page) for page in pages]
    make_allocation(cast.admin, cast.other_team, cast.product)
    create_pool(actor=cast.admin, product=cast.product, name="More", seats=5)
    for code in ("LAW-300", "BIZ-200", "DPB-010"):
        product = create_product(actor=cast.admin, code=code, name=code)
        make_allocation(cast.admin, cast.team, product)
    assert [queries(client, page) for page in pages] == one
