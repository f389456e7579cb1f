"""What the person who starts seatdash gets to read."""

from __future__ import annotations

import sys


class CannotGoOn(Exception):
    """Why not, in a sentence or two: shown without a traceback, and the exit code is 1."""


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
