"""The ledger as a feed: what commits late is not missed, and nothing is given twice."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from orgs.ids import new_id
from seatdash import feed, tenancy
from seats.models import Pool
from tests.conftest import Cast

Raw = psycopg.Connection[Any]


@contextmanager
def raw() -> Iterator[Raw]:
    """Another client of the database, which may see every organisation."""
    given = connection.get_connection_params()
    for of_django in ("cursor_factory", "context"):
        given.pop(of_django)
    with psycopg.connect(**given, autocommit=True) as other:
        other.execute("SELECT set_config('seatdash.system', 'on', false)")
        yield other


class Reader:
    """Follows the feed as the live reader does."""

    def __init__(self, database: Raw) -> None:
        self._database = database
        [(snapshot,)] = database.execute(feed.HERE).fetchall()
        self.position = feed.Position.parse(snapshot)

    def read(self) -> list[UUID | None]:
        rows = self._database.execute(feed.CHANGES, feed.since(self.position)).fetchall()
        found = feed.understand(rows)
        self.position = found.position
        return [change.pool_id for change in found.changes]


@pytest.fixture
def reader(stage: Cast) -> Iterator[Reader]:
    with raw() as database:
        yield Reader(database)


@pytest.fixture
def pools(stage: Cast) -> list[UUID]:
    """Many pools, so that each transaction can book one that no other books."""
    with tenancy.scope(stage.organisation.pk):
        made = Pool.objects.bulk_create(
            Pool(organisation=stage.organisation, product=stage.product, name=f"Pool {number}")
            for number in range(200)
        )
    return [pool.pk for pool in made]


@pytest.fixture
def book(stage: Cast) -> Callable[[Raw, UUID | None], None]:
    def entry(database: Raw, pool_id: UUID | None) -> None:
        database.execute(
            "INSERT INTO seats_ledgerentry (id, organisation_id, at, kind, product_id, pool_id,"
            " reason, stock_moved, capacity_moved, used_moved, seq)"
            " VALUES (%s, %s, now(), 'issued', %s, %s, '', 0, 0, 0, %s)",
            [new_id(), stage.organisation.pk, stage.product.pk, pool_id, random.getrandbits(60)],
        )

    return entry


Book = Callable[[Raw, UUID | None], None]


def test_entry_is_given_once(reader: Reader, pools: list[UUID], book: Book) -> None:
    with raw() as writer:
        book(writer, pools[0])
    assert reader.read() == [pools[0]]
    assert reader.read() == []


def test_many_entries_of_a_pool_are_one_change(
    reader: Reader, pools: list[UUID], book: Book
) -> None:
    with raw() as writer, writer.transaction():
        for _ in range(5):
            book(writer, pools[0])
    assert reader.read() == [pools[0]]


def test_movement_of_stock_is_a_change_of_its_product(reader: Reader, book: Book) -> None:
    with raw() as writer:
        book(writer, None)
    assert reader.read() == [None]


def test_late_commit_is_given_when_it_commits(
    reader: Reader, pools: list[UUID], book: Book
) -> None:
    with raw() as early, raw() as late:
        with late.transaction():
            book(late, pools[0])
            book(early, pools[1])
            assert reader.read() == [pools[1]]
            book(early, pools[2])
            assert reader.read() == [pools[2]]
        assert reader.read() == [pools[0]]
        assert reader.read() == []


def test_transaction_that_runs_on_holds_up_nobody(
    reader: Reader, pools: list[UUID], book: Book
) -> None:
    with raw() as slow, raw() as quick, slow.transaction():
        book(slow, pools[0])
        for pool in pools[1:20]:
            book(quick, pool)
            assert reader.read() == [pool]


def test_what_is_rolled_back_is_never_given(reader: Reader, pools: list[UUID], book: Book) -> None:
    with raw() as writer:
        with writer.transaction(force_rollback=True):
            book(writer, pools[0])
            assert reader.read() == []
        assert reader.read() == []


def test_entry_written_in_a_savepoint_is_given_with_its_transaction(
    reader: Reader, pools: list[UUID], book: Book
) -> None:
    with raw() as writer:
        with writer.transaction():
            with writer.transaction():
                book(writer, pools[0])
            assert reader.read() == []
        assert reader.read() == [pools[0]]


def test_entries_of_a_restored_backup_are_not_given_again_and_again(
    stage: Cast, reader: Reader, pools: list[UUID], book: Book
) -> None:
    """Their transaction ids come from another server, and lie in this one's future."""
    with raw() as writer:
        writer.execute(
            "INSERT INTO seats_ledgerentry (id, organisation_id, at, kind, product_id, pool_id,"
            " reason, stock_moved, capacity_moved, used_moved, seq, xid)"
            " VALUES (%s, %s, now(), 'issued', %s, %s, '', 0, 0, 0, 1, %s)",
            [new_id(), stage.organisation.pk, stage.product.pk, pools[0], 2**50],
        )
        assert reader.read() == []
        book(writer, pools[1])
    assert reader.read() == [pools[1]]


def test_nothing_is_missed_and_nothing_given_twice_while_many_write(
    reader: Reader, pools: list[UUID], book: Book
) -> None:
    """Eight writers commit out of order, some roll back, and the reader never waits."""
    committed: list[UUID] = []
    writers = [
        threading.Thread(target=_write, args=(pools[number::8], book, committed, number))
        for number in range(8)
    ]
    for writer in writers:
        writer.start()
    given: Counter[UUID | None] = Counter()
    while any(writer.is_alive() for writer in writers):
        given.update(reader.read())
    given.update(reader.read())
    assert set(given.values()) == {1}
    assert set(given) == set(committed)
    assert len(committed) > 100


def _write(pools: list[UUID], book: Book, committed: list[UUID], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    with raw() as writer:
        for pool in pools:
            rolled_back = chance.random() < 0.2
            with writer.transaction(force_rollback=rolled_back):
                book(writer, pool)
                time.sleep(chance.choice((0, 0, 0.001, 0.02)))
            if not rolled_back:
                committed.append(pool)
