"""When a moment is past for good: nothing can be written any more that belongs before it.

An entry is dated while its transaction runs, and seen once that has ended. So whoever asks waits
for the transactions that are writing and began before the moment, seconds at most; usually there is
none, or it ends within milliseconds. A transaction has its number before it dates anything: rows
are locked first.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from seats.errors import StillToCome, Unsettled

PATIENCE = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.1

# Transactions of this database that are writing, other than the one that asks. The time is that at
# which the statement began, so before it looked. What hides when it began may have begun long ago.
WRITERS = """
    SELECT statement_timestamp(), pid, backend_xid::text,
        coalesce(xact_start, 'epoch') AS began
    FROM (VALUES (true)) AS asked (now) LEFT JOIN pg_stat_activity ON backend_xid IS NOT NULL
        AND datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Writer:
    pid: int
    xid: str
    began: datetime


def settle(moment: datetime | None = None) -> datetime:
    """Wait until a moment is past for good, and return it; without one, the latest there is.

    That is now, or just before what has been writing for longer than one cares to wait. By the
    database's clock, in an open transaction. Raises StillToCome or Unsettled.
    """
    now, writers = _look()
    if moment and moment > now:
        raise StillToCome
    asked = moment or now
    left = _wait({each for each in writers if each.began <= asked})
    if not left:
        return asked
    since = min(each.began for each in left)
    if moment:
        raise Unsettled(
            _("Something is being written since %(time)s. Ask again when it is through.")
            % {"time": date_format(timezone.localtime(since), "TIME_FORMAT")}
        )
    return since - timedelta(microseconds=1)


def _wait(writers: set[Writer]) -> set[Writer]:
    """Return those that have not ended after all patience."""
    until, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    while writers and time.monotonic() < until:
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
        writers &= _look()[1]
    return writers


def _look() -> tuple[datetime, set[Writer]]:
    with connection.cursor() as cursor:
        # Within a transaction, what others do is looked up once, unless told otherwise.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WRITERS)
        rows = cursor.fetchall()
    return rows[0][0], {Writer(*row[1:]) for row in rows if row[1]}


def written_since() -> datetime | None:
    """Return when the longest of those began that are writing for longer than one waits."""
    now, writers = _look()
    long_ago = now - timedelta(seconds=PATIENCE)
    return min((each.began for each in writers if each.began < long_ago), default=None)
