"""The books page: the proof side by side, and every difference by name."""

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from seatdash import tenancy
from seats import tasks
from seats.models import LedgerEntry, Link, Pool, Proof
from seats.services import proving
from seats.services.allocation import create_pool
from seats.services.catalogue import create_product
from seats.services.chaining import link_entries_of
from seats.services.sealing import seal
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.pages import queries, text


def test_books_that_balance_say_so_with_the_figures_beside(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=25)
    enrol_new(cast.manager, allocation, 7)
    said = text(cast.client(cast.finance).get(cast.url("books/")))
    assert "The books balance." in said
    assert "Accounting for Beginners, Classroom A 25 25 7 7 7 7 Balances" in said


def test_products_show_what_was_issued_beside_where_it_is(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=25)
    said = text(cast.client(cast.finance).get(cast.url("books/?show=products")))
    assert "ACC-101 Accounting for Beginners 25 0 0 25 Balances" in said


def test_unlimited_pool_is_shown_as_such(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=None)
    assert "no limit no limit 0 0 0 0" in text(cast.client(cast.admin).get(cast.url("books/")))


@pytest.mark.cooked
def test_cooked_books_are_named_first(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=25)
    create_pool(actor=cast.admin, product=cast.product, name="A quiet pool", seats=5)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seats_pool SET used = used + 1 WHERE capacity = 25")
    response = cast.client(cast.admin).get(cast.url("books/"))
    said = text(response)
    assert "The books balance" not in said
    assert "Accounting for Beginners, Classroom A: used 1, in the ledger 0" in said
    assert said.index("Differs") < said.index("A quiet pool")


def test_pools_come_fifty_a_page(cast: Cast) -> None:
    product = create_product(actor=cast.admin, code="MANY", name="Many")
    for number in range(60):
        create_pool(actor=cast.admin, product=product, name=f"Pool {number}", seats=1)
    client = cast.client(cast.admin)
    first, second = (client.get(cast.url(f"books/?page={page}")) for page in (1, 2))
    assert first.content.decode().count('scope="row"') == 50
    assert second.content.decode().count('scope="row"') == Pool.objects.count() - 50


def test_only_admin_and_finance_see_them(cast: Cast) -> None:
    url = cast.url("books/")
    assert cast.client(cast.manager).get(url).status_code == 403
    assert cast.client(cast.outsider).get(url).status_code == 404


def test_queries_do_not_grow_with_the_pools(cast: Cast) -> None:
    client = cast.client(cast.admin)
    counts = []
    for name in "AB":
        for number in range(10):
            create_pool(actor=cast.admin, product=cast.product, name=f"{name}{number}", seats=1)
        counts.append(queries(client, cast.url("books/")))
    assert counts[0] == counts[1]


def test_page_without_pools_says_what_to_do(cast: Cast) -> None:
    assert "Nothing to prove yet" in text(cast.client(cast.admin).get(cast.url("books/")))


def test_page_shows_the_chain_with_its_head_and_seal(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=25)
    seal(organisation=cast.organisation)
    head = Link.objects.in_order().last()
    assert head
    said = text(cast.client(cast.finance).get(cast.url("books/")))
    assert "Entries 3" in said
    assert "Gone through just now All of it" in said
    assert bytes(head.digest).hex() in said
    assert "over 3 entries" in said


def test_entries_that_wait_for_the_worker_are_said_to_wait(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=25)
    said = text(cast.client(cast.finance).get(cast.url("books/")))
    assert "and 3 that wait for the worker" in said
    assert "The books balance." in said


@pytest.mark.cooked
def test_entry_that_was_changed_is_shown_with_those_around_it(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=25)
    enrol_new(cast.manager, allocation)
    link_entries_of(cast.organisation)
    entry = LedgerEntry.objects.get(kind="allocated")
    with connection.cursor() as cursor:
        # Whoever owns the table can do it; the owner is the application's own role.
        cursor.execute("ALTER TABLE seats_ledgerentry DISABLE TRIGGER seats_ledger_no_change")
        cursor.execute("UPDATE seats_ledgerentry SET reason = 'a gift' WHERE kind = 'allocated'")
    client = cast.client(cast.finance)
    response = client.get(cast.url("books/"))
    said = text(response)
    assert "1 difference." in said
    assert "This entry was changed after it was written, or its digest was." in said
    assert "This one 2 " in said
    link = f"activity/?entry={entry.pk}"
    assert link in response.content.decode()
    assert text(client.get(cast.url(link))).count("added 25 seats") == 1


def test_only_the_newest_part_of_a_long_chain_is_gone_through_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=25)
    link_entries_of(cast.organisation)
    monkeypatch.setattr(proving, "NEWEST", 2)
    client = cast.client(cast.finance)
    said = text(client.get(cast.url("books/")))
    assert "From 2 to 3" in said
    assert "The older part of the chain has not been gone through yet." in said
    proving.prove(organisation=cast.organisation)
    assert "The older part" not in text(client.get(cast.url("books/")))


@pytest.mark.cooked
def test_flaw_of_the_older_part_stays_on_the_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=25)
    link_entries_of(cast.organisation)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE seats_ledgerentry DISABLE TRIGGER seats_ledger_no_change")
        cursor.execute("UPDATE seats_ledgerentry SET reason = 'a gift' WHERE kind = 'issued'")
    proving.prove(organisation=cast.organisation)
    monkeypatch.setattr(proving, "NEWEST", 1)
    said = text(cast.client(cast.finance).get(cast.url("books/")))
    assert "The chain did not hold when all of it was last gone through." in said
    assert "This entry was changed" in said


def test_whole_chain_is_gone_through_by_the_worker_when_asked(stage: Cast) -> None:
    client = stage.client(stage.finance)
    for _ in range(2):
        response = client.post(stage.url("books/prove/"), follow=True)
        assert "The worker is going through the whole chain." in text(response)
    (job,) = ProcrastinateJob.objects.filter(task_name="seats.tasks.prove_books")
    tasks.prove_books(**job.args)
    with tenancy.scope(stage.organisation.pk):
        assert Proof.objects.get().position == 0
