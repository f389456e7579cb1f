"""How long to wait before trying again."""

import random
from datetime import timedelta

# With these a delivery is tried thirteen times in three days.
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.1
LONGEST_ASKED_FOR = timedelta(hours=24)
# So many failures in a row, and the endpoint as a whole is asked only now and then.
MANY_FAILURES = 20
REST = timedelta(minutes=1)


def pause_after(step: int) -> timedelta | None:
    """Return how long to wait after so many pauses, up to a tenth longer; None to give up."""
    if step >= len(PAUSES):
        return None
    return PAUSES[step] * (1 + random.random() * JITTER)  # noqa: S311 - keeps receivers from a crowd


def asked_for(retry_after: str) -> timedelta | None:
    """Return the pause that a Retry-After asks for in seconds (RFC 9110, 10.2.3), a day at most."""
    if not (retry_after.isascii() and retry_after.isdigit()):
        return None
    return min(LONGEST_ASKED_FOR, timedelta(seconds=min(int(retry_after[:9]), 10**8)))
