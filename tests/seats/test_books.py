"""Rules 18 and 19: the books balance, differences are found, the past is in the ledger."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from orgs.models import Organisation
from seats import books, clock
from seats.models import Allocation, LedgerEntry, Pool, Product
from seats.services.allocation import create_pool, increment, share, take_off
from seats.services.archive import archive_pool
from seats.services.expiry import expire_due
from seats.services.revocation import extend, revoke
from seats.services.stock import issue
from seats.services.taking import take_away
from seats.services.terms import Terms, set_cap
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_shared_pool

REVOKE_UNBOOKED = """
    UPDATE seats_enrolment SET ended_at = now(), end_reason = 'revoked', occupies = false
    WHERE id = (SELECT id FROM seats_enrolment LIMIT 1)
"""
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def world(cast: Cast) -> Allocation:
    """Keep 7 in stock, give Classroom A ten seats, and enrol four."""
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    issue(actor=cast.admin, product=cast.product, seats=7)
    enrol_new(cast.manager, allocation, 4)
    return allocation


def test_books_show_counter_ledger_and_enrolments_side_by_side(
    cast: Cast, world: Allocation
) -> None:
    balance = books.check(cast.organisation)
    (pool,), (product,), (team,) = balance.pools, balance.products, balance.teams
    assert (pool.used, pool.used_moved, pool.used_after, pool.occupying) == (4, 4, 4, 4)
    assert (pool.capacity, pool.capacity_moved, pool.capacity_after) == (10, 10, 10)
    assert (product.issued, product.retired, product.stock, product.capacities) == (17, 0, 7, 10)
    assert (team.used, team.used_moved, team.occupying) == (4, 4, 4)
    assert balance.entries == 6
    assert balance.holds


def test_unlimited_pool_balances_with_no_seats_of_its_own(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    enrol_new(cast.manager, allocation, 4)
    (pool,) = books.check(cast.organisation).pools
    assert (pool.capacity, pool.capacity_moved, pool.capacity_after) == (None, 0, None)


def test_empty_organisation_balances(cast: Cast) -> None:
    balance = books.check(cast.outsider.organisation)
    assert balance.holds
    assert not balance.pools


def test_books_of_one_organisation_show_nothing_of_another(cast: Cast, world: Allocation) -> None:
    assert not books.check(cast.outsider.organisation).products


@pytest.mark.cooked
@pytest.mark.parametrize(
    ("cooking", "finding"),
    [
        ("UPDATE seats_pool SET used = 3", "used 3, in the ledger 4"),
        ("UPDATE seats_pool SET capacity = 12", "capacity 12, in the ledger 10"),
        ("UPDATE seats_pool SET capacity = NULL", "unlimited True, in the ledger False"),
        ("UPDATE seats_pool SET seq = seq + 1", "entries counted 7, in the ledger 6"),
        ("UPDATE seats_allocation SET used = 5", "over its allocations 5"),
        ("UPDATE seats_allocation SET used = 5", "Classroom A: used 5, in the ledger 4"),
        ("UPDATE seats_product SET stock = 8", "stock 8, in the ledger 7"),
        ("UPDATE seats_product SET stock = 8", "issued less retired 17, stock and capacities 18"),
        ("UPDATE seats_product SET seq = 9", "entries counted 9, in the ledger 3"),
        (REVOKE_UNBOOKED, "enrolments 3"),
        ("DELETE FROM seats_enrolment", "enrolments 0"),
    ],
)
def test_each_cooked_figure_is_found(
    cast: Cast, world: Allocation, cooking: str, finding: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE seats_ledgerentry DROP CONSTRAINT"
            " seats_ledgerentry_enrolment_id_same_organisation"
        )
        cursor.execute(cooking)
    differences = books.check(cast.organisation).differences
    assert any(finding in difference for difference in differences), differences


@pytest.mark.cooked
@pytest.mark.parametrize(
    ("cooking", "finding"),
    [
        ("SET used_after = used_after + 1 WHERE seq = 4", "2 balances do not follow"),
        ("SET used_moved = 2 WHERE seq = 4", "used 4, in the ledger 5"),
        ("SET capacity_after = 2 WHERE seq = 5", "1 seats were given when there was none"),
        ("SET seq = 17 WHERE seq = 4", "2 balances do not follow"),
        ("SET stock_after = 9 WHERE kind = 'issued' AND stock_after = 7", "balances of stock"),
    ],
)
def test_each_cooked_entry_is_found(
    cast: Cast, world: Allocation, cooking: str, finding: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER seats_ledger_no_change ON seats_ledgerentry")
        cursor.execute(f"UPDATE seats_ledgerentry {cooking}")
    differences = books.check(cast.organisation).differences
    assert any(finding in difference for difference in differences), differences


def run_check(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("check_books", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_command_says_what_it_compared(cast: Cast, world: Allocation) -> None:
    out, err = run_check()
    assert (
        "north-high: 1 products, 1 pools and 1 teams drawing on them held against 6 ledger"
        " entries: 0 differences"
    ) in out
    assert "acme: 0 products" in out
    assert err == ""


def test_command_checks_one_organisation_where_asked(cast: Cast) -> None:
    out, _ = run_check("--organisation", "acme")
    assert "north-high" not in out


def test_command_knows_no_such_organisation(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no organisation nowhere"):
        run_check("--organisation", "nowhere")


@pytest.mark.cooked
def test_command_fails_and_names_each_difference(cast: Cast, world: Allocation) -> None:
    Pool.objects.update(used=3)
    err = StringIO()
    with pytest.raises(CommandError, match="do not balance in: north-high"):
        call_command("check_books", stdout=StringIO(), stderr=err)
    assert "used 3, in the ledger 4" in err.getvalue()


def figures(organisation: Organisation, moment: datetime) -> set[tuple[object, ...]]:
    return {
        (row.kind, row.team, row.capacity, row.team_used, row.pool_used, row.available, row.over)
        for row in books.as_of(organisation, moment)
    }


def test_past_figures_are_those_of_then(cast: Cast) -> None:
    with clock.telling(MARCH):
        _, (first, second) = make_shared_pool(
            cast.admin, cast.product, [cast.team, cast.other_team], seats=10
        )
        enrol_new(cast.manager, first, 3)
    with clock.telling(MARCH + timedelta(days=1)):
        enrol_new(cast.manager, second, 4)
    with clock.telling(MARCH + timedelta(days=2)):
        take_away(actor=cast.admin, pool=first.pool, seats=5)
    tell = {day: figures(cast.organisation, MARCH + timedelta(days=day)) for day in range(3)}
    assert tell[0] == {
        ("shared", "Classroom A", 10, 3, 3, 7, 0),
        ("shared", "Classroom B", 10, 0, 3, 7, 0),
    }
    assert tell[1] == {
        ("shared", "Classroom A", 10, 3, 7, 3, 0),
        ("shared", "Classroom B", 10, 4, 7, 3, 0),
    }
    assert tell[2] == {
        ("shared", "Classroom A", 5, 3, 7, 0, 2),
        ("shared", "Classroom B", 5, 4, 7, 0, 2),
    }


def test_nothing_was_there_before_it_began(cast: Cast, world: Allocation) -> None:
    assert books.as_of(cast.organisation, MARCH) == []
    assert books.holders_as_of(cast.organisation, MARCH) == []


def test_team_that_was_taken_off_is_among_those_of_before(cast: Cast) -> None:
    with clock.telling(MARCH):
        pool, (_, second) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    with clock.telling(MARCH + timedelta(days=2)):
        take_off(actor=cast.admin, allocation=second)
    with clock.telling(MARCH + timedelta(days=4)):
        share(actor=cast.admin, pool=pool, team=cast.other_team)
    kinds = [
        [row.kind for row in books.as_of(cast.organisation, MARCH + timedelta(days=day))]
        for day in (1, 3, 5)
    ]
    assert kinds == [["shared", "shared"], ["dedicated"], ["shared", "shared"]]


def test_pool_that_no_team_draws_on_is_unallocated(cast: Cast) -> None:
    create_pool(actor=cast.admin, product=cast.product, name="Spare", seats=3)
    (row,) = books.as_of(cast.organisation, clock.now())
    assert (row.kind, row.team, row.team_used, row.available) == ("unallocated", None, 0, 3)


def test_unlimited_pool_has_no_capacity_in_the_past_either(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    enrol_new(cast.manager, allocation, 2)
    (row,) = books.as_of(cast.organisation, clock.now())
    assert (row.capacity, row.available, row.over, row.pool_used) == (None, None, 0, 2)


def test_archived_pool_is_told_of_until_then(cast: Cast) -> None:
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
    with clock.telling(MARCH + timedelta(days=2)):
        archive_pool(actor=cast.admin, pool=allocation.pool)
    assert len(books.as_of(cast.organisation, MARCH + timedelta(days=1))) == 1
    assert books.as_of(cast.organisation, MARCH + timedelta(days=2)) == []


def test_holders_are_those_of_then(cast: Cast) -> None:
    terms = Terms(terms_days=5, reusable=False)
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product, 5, terms)
        first, second = enrol_new(cast.manager, allocation, 2)
    with clock.telling(MARCH + timedelta(days=2)):
        revoke(actor=cast.admin, enrolment=enrolment_of(first))
    with clock.telling(MARCH + timedelta(days=6)):
        expire_due(organisation=cast.organisation)
    tell = [
        [(each.member_id, each.held) for each in books.holders_as_of(cast.organisation, day)]
        for day in (MARCH, MARCH + timedelta(days=2), MARCH + timedelta(days=7))
    ]
    assert tell == [
        [(first.member_id, False), (second.member_id, False)],
        [(second.member_id, False)],
        [(second.member_id, True)],
    ]


def test_past_does_not_change_by_what_happens_later(cast: Cast, world: Allocation) -> None:
    then = LedgerEntry.objects.order_by("-at")[0].at
    before = figures(cast.organisation, then)
    increment(actor=cast.admin, pool=world.pool, seats=5)
    enrol_new(cast.manager, world, 5)
    Product.objects.update(name="Bookkeeping")
    assert figures(cast.organisation, then) == before


def test_past_cap_is_told_by_the_ledger(cast: Cast) -> None:
    pool, _none = make_shared_pool(cast.admin, cast.product, [], seats=100)
    allocation = share(actor=cast.admin, pool=pool, team=cast.team, cap=5)
    capped = datetime.now(UTC)
    set_cap(actor=cast.admin, allocation=allocation, cap=None)
    (then,) = books.as_of(cast.organisation, capped)
    (now,) = books.as_of(cast.organisation, datetime.now(UTC))
    assert (then.available, now.available) == (5, 100)


def test_ledger_tells_the_end_that_an_enrolment_had(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, terms=Terms(terms_days=90))
    (line,) = enrol_new(cast.manager, allocation)
    enrolment = enrolment_of(line)
    first = enrolment.expires_at
    later = datetime.now(UTC) + timedelta(days=200)
    extend(actor=cast.admin, enrolment=enrolment, expires_at=later)
    ends = LedgerEntry.objects.filter(enrolment=line.enrolment_id).order_by("seq")
    assert list(ends.values_list("expires_at", flat=True)) == [first, later]
