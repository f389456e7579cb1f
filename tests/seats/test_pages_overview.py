"""The overview: sums, products, what needs attention, and how a new organisation begins."""

import re
from datetime import timedelta

from seats import clock
from seats.models import SeatRequest
from seats.services.allocation import create_pool
from seats.services.catalogue import create_product
from seats.services.requests import ask
from seats.services.stock import issue
from seats.services.taking import take_away
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners
from tests.pages import figures, queries, sums, text, url


def test_figures_are_of_the_whole_organisation(cast: Cast) -> None:
    law = create_product(actor=cast.admin, code="LAW-300", name="Contract Law")
    issue(actor=cast.admin, product=law, seats=7)
    enrol_new(cast.admin, make_allocation(cast.admin, cast.team, cast.product, seats=10), 4)
    over = make_allocation(cast.admin, cast.other_team, cast.product, seats=5)
    enrol_new(cast.admin, over, 5)
    take_away(actor=cast.admin, pool=over.pool, seats=2, retire=True)
    answer = cast.client(cast.finance).get(url(cast, "overview"))
    # A pool over-committed takes nothing from what another has left.
    expected = {"stock allocated": 20, "stock": 7, "allocated": 13, "used": 9, "free": 6}
    assert sums(answer) == expected
    assert figures(answer, f"product-{law.pk}")["stock"] == "7"
    assert sums(answer, f"product-{law.pk}") == {"stock allocated": 7, "stock": 7, "allocated": 0}


def test_sums_are_of_all_products_and_those_in_need_are_shown(cast: Cast) -> None:
    for number in range(14):
        product = create_product(actor=cast.admin, code=f"P-{number:02}", name=f"Product {number}")
        issue(actor=cast.admin, product=product, seats=1)
    full = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    enrol_new(cast.admin, full, 2)
    answer = cast.client(cast.finance).get(url(cast, "overview"))
    assert sums(answer)["stock"] == 14
    topics = re.findall('data-live="(product-[^"]+)', answer.content.decode())
    assert topics[0] == f"product-{cast.product.pk}"
    assert len(topics) == 12
    assert "Products 15 All products" in text(answer)


def test_totals_are_one_live_number(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=3)
    found = figures(
        cast.client(cast.admin).get(url(cast, "overview")), f"organisation-{cast.organisation.pk}"
    )
    assert (found["capacity"], found["available"], found["allocated"]) == ("3", "3", "3")


def test_attention_is_most_urgent_first(cast: Cast) -> None:
    products = [
        create_product(actor=cast.admin, code=code, name=name)
        for code, name in (("F", "Full one"), ("L", "Low one"), ("O", "Over one"))
    ]
    full, low, over = [make_allocation(cast.admin, cast.team, each, seats=10) for each in products]
    enrol_new(cast.admin, full, 10)
    enrol_new(cast.admin, low, 9)
    enrol_new(cast.admin, over, 10)
    take_away(actor=cast.admin, pool=over.pool, seats=3)
    ask(actor=cast.manager, team=cast.team, product=cast.product, seats=12, reason="New intake")
    said = text(cast.client(cast.admin).get(url(cast, "overview")))
    attention = said.partition("What needs attention")[2].partition("Products")[0]
    order = ["asks for 12 seats", "Over one", "Full one", "Low one"]
    places = [attention.index(words) for words in order]
    assert places == sorted(places)
    assert "Over by 3" in attention
    assert "“New intake”" in attention
    assert "4" in attention.split()[0]


def test_pool_emptied_on_purpose_needs_no_attention(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    take_away(actor=cast.admin, pool=allocation.pool, seats=10)
    assert "Nothing. No pool is short of seats" in text(
        cast.client(cast.admin).get(url(cast, "overview"))
    )


def test_enrolments_that_end_soon_are_counted_by_team(cast: Cast) -> None:
    terms = Terms(terms_days=30)
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=50, terms=terms)
    with clock.telling(clock.now() - timedelta(days=20)):
        enrol_new(cast.admin, allocation, 3)
    enrol_new(cast.admin, allocation, 2)
    said = text(cast.client(cast.finance).get(url(cast, "overview")))
    assert "3 enrolments of Classroom A end soon" in said


def test_admin_acts_from_the_list_and_finance_only_reads_it(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1)
    enrol_new(cast.admin, allocation)
    ask(actor=cast.manager, team=cast.team, product=cast.product, seats=2, reason="More")
    request = SeatRequest.objects.get()
    actions = [
        url(cast, "increment", allocation.pool_id),
        url(cast, "approve", request.pk),
        url(cast, "decline", request.pk),
    ]
    for member, may in ((cast.admin, True), (cast.finance, False)):
        html = cast.client(member).get(url(cast, "overview")).content.decode()
        assert [action in html for action in actions] == [may] * 3


def test_what_people_typed_is_shown_as_they_typed_it(cast: Cast) -> None:
    reason = "<script>alert(1)</script> %(n)s {{ 7 }}"
    ask(actor=cast.manager, team=cast.team, product=cast.product, seats=2, reason=reason)
    html = cast.client(cast.admin).get(url(cast, "overview")).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; %(n)s {{ 7 }}" in html


def test_new_organisation_is_told_how_to_begin(cast: Cast) -> None:
    acme = cast.url().replace("north-high", "acme")
    said = text(cast.client(cast.outsider).get(acme))
    assert "First steps Create a product" in said
    assert "Issue seats of it" in said
    assert "What needs attention" not in said


def test_first_steps_go_away_when_they_are_done(cast: Cast) -> None:
    client = cast.client(cast.admin)
    begun = client.get(url(cast, "overview"))
    assert "Create a product Done" in text(begun)
    assert url(cast, "issue", cast.product.pk) in begun.content.decode()
    make_allocation(cast.admin, cast.team, cast.product)
    assert "First steps" not in text(client.get(url(cast, "overview")))


def test_overview_costs_the_same_queries_however_many(cast: Cast) -> None:
    client = cast.client(cast.admin)
    terms = Terms(terms_days=5)
    first = make_allocation(cast.admin, cast.team, cast.product, seats=2, terms=terms)
    enrol_new(cast.admin, first, 2)
    ask(actor=cast.manager, team=cast.team, product=cast.product, seats=2, reason="More")
    one = queries(client, url(cast, "overview"))
    for number in range(12):
        product = create_product(actor=cast.admin, code=f"P-{number:02}", name=f"Product {number}")
        for team in (cast.team, cast.other_team):
            made = make_allocation(cast.admin, team, product, seats=2, terms=terms)
            enrol_new(cast.admin, made, 2)
        create_pool(actor=cast.admin, product=product, name="Open", seats=None)
        ask(actor=cast.manager, team=cast.team, product=product, seats=2, reason="More")
    make_learners(cast.admin, cast.team, 5)
    assert queries(client, url(cast, "overview")) == one
    assert "more pools are full" in text(client.get(url(cast, "overview")))
