"""Every committed entry gets its place in the chain, once, in the order of its pool's numbers."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from orgs.models import Organisation
from seatdash import tenancy
from seats import clock
from seats.models import Allocation, LedgerEntry, Link, LinkedUntil
from seats.services import chaining, chaining_sql
from seats.services.catalogue import create_product
from seats.services.chaining import NotLinkedError, link_entries_of, link_new_entries
from seats.services.chaining_sql import CANONICAL
from seats.services.stock import issue
from seats.services.transfer import transfer
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.threads import at_once

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def world(cast: Cast) -> Allocation:
    """Keep 7 in stock, give Classroom A ten seats, and enrol four: eight entries."""
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    issue(actor=cast.admin, product=cast.product, seats=7)
    enrol_new(cast.manager, allocation, 4)
    return allocation


@pytest.fixture
def truncate_trigger(cast: Cast) -> None:
    """Put back, for this transaction, the trigger that the other tests go without."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER seats_link_no_truncate BEFORE TRUNCATE ON seats_link"
            " FOR EACH STATEMENT EXECUTE FUNCTION seats_ledger_is_append_only()"
        )


def microseconds(moment: datetime | None) -> int | None:
    return (moment - EPOCH) // timedelta(microseconds=1) if moment else None


def canonical(entry: LedgerEntry) -> bytes:
    """Write an entry's bytes as docs/proof.md says, without the database."""
    values = [getattr(entry, field.attname) for field in LedgerEntry._meta.concrete_fields]
    plain = [microseconds(each) if isinstance(each, datetime) else each for each in values]
    written = json.dumps(plain, default=str, ensure_ascii=False)
    return written.encode()


def linked_seqs(allocation: Allocation) -> list[int]:
    entries = LedgerEntry.objects.for_org(allocation.organisation_id).after(0)
    return [entry.seq for entry in entries if entry.pool_id == allocation.pool_id]


def test_digests_are_what_anybody_reckons_from_the_entries(cast: Cast, world: Allocation) -> None:
    enrol_new(cast.manager, world)
    allocation = make_allocation(cast.admin, cast.other_team, cast.product, seats=3)
    issue(actor=cast.admin, product=cast.product, seats=1, reason='Jürgen\'s "gift" \\ \n\t 🎓')
    link_entries_of(cast.organisation)
    digest = bytes(32)
    links = Link.objects.for_org(cast.organisation).in_order().select_related("entry")
    for link in links:
        digest = hashlib.sha256(digest + canonical(link.entry)).digest()
        assert bytes(link.digest) == digest
    assert len(links) == LedgerEntry.objects.count()
    assert linked_seqs(allocation) == [1, 2]


def test_canonical_bytes_hold_every_column() -> None:
    columns = {field.column for field in LedgerEntry._meta.concrete_fields}
    assert {name for name in columns if re.search(rf"entry\.{name}\b", CANONICAL)} == columns


def test_bytes_do_not_depend_on_the_session(cast: Cast, world: Allocation) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone TO 'Asia/Kathmandu'")
        cursor.execute("SET LOCAL datestyle TO 'SQL, DMY'")
        cursor.execute("SET LOCAL client_encoding TO 'LATIN1'")
        cursor.execute(f"SELECT {CANONICAL} FROM seats_ledgerentry AS entry ORDER BY id")
        found = [bytes(row[0]) for row in cursor.fetchall()]
        cursor.execute("RESET timezone; RESET datestyle; RESET client_encoding")
    assert found == [canonical(entry) for entry in LedgerEntry.objects.order_by("id")]


def test_positions_count_on_without_gaps(cast: Cast, world: Allocation) -> None:
    assert link_entries_of(cast.organisation) == 8
    enrol_new(cast.manager, world, 2)
    assert link_entries_of(cast.organisation) == 2
    assert link_entries_of(cast.organisation) == 0
    positions = Link.objects.in_order().values_list("position", flat=True)
    assert list(positions) == list(range(1, 11))


def test_each_organisation_has_a_chain_of_its_own(cast: Cast, world: Allocation) -> None:
    outsider = cast.outsider
    with tenancy.scope(outsider.organisation_id):
        product = create_product(actor=outsider, code="A", name="A")
        issue(actor=outsider, product=product, seats=1)
        assert link_entries_of(outsider.organisation) == 1
        assert Link.objects.get().position == 1
    assert link_entries_of(cast.organisation) == 8


def test_entries_are_linked_by_time_and_within_a_pool_by_number(cast: Cast) -> None:
    with clock.telling(MARCH):
        first = make_allocation(cast.admin, cast.team, cast.product)
        second = make_allocation(cast.admin, cast.other_team, cast.product)
    for day, allocation in ((3, first), (4, second), (2, first), (5, first)):
        # The clock was put back before the third.
        with clock.telling(MARCH + timedelta(days=day)):
            enrol_new(cast.manager, allocation)
    link_entries_of(cast.organisation)
    entries = LedgerEntry.objects.for_org(cast.organisation).after(0).filter(kind="enrolled")
    seen = [(entry.pool_id == first.pool_id, entry.at.day) for entry in entries]
    assert seen == [(True, 4), (True, 3), (False, 5), (True, 6)]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_old_entries_are_linked_in_batches_and_stay_in_order(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(chaining, "MOST_AT_ONCE", most)
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
        other = make_allocation(cast.admin, cast.other_team, cast.product)
    for day in (9, 3, 5, 1):
        with clock.telling(MARCH + timedelta(days=day)):
            enrol_new(cast.manager, allocation)
            enrol_new(cast.manager, other)
    assert link_entries_of(cast.organisation) == LedgerEntry.objects.count()
    assert linked_seqs(allocation) == linked_seqs(other) == [1, 2, 3, 4, 5, 6]


def test_reading_goes_on_after_a_position(cast: Cast, world: Allocation) -> None:
    link_entries_of(cast.organisation)
    entries = LedgerEntry.objects.for_org(cast.organisation).after(5)[:1]
    assert [entry.position for entry in entries] == [6]


def test_transfer_has_both_its_sides_in_the_chain(cast: Cast, world: Allocation) -> None:
    transfer(
        actor=cast.admin, product=cast.product, source=cast.team, target=cast.other_team, seats=2
    )
    link_entries_of(cast.organisation)
    kinds = LedgerEntry.objects.for_org(cast.organisation).after(8).values_list("kind", flat=True)
    assert {"transferred_out", "transferred_in"} <= set(kinds)


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE seats_link SET position = position + 100",
        "UPDATE seats_link SET digest = ''",
        "DELETE FROM seats_link",
        "TRUNCATE seats_link",
    ],
)
def test_database_refuses_to_change_or_remove_a_link(
    cast: Cast, world: Allocation, truncate_trigger: None, attempt: str
) -> None:
    link_entries_of(cast.organisation)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)
    assert Link.objects.count() == 8


def prepare(stage: Cast, seats: int = 50) -> Allocation:
    with tenancy.scope(stage.organisation.pk):
        return make_allocation(stage.admin, stage.team, stage.product, seats=seats)


def enrol_one(stage: Cast, allocation: Allocation) -> None:
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.manager, allocation)


def positions(organisation: Organisation) -> list[int]:
    with tenancy.scope(organisation.pk):
        return list(Link.objects.in_order().values_list("position", flat=True))


def test_worker_is_told_which_organisations_have_news(stage: Cast) -> None:
    allocation = prepare(stage)
    assert link_new_entries() == [stage.organisation.pk]
    assert link_new_entries() == []
    enrol_one(stage, allocation)
    with tenancy.scope(stage.organisation.pk):
        # A reader was there first; whoever follows is to hear of it all the same.
        assert link_entries_of(stage.organisation) == 1
    assert link_new_entries() == [stage.organisation.pk]
    assert positions(stage.organisation) == [1, 2, 3, 4]


def test_new_entries_are_found_without_a_look_at_all(
    stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    allocation = prepare(stage)
    link_new_entries()
    monkeypatch.setattr(chaining_sql, "ANY", "this would be slow")
    enrol_one(stage, allocation)
    assert link_new_entries() == [stage.organisation.pk]
    assert positions(stage.organisation) == [1, 2, 3, 4]


def test_entry_of_a_transaction_that_commits_late_is_linked_when_it_commits(stage: Cast) -> None:
    allocation = prepare(stage)

    def link_meanwhile() -> list[int]:
        link_new_entries()
        return positions(stage.organisation)

    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.manager, allocation)
        ((before,),) = [at_once(link_meanwhile)]
    assert before == [1, 2, 3]
    link_new_entries()
    assert positions(stage.organisation) == [1, 2, 3, 4]


def test_entries_restored_into_another_server_are_linked_however_low_its_ids(stage: Cast) -> None:
    allocation = prepare(stage)
    link_new_entries()
    enrol_one(stage, allocation)
    # As it is after a restore: the row came by another transaction than it says, of another count.
    LinkedUntil.objects.update(ahead=2**50, running=[])
    assert link_new_entries() == [stage.organisation.pk]
    assert positions(stage.organisation) == [1, 2, 3, 4]
    enrol_one(stage, allocation)
    assert link_new_entries() == [stage.organisation.pk]


def test_many_who_link_at_once_link_each_entry_once(stage: Cast) -> None:
    allocation = prepare(stage)

    def link_in_a_page() -> None:
        with tenancy.scope(stage.organisation.pk):
            link_entries_of(stage.organisation)

    enrol = partial(enrol_one, stage, allocation)
    actions: list[Callable[[], object]]
    actions = [enrol, link_new_entries, enrol, link_in_a_page, enrol, link_new_entries]
    at_once(*actions * 2)
    link_new_entries()
    assert positions(stage.organisation) == list(range(1, 10))
    assert linked_seqs_of(stage, allocation) == list(range(1, 9))


def linked_seqs_of(stage: Cast, allocation: Allocation) -> list[int]:
    with tenancy.scope(stage.organisation.pk):
        return linked_seqs(allocation)


def test_asked_to_stop_it_links_no_more_and_goes_on_the_next_time(stage: Cast) -> None:
    prepare(stage)
    assert link_new_entries(lambda: True) == []
    assert positions(stage.organisation) == []
    link_new_entries()
    assert positions(stage.organisation) == [1, 2, 3]


def test_organisation_that_fails_holds_up_no_other(
    stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(stage)
    with tenancy.scope(stage.outsider.organisation_id):
        product = create_product(actor=stage.outsider, code="A", name="A")
        issue(actor=stage.outsider, product=product, seats=1)
    link = chaining._link_some

    def stumble(organisation_id: UUID, since: datetime) -> object:
        if organisation_id == stage.organisation.pk:
            raise ValueError
        return link(organisation_id, since)

    with monkeypatch.context() as broken:
        broken.setattr(chaining, "_link_some", stumble)
        with pytest.raises(NotLinkedError) as raised:
            link_new_entries()
    assert raised.value.linked == [stage.outsider.organisation_id]
    assert positions(stage.outsider.organisation) == [1]
    link_new_entries()
    assert positions(stage.organisation) == [1, 2, 3]
