"""P8: how long enrolling takes with 10,000,000 ledger entries, against a hundredth of all data.

Both are whole databases, one beside the other on the same server, each with a process that enrols
one after the other by the service; they take turns.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.bench.balance import check_balance
from tests.bench.crew import Crew
from tests.bench.enrolling import Job
from tests.bench.history import History, load
from tests.bench.results import Compared, Round
from tests.bench.scratch import scratch_database

GOAL, PART = 1.15, 0.01
ROUNDS, MOST_A_ROUND = 15, 200
MILLISECONDS = 1000


def measure_growth(scale: float, say: Callable[[str], object]) -> Compared:
    """Measure P8: the median over the rounds of one latency over the other."""
    few, many = History.of(scale * PART), History.of(scale)
    with _settled(few, say) as small, _settled(many, say) as large:
        say("Measuring P8 …")
        size = min(MOST_A_ROUND, few.places_free // (ROUNDS + 1))
        jobs = [_jobs(history, size) for history in (few, many)]
        rounds = [
            Round(_latency(small, next(jobs[0])), _latency(large, next(jobs[1])))
            for _ in range(ROUNDS + 1)
        ]
    what = f"an enrolment, {few.entries:,} and {many.entries:,} ledger entries"
    # The first round warms up.
    return Compared("P8", what, " ms", rounds[1:], goal=GOAL, at_least=False)


@contextmanager
def _settled(history: History, say: Callable[[str], object]) -> Iterator[Crew]:
    """Load a history into a database of its own, and let one process work there."""
    with scratch_database() as address:
        say(f"Loading {history.entries:,} ledger entries …")
        load(address, history)
        check_balance(address)
        with Crew(1, "tests.bench.enrolling:Station") as crew:
            yield crew
        check_balance(address)


def _jobs(history: History, size: int) -> Iterator[list[Job]]:
    """Give rounds of work, each spread over whatever pools there are."""
    jobs = list(history.free())
    random.Random(8).shuffle(jobs)  # noqa: S311 - a shuffle, not a secret
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]


def _latency(crew: Crew, jobs: list[Job]) -> float:
    return MILLISECONDS / crew.per_second("ours", jobs)
