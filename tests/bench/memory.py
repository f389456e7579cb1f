"""How much memory a process holds."""

from __future__ import annotations

from pathlib import Path


def memory_of(pid: int) -> int:
    """Return the bytes that a process and those it started hold by themselves (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    own = sum(int(line.split()[1]) for line in rollup if line.startswith("Private_"))
    return own * 1024 + sum(memory_of(int(child)) for child in children)
