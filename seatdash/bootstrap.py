"""Brings the packages: makes `.venv` from the hashed requirements and goes on inside it.

Standard library only, since it runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seatdash.terminal import CannotGoOn, say

RUNTIME = "requirements.txt"
TESTING = "requirements-test.txt"
WITH_TEST_TOOLS = {"test", "endure", "screenshots"}
# Which packages a `.venv` has, written when all of them are there; and the sign of an install that
# has begun and not ended, after which nothing in it can be trusted.
STAMP = "seatdash-installed-{name}"
UNFINISHED = "seatdash-unfinished"
SHOWN = 5


class PackagesMissing(CannotGoOn):
    pass


def enter_environment(script: str, arguments: list[str]) -> None:
    """Returns inside an environment that has the packages, or ends the process."""
    root = Path(script).parent
    wanted = [RUNTIME, TESTING] if _command(arguments) in WITH_TEST_TOOLS else [RUNTIME]
    try:
        if _is_outside_choice(root):
            _require(root, wanted)
            return
        _provide(root, wanted)
    except PackagesMissing as missing:
        sys.exit(str(missing))
    except KeyboardInterrupt:
        sys.exit(130)
    if not _is_inside(root):
        python = str(_python(root))
        os.execv(python, [python, script, *arguments])  # noqa: S606


def _command(arguments: list[str]) -> str:
    """The first word that is neither an option nor the data directory."""
    words = iter(arguments)
    for word in words:
        if word == "--data":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _venv(root: Path) -> Path:
    return root / ".venv"


def _python(root: Path) -> Path:
    return _venv(root) / "bin" / "python"


def _is_inside(root: Path) -> bool:
    return Path(sys.prefix).resolve() == _venv(root).resolve()


def _is_outside_choice(root: Path) -> bool:
    """Somebody has chosen the environment: an active one, or none of ours."""
    is_active = sys.prefix != sys.base_prefix and not _is_inside(root)
    return is_active or os.environ.get("SEATDASH_VENV", "").lower() == "off"


def _require(root: Path, names: list[str]) -> None:
    """Nothing is installed into an environment that is not ours."""
    missing = [package for name in names for package in _pinned(root / name) if not _has(package)]
    if missing:
        files = " ".join(f"-r {name}" for name in names)
        shown = ", ".join(sorted(set(missing))[:SHOWN])
        raise PackagesMissing(
            f"Packages are missing in {sys.prefix}: {shown} ({len(set(missing))} in all).\n"
            f"Install them: {sys.executable} -m pip install --require-hashes {files}"
        )


def _pinned(requirements: Path) -> list[str]:
    """Those for every machine; a line with a marker (`; sys_platform == …`) is not."""
    pins = re.findall(
        r"^([\w.-]+)(?:\[[^\]]*\])?==[^\s;]+ *(;?)", requirements.read_text(), re.MULTILINE
    )
    return [name for name, marker in pins if not marker]


def _has(package: str) -> bool:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _provide(root: Path, names: list[str]) -> None:
    if not _outdated(root, names):
        return
    # So that pip is stopped with us.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with _alone(root) as lock:
        outdated = _outdated(root, names)
        if outdated:
            _install(root, outdated, lock)


@contextmanager
def _alone(root: Path) -> Iterator[int]:
    """Two first starts at once: the second waits, and finds the work done.

    pip holds the lock as well, in case it outlives us.
    """
    with (root / RUNTIME).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def _outdated(root: Path, names: list[str]) -> list[str]:
    return [name for name in names if not _is_installed(root, name)]


def _is_installed(root: Path, name: str) -> bool:
    venv = _venv(root)
    if (venv / UNFINISHED).exists() or not os.access(_python(root), os.X_OK):
        return False
    try:
        requirements, python = (venv / STAMP.format(name=name)).read_text().split()
    except (OSError, ValueError):
        return False
    # A system upgrade may have put another Python under it, for which nothing is installed.
    is_same_python = python == _running_python() or not _is_inside(root)
    return is_same_python and requirements == _fingerprint(root / name)


def _fingerprint(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def _running_python() -> str:
    return "{}.{}".format(*sys.version_info)


def _install(root: Path, names: list[str], lock: int) -> None:
    venv = _venv(root)
    say(f"Installing the packages of {' and '.join(names)} into {venv} …")
    try:
        if (venv / UNFINISHED).exists() or not _has_pip(root):
            _make_venv(venv, lock)
        (venv / UNFINISHED).touch()
        _pip(root, names, lock)
        for name in names:
            stamp = f"{_fingerprint(root / name)} {_venv_python(root)}\n"
            (venv / STAMP.format(name=name)).write_text(stamp)
        (venv / UNFINISHED).unlink()
    except OSError as error:
        raise PackagesMissing(f"{venv} cannot be made ({error.strerror}).") from error


def _has_pip(root: Path) -> bool:
    return _answer(root, "-m", "pip", "--version") != ""


def _venv_python(root: Path) -> str:
    return _answer(root, "-c", "import sys; print('{}.{}'.format(*sys.version_info))")


def _answer(root: Path, *question: str) -> str:
    if not os.access(_python(root), os.X_OK):
        return ""
    command = [str(_python(root)), *question]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _make_venv(venv: Path, lock: int) -> None:
    _require_venv_module()
    if venv.exists():
        shutil.rmtree(venv)
    venv.mkdir()
    (venv / UNFINISHED).touch()
    python = getattr(sys, "_base_executable", sys.executable)
    _run("The virtual environment cannot be made:", lock, python, "-m", "venv", str(venv))


def _require_venv_module() -> None:
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    raise PackagesMissing(
        "This Python cannot make virtual environments. Install the system package for it and run "
        "the command again: apt install python3-venv "
        f"(for this Python: python{_running_python()}-venv)."
    )


def _pip(root: Path, names: list[str], lock: int) -> None:
    files = [part for name in names for part in ("-r", str(root / name))]
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    command = [str(_python(root)), "-m", "pip", "install", *options, *files]
    _run("The packages cannot be installed; is the package index reachable?", lock, *command)


def _run(complaint: str, lock: int, *command: str) -> None:
    done = subprocess.run(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        pass_fds=[lock],
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-10:]
        raise PackagesMissing("\n".join([complaint, *said]))
