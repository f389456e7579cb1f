"""The embedded PostgreSQL, for real: made, joined, crashed, and left behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from seatdash import account
from seatdash.account import DatabaseUnavailable
from seatdash.data_directory import DataDirectoryUnusable
from seatdash.database import django_database, embedded
from seatdash.embedded import SHORT_PLACE, Cluster
from seatdash.postmaster import Postmaster, recorded_in, running_in

HOLD = """
import sys, time
from pathlib import Path
from seatdash.database import embedded
with embedded(Path(sys.argv[1]), scratch=True):
    print("in", flush=True)
    time.sleep(60)
"""


def place() -> Path:
    """A directory that a user without rights may pass, which pytest's own is not."""
    directory = Path(tempfile.mkdtemp(prefix="seatdash-test-"))
    directory.chmod(0o755)
    return directory


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data directory with a database in it, stopped; its first start was cut off."""
    directory = place()
    left_over = Cluster.below(directory).home / "unfinished"
    left_over.mkdir()
    (left_over / "PG_VERSION").write_text("18\n")
    with embedded(directory):
        pass
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def empty() -> Iterator[Path]:
    directory = place()
    yield directory
    shutil.rmtree(directory)


def server_of(directory: Path) -> Postmaster | None:
    return running_in((directory / "postgres").resolve() / "data")


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def held_by_another_process(directory: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(directory)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "in\n"
    return holder


def test_interrupted_first_start_leaves_nothing_half_made(made: Path) -> None:
    assert not (made / "postgres" / "unfinished").exists()
    assert (made / "postgres" / "data" / "PG_VERSION").exists()


def test_role_of_the_application_cannot_pass_by_row_policies(made: Path) -> None:
    with embedded(made, scratch=True) as url, psycopg.connect(url) as connection:
        rights = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        owner = connection.execute(
            "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert rights == ("seatdash", False, False, True, False)
    assert owner == ("seatdash",)


def test_server_listens_on_no_network_and_asks_for_the_password(made: Path) -> None:
    with embedded(made, scratch=True) as url:
        assert value(url, "SHOW listen_addresses") == ""
        options = django_database(url)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url.replace(options["PASSWORD"], "guessed"))


def test_data_of_a_real_installation_are_synced_and_checked(made: Path) -> None:
    with embedded(made) as url:
        settings = [
            value(url, f"SHOW {name}") for name in ("fsync", "data_checksums", "max_connections")
        ]

    assert settings == ["on", "on", "200"]


def test_data_outlive_a_restart(made: Path) -> None:
    with embedded(made, scratch=True) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 65 AS seats")
    assert server_of(made) is None

    with embedded(made, scratch=True) as url:
        assert value(url, "SELECT seats FROM kept") == 65


def test_last_one_out_stops_the_server_even_if_another_started_it(made: Path) -> None:
    first, second = ExitStack(), ExitStack()
    url = first.enter_context(embedded(made, scratch=True))
    assert second.enter_context(embedded(made, scratch=True)) == url

    first.close()
    assert value(url, "SELECT 1") == 1
    second.close()
    assert server_of(made) is None


def test_other_process_joins_and_leaves_without_stopping_the_server(made: Path) -> None:
    with embedded(made, scratch=True) as url:
        holder = held_by_another_process(made)
        holder.terminate()
        holder.wait()
        assert value(url, "SELECT 1") == 1


def test_server_whose_starter_was_killed_is_taken_over_and_stopped(made: Path) -> None:
    holder = held_by_another_process(made)
    holder.kill()
    holder.wait()
    left_behind = server_of(made)
    assert left_behind is not None

    with embedded(made, scratch=True) as url:
        assert value(url, "SELECT 1") == 1
        assert server_of(made) == left_behind
    assert server_of(made) is None


def test_server_that_somebody_else_started_is_left_alone(made: Path) -> None:
    cluster = Cluster.below(made)
    pg_ctl = cluster.programs / "pg_ctl"
    log = cluster.home / "by-hand.log"
    cluster.account.run(pg_ctl, "start", "-w", "-D", cluster.data, "-l", log)
    try:
        with embedded(made, scratch=True) as url:
            assert value(url, "SELECT 1") == 1
        assert server_of(made) is not None
    finally:
        cluster.account.run(pg_ctl, "stop", "-w", "-m", "fast", "-D", cluster.data)


def test_crashed_server_comes_back_with_what_was_committed(made: Path) -> None:
    with embedded(made) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE before_crash AS SELECT 35 AS seats")
        crashed = server_of(made)
        assert crashed is not None
        os.kill(crashed.pid, signal.SIGKILL)
        while server_of(made):
            time.sleep(0.01)

    with embedded(made) as url:
        assert value(url, "SELECT seats FROM before_crash") == 35


def test_stranger_with_the_process_id_of_a_dead_server_is_not_taken_for_it(made: Path) -> None:
    cluster = Cluster.below(made)
    user = cluster.account.uid if cluster.account.is_other else None
    stranger = subprocess.Popen(["sleep", "60"], user=user)
    pid_file = cluster.data / "postmaster.pid"
    lines = [str(stranger.pid), str(cluster.data), "0", "5432", str(cluster.home / "run"), "", ""]
    pid_file.write_text("\n".join([*lines, "ready   ", ""]))
    try:
        assert recorded_in(cluster.data) is not None
        with embedded(made, scratch=True) as url:
            assert value(url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_data_of_another_version_are_refused_by_both_names(made: Path) -> None:
    version = (made / "postgres/data/PG_VERSION").read_text().strip()
    (made / "postgres/data/PG_VERSION").write_text("12\n")
    try:
        with (
            pytest.raises(DatabaseUnavailable, match=rf"PostgreSQL 12, .* PostgreSQL {version}: "),
            embedded(made, scratch=True),
        ):
            pass
    finally:
        (made / "postgres/data/PG_VERSION").write_text(f"{version}\n")


def test_lost_passwords_are_made_anew(made: Path) -> None:
    (made / "postgres/passwords.json").unlink()

    with embedded(made, scratch=True) as url:
        assert value(url, "SELECT current_user") == "seatdash"


def test_deep_directory_with_odd_names_works(empty: Path) -> None:
    deep = empty / ("deep" * 25) / "Schule, Nord & Söhne"
    with embedded(deep, scratch=True) as url:
        assert value(url, "SELECT 1") == 1
        sockets = Path(django_database(url)["HOST"])
        assert sockets.parent == SHORT_PLACE
        assert sockets.stat().st_mode & 0o077 == 0
    assert not sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_below_a_directory_of_root_alone_nothing_is_opened_up(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "PRIVATE_PLACE", empty / "private")
    closed = empty / "closed"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        with embedded(closed / "var", scratch=True) as url:
            assert value(url, "SELECT 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700


def test_directory_that_cannot_be_used_is_named(empty: Path) -> None:
    (empty / "file").touch()
    with pytest.raises(DataDirectoryUnusable, match=rf"{empty}/file/var cannot be used"):
        embedded(empty / "file" / "var").__enter__()


def test_programs_that_are_not_there_are_named(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATDASH_PG_BIN", str(made))
    with pytest.raises(DatabaseUnavailable, match=f"no PostgreSQL server in {made}"):
        embedded(made).__enter__()


def test_address_with_several_hosts_reaches_django_whole() -> None:
    database = django_database(
        "postgresql://sea:p%40ss@db1:5432,db2:5433/dash"
        "?target_session_attrs=read-write&sslmode=require"
    )

    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "dash",
        "USER": "sea",
        "PASSWORD": "p@ss",
        "HOST": "db1,db2",
        "PORT": "5432,5433",
        "OPTIONS": {"target_session_attrs": "read-write", "sslmode": "require"},
    }


@pytest.mark.parametrize("address", ["", "sqlite:///x", "postgresql://h/d?nonsense=1", "host=h"])
def test_address_of_something_else_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL is not the address") as refusal:
        django_database(address)
    assert "nonsense" not in str(refusal.value)
