"""Preparing the database: one at a time, and in nobody's way."""

import os
from threading import Event, Thread

import psycopg
import pytest

from seatdash.preparation import TAKE_TURN, _one_at_a_time

SNAPSHOTS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE backend_xmin IS NOT NULL AND query LIKE '%pg_try_advisory%' AND pid <> pg_backend_pid()
"""


@pytest.mark.django_db
def test_whose_turn_it_is_keeps_no_snapshot_that_an_index_would_wait_for() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as looking, _one_at_a_time():
        assert looking.execute(SNAPSHOTS).fetchone() == (0,)
        assert looking.execute(TAKE_TURN).fetchone() == (False,)


@pytest.mark.django_db
def test_second_to_start_waits_for_its_turn() -> None:
    had_turn = Event()

    def prepare() -> None:
        with _one_at_a_time():
            had_turn.set()

    second = Thread(target=prepare)
    with _one_at_a_time():
        second.start()
        assert not had_turn.wait(0.5)
    assert had_turn.wait(5)
    second.join()
