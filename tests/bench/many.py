"""P3: ten thousand members enrolled in one call."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from orgs.models import Member
from seats.services.enrolment import Outcome, enrol
from tests.bench import ceiling
from tests.bench.enrolling import allocation_at
from tests.bench.results import Compared, Round
from tests.bench.world import Place, World

MEMBERS = 10_000
ROUNDS = 5


def measure_many_members(world: World) -> Compared:
    """Measure P3, each time in a pool where nobody is yet."""
    members = world.everybody[:MEMBERS]
    places = iter(world.common[1:])
    with ceiling.connect(world.organisation_id) as server:
        rounds = []
        for number in range(ROUNDS + 1):
            one, other = next(places), next(places)
            if number % 2:
                ours = _seconds(one, members)
                rounds.append(Round(ceiling.seconds_to_enrol_all(server, other, members), ours))
            else:
                bare = ceiling.seconds_to_enrol_all(server, one, members)
                rounds.append(Round(bare, _seconds(other, members)))
    # The first round warms up.
    measured = [Round(each.ceiling * 1000, each.ours * 1000) for each in rounds[1:]]
    what = f"{len(members):,} enrolments in one call"
    return Compared("P3", what, " ms", measured, goal=2, at_least=False)


def _seconds(place: Place, members: Sequence[UUID]) -> float:
    actor = Member(pk=place.actor_id, organisation_id=place.organisation_id)
    allocation = allocation_at(place)
    start = time.perf_counter()
    lines = enrol(actor=actor, allocation=allocation, members=members)
    seconds = time.perf_counter() - start
    assert all(line.outcome is Outcome.ENROLLED for line in lines)
    return seconds
