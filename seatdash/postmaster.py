"""Which server runs in a data directory, whatever a crash has left in postmaster.pid."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

NOBODYS_PROCESS = 2**30


@dataclass(frozen=True)
class Postmaster:
    pid: int
    socket_directory: Path
    status: str


def recorded_in(data: Path) -> Postmaster | None:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        status = "".join(lines[7:]).strip()
        return Postmaster(int(lines[0]), Path(lines[4]), status)
    except (FileNotFoundError, IndexError, ValueError):
        return None


def running_in(data: Path) -> Postmaster | None:
    recorded = recorded_in(data)
    return recorded if recorded and _is_server_of(recorded.pid, data) else None


def _is_server_of(pid: int, data: Path) -> bool:
    """A process id alone proves nothing: after a crash a stranger may have it."""
    if not Path("/proc/self").exists():
        return _is_alive(pid)
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def disown_stranger(data: Path) -> None:
    """A stranger with the dead server's process id would be taken for it by PostgreSQL.

    Only the process id goes: by the rest of the file it finds out whether processes of the dead
    server are still at work on the data.
    """
    file = data / "postmaster.pid"
    recorded = recorded_in(data)
    if recorded and _is_alive(recorded.pid):
        _, newline, rest = file.read_text().partition("\n")
        file.write_text(f"{NOBODYS_PROCESS}{newline}{rest}")
