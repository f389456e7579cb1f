"""Rule 17: every change is booked, and what is booked is never changed or removed."""

import pytest
from django.db import DatabaseError, connection, transaction

from seats.models import LedgerEntry
from seats.services.allocation import allocate
from seats.services.archive import archive_pool
from seats.services.revocation import revoke_many
from seats.services.taking import take_away
from seats.services.transfer import transfer
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool

OVERWRITE = """
    INSERT INTO seats_ledgerentry SELECT * FROM seats_ledgerentry
    ON CONFLICT (id) DO UPDATE SET reason = 'nothing happened'
"""


@pytest.fixture
def truncate_trigger(cast: Cast) -> None:
    """Put back, for this transaction, the trigger that the other tests go without."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER seats_ledger_no_truncate BEFORE TRUNCATE ON seats_ledgerentry"
            " FOR EACH STATEMENT EXECUTE FUNCTION seats_ledger_is_append_only()"
        )


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE seats_ledgerentry SET reason = 'nothing happened'",
        "UPDATE seats_ledgerentry SET used_moved = 0 WHERE kind = 'enrolled'",
        "DELETE FROM seats_ledgerentry",
        "TRUNCATE seats_ledgerentry",
        OVERWRITE,
    ],
)
def test_database_refuses_to_change_or_remove_an_entry(
    cast: Cast, truncate_trigger: None, attempt: str
) -> None:
    enrol_new(cast.manager, make_allocation(cast.admin, cast.team, cast.product))
    before = list(LedgerEntry.objects.order_by("id").values())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)
    assert list(LedgerEntry.objects.order_by("id").values()) == before


def test_entries_of_a_pool_are_numbered_without_gaps(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    enrol_new(cast.manager, allocation, 3)
    take_away(actor=cast.admin, pool=allocation.pool, seats=2)
    revoke_many(actor=cast.admin, enrolments=list(allocation.enrolments.all()))
    entries = LedgerEntry.objects.of_pool(allocation.pool)
    assert [entry.seq for entry in entries] == list(range(1, 10))


def test_time_of_entries_follows_their_numbers(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=50)
    for _ in range(10):
        enrol_new(cast.manager, allocation, 2)
    times = [entry.at for entry in LedgerEntry.objects.of_pool(allocation.pool)]
    assert times == sorted(times)


def test_every_entry_names_its_product_and_who_did_it(cast: Cast) -> None:
    _, (first, _second) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    enrol_new(cast.manager, first)
    revoke_many(actor=cast.admin, enrolments=list(first.enrolments.all()))
    assert set(LedgerEntry.objects.values_list("product", flat=True)) == {cast.product.pk}
    assert not LedgerEntry.objects.filter(actor=None).exists()


def test_seats_neither_appear_nor_vanish_over_a_whole_life(cast: Cast) -> None:
    allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=10)
    transfer(
        actor=cast.admin,
        product=cast.product,
        source=cast.team,
        target=cast.other_team,
        seats=4,
    )
    for allocation in list(cast.product.allocations.all()):
        archive_pool(actor=cast.admin, pool=allocation.pool)
    entries = LedgerEntry.objects.all()
    assert sum(entry.capacity_moved for entry in entries) == 0
    assert sum(entry.stock_moved for entry in entries) == 10
