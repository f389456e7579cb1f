"""P1 and P2: enrolments a second by four processes, on one pool and on a thousand."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from uuid import UUID

import psycopg

from orgs.models import Member
from seats.models import Allocation
from seats.services.enrolment import enrol
from tests.bench import ceiling
from tests.bench.crew import Crew
from tests.bench.results import Compared, Round
from tests.bench.world import Place, World

PROCESSES = 4
ROUNDS = 7

Job = tuple[Place, UUID]


class Station:
    """What one process works with: a bare connection, and Django's."""

    def __init__(self) -> None:
        self._bare: psycopg.Connection | None = None

    def ceiling(self, jobs: Sequence[Job]) -> Callable[[], None]:
        """Answer what writes the rows of these jobs."""
        self._bare = self._bare or ceiling.connect(jobs[0][0].organisation_id)
        return ceiling.enrol_each(self._bare, jobs)

    def ours(self, jobs: Sequence[Job]) -> Callable[[], None]:
        """Answer what enrols by the service, one member a call."""
        place = jobs[0][0]
        actor = Member(pk=place.actor_id, organisation_id=place.organisation_id)
        given = [(allocation_at(place), [member]) for place, member in jobs]

        def do() -> None:
            for allocation, members in given:
                enrol(actor=actor, allocation=allocation, members=members)

        return do


def allocation_at(place: Place) -> Allocation:
    """Return the allocation as a view has it when it calls the service."""
    return Allocation(
        pk=place.allocation_id,
        organisation_id=place.organisation_id,
        pool_id=place.pool_id,
        product_id=place.product_id,
        team_id=place.team_id,
    )


def measure_one_pool(world: World) -> Compared:
    """Measure P1."""
    jobs = [(world.common[0], member) for member in world.everybody]
    return _measure("P1", "enrolments, one pool", jobs, goal=0.6)


def measure_many_pools(world: World) -> Compared:
    """Measure P2."""
    jobs = [(place, member) for place, members in world.spread for member in members]
    random.Random(2).shuffle(jobs)  # noqa: S311 - a shuffle, not a secret
    return _measure("P2", f"enrolments, {len(world.spread):,} pools", jobs, goal=0.5)


def _measure(name: str, what: str, jobs: Sequence[Job], goal: float) -> Compared:
    size = len(jobs) // (2 * (ROUNDS + 1))
    shares = [jobs[start : start + size] for start in range(0, 2 * (ROUNDS + 1) * size, size)]
    with Crew(PROCESSES, f"{__name__}:Station") as crew:
        rounds = [
            _round(crew, *pair, ours_first=bool(number % 2))
            for number, pair in enumerate(zip(shares[::2], shares[1::2], strict=True))
        ]
    # The first round warms up.
    return Compared(name, what, " /s", rounds[1:], goal=goal, at_least=True)


def _round(crew: Crew, one: Sequence[Job], other: Sequence[Job], *, ours_first: bool) -> Round:
    # Whoever comes second finds warmer caches and longer tables, so they take turns.
    order = ("ours", "ceiling") if ours_first else ("ceiling", "ours")
    done = {
        work: crew.per_second(work, jobs) for work, jobs in zip(order, (one, other), strict=True)
    }
    return Round(**done)
