"""Which database: the one of DATABASE_URL, or the embedded PostgreSQL when there is none.

The first process that needs the embedded server starts it, others join it, and the last one out
stops it. Who is in is told by a lock that ends with its process, however that ends.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from seatdash.account import DatabaseUnavailable
from seatdash.data_directory import follow_owner, make_data_directory
from seatdash.embedded import Cluster

__all__ = [
    "DatabaseUnavailable",
    "django_database",
    "embedded",
    "free_directory",
    "programs",
    "unreachable",
]

SCHEMES = ("postgresql://", "postgres://")
NAMES = {
    "NAME": "dbname",
    "USER": "user",
    "PASSWORD": "password",
    "HOST": "host",
    "PORT": "port",
}
TURN_PATIENCE = 330.0


def django_database(url: str) -> dict[str, Any]:
    """What libpq understands: several hosts, target_session_attrs, sslmode, socket directories."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        # Anything that is not such an address would be read as a password or a file.
        options = conninfo_to_dict(url) if url.startswith(SCHEMES) else {}
    except ProgrammingError:
        options = {}
    if not options:
        raise DatabaseUnavailable(
            "DATABASE_URL is not the address of a PostgreSQL database: "
            "postgresql://user:password@host:port/name"
        )
    database = {name: str(options.pop(option, "") or "") for name, option in NAMES.items()}
    return {"ENGINE": "django.db.backends.postgresql", **database, "OPTIONS": options}


def unreachable(error: Exception) -> DatabaseUnavailable:
    said = str(error).strip().splitlines() or ["it does not say why"]
    return DatabaseUnavailable(f"The database cannot be reached: {said[0].strip()}")


@contextmanager
def embedded(data_dir: Path, *, scratch: bool = False) -> Iterator[str]:
    """The address of the running server, kept running as long as this is entered."""
    directory = make_data_directory(data_dir)
    with ExitStack() as stack:
        users = stack.enter_context(_lock_file(directory, "database.users"))
        with _turn(directory):
            cluster = Cluster.below(directory, scratch=scratch)
            stack.callback(_leave, directory, cluster, users)
            cluster.start()
            fcntl.flock(users, fcntl.LOCK_SH)
            url = cluster.url
        yield url


@contextmanager
def free_directory(data_dir: Path, name: str) -> Iterator[Path]:
    """One below it for this process alone: two test runs at once must not share a database."""
    for number in itertools.count(1):
        directory = make_data_directory(data_dir / (name if number == 1 else f"{name}-{number}"))
        with _lock_file(directory, "in-use") as lock:
            if _lock_at_once(lock):
                yield directory
                return


def programs(data_dir: Path) -> Path:
    """Where psql, pg_dump and the like are that belong to the embedded server."""
    return Cluster.below(make_data_directory(data_dir)).programs


def _leave(directory: Path, cluster: Cluster, users: IO[bytes]) -> None:
    with _undisturbed(), _turn(directory):
        fcntl.flock(users, fcntl.LOCK_UN)
        if _lock_at_once(users):
            cluster.stop()


@contextmanager
def _turn(directory: Path) -> Iterator[None]:
    """Starting, joining and leaving happen one at a time."""
    with _lock_file(directory, "database.turn") as turn:
        deadline = time.monotonic() + TURN_PATIENCE
        while not _lock_at_once(turn):
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    "Another seatdash process has been starting or stopping the database in "
                    f"{directory} for minutes: look at it, or end it."
                )
            time.sleep(0.05)
        yield


def _lock_file(directory: Path, name: str) -> IO[bytes]:
    path = directory / name
    fresh = not path.exists()
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseUnavailable(
            f"{path} cannot be used ({error.strerror}): start seatdash as the user who made it, "
            "or choose another data directory with --data DIR."
        ) from error
    if fresh:
        follow_owner(path)
    return os.fdopen(handle, "rb+")


def _lock_at_once(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not leave the server behind that the first was about to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [(number, signal.signal(number, signal.SIG_IGN)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
