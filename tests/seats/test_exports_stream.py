"""How the exports stream: from one snapshot, in pieces, letting go of the database at the end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import InternalError, connection
from django.utils import timezone

from orgs.models import Member
from seatdash import tenancy
from seats.exports.csv_files import stream_csv
from seats.exports.question import Asked
from seats.exports.snapshots import snapshot
from seats.exports.tables import ENROLMENTS
from seats.models import Allocation, Enrolment
from seats.services.revocation import revoke
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.seats.downloads import inside, parse


@pytest.fixture
def crowd(stage: Cast) -> Allocation:
    """Make enrolments enough for several pieces of the stream."""
    with inside(stage):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=None)
        enrol_new(stage.admin, allocation, 1500)
    return allocation


def elsewhere(work: Callable[[], Any]) -> Any:
    """Do something in another thread, so through another connection."""

    def and_close() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as executor:
        return executor.submit(and_close).result()


def test_header_comes_before_the_database_is_asked(stage: Cast) -> None:
    pieces = stream_csv(stage.organisation, ENROLMENTS, Asked(moment=timezone.now()))
    connection.close()
    assert next(pieces).startswith(b"enrolment_id,")
    assert connection.connection is None
    pieces.close()  # type: ignore[attr-defined]


def test_rows_come_from_one_snapshot(stage: Cast, crowd: Allocation) -> None:
    pieces = stream_csv(stage.organisation, ENROLMENTS, Asked(moment=timezone.now()))
    begun = [next(pieces), next(pieces)]

    def meanwhile() -> None:
        with tenancy.scope(stage.organisation.pk):
            enrol_new(stage.admin, crowd)
            last = Enrolment.objects.order_by("-pk")[5]
            revoke(actor=stage.admin, enrolment=last)

    elsewhere(meanwhile)
    _header, *rows = parse(b"".join([*begun, *pieces]).decode())
    assert len(rows) == 1500
    assert {row[7] for row in rows} == {"live"}


def test_client_that_leaves_lets_go_of_the_database(stage: Cast, crowd: Allocation) -> None:
    pieces = stream_csv(stage.organisation, ENROLMENTS, Asked(moment=timezone.now()))
    next(pieces), next(pieces)
    assert connection.in_atomic_block
    pieces.close()  # type: ignore[attr-defined]
    assert not connection.in_atomic_block
    with tenancy.scope(stage.organisation.pk):
        assert Enrolment.objects.count() == 1500


def test_stream_comes_in_pieces_of_bounded_size(stage: Cast, crowd: Allocation) -> None:
    sizes = [
        len(piece)
        for piece in stream_csv(stage.organisation, ENROLMENTS, Asked(moment=timezone.now()))
    ]
    assert len(sizes) > 3
    assert max(sizes) < 66 * 1024


def test_export_cannot_write(stage: Cast) -> None:
    with pytest.raises(InternalError, match="read-only"), snapshot(stage.organisation):
        Member.objects.update(name="")
