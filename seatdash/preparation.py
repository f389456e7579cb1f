"""What has to be in place before pages are served; quick when there is nothing to do."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

from seatdash.database import unreachable
from seatdash.processes import CannotServe
from seatdash.terminal import say

# Any number, as long as every seatdash takes the same.
MIGRATING = 0x5EA7DA54
TAKE_TURN = f"SELECT pg_try_advisory_xact_lock({MIGRATING})".encode()
PAUSE = 0.2


def prepare(*, migrate: bool = True) -> None:
    prepare_database(migrate=migrate)
    if "SEATDASH_STATIC_ROOT" not in os.environ:
        _collect_static()


def prepare_database(*, migrate: bool = True) -> None:
    """Refuse a database that row policies would not hold in; apply the migrations that wait."""
    with _one_at_a_time():
        _refuse_unfit_database()
        if migrate:
            _migrate()


def is_prepared() -> bool:
    """Say whether every migration is applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two that start at once must not both migrate. A connection of its own says why it fails."""
    try:
        guard = psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10)
    except psycopg.OperationalError as error:
        raise unreachable(error) from error
    with guard:
        # An index that is built concurrently waits for every snapshot there is. So nobody waits
        # inside a statement here, and this one is sent without parameters: those keep a snapshot.
        while guard.execute(TAKE_TURN).fetchone() != (True,):
            guard.rollback()
            time.sleep(PAUSE)
        yield


def _refuse_unfit_database() -> None:
    found = run_checks(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
    serious = [message for message in found if message.is_serious()]
    if serious:
        raise CannotServe("\n".join(f"{message.msg} {message.hint or ''}" for message in serious))


def _migrate() -> None:
    if not is_prepared():
        say("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)


def _collect_static() -> None:
    """Again only when a file has changed. Who chose the place collects on their own."""
    stamp = Path(settings.STATIC_ROOT) / "collected"
    state = _state_of_static_files()
    if stamp.exists() and stamp.read_text() == state:
        return
    try:
        call_command("collectstatic", interactive=False, verbosity=0, clear=stamp.exists())
        stamp.write_text(state)
    except OSError as error:
        raise CannotServe(
            f"The static files cannot be kept in {settings.STATIC_ROOT} ({error.strerror})."
        ) from error


def _state_of_static_files() -> str:
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
