"""Which benchmarks there are, and what they need around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.management import CommandError

from tests.bench import (
    calling,
    downloads,
    enrolling,
    growing,
    many,
    pages,
    starting,
    watching,
    weighing,
)
from tests.bench.balance import check_balance
from tests.bench.results import Result
from tests.bench.scratch import scratch_database
from tests.bench.world import World, load, make_world

Say = Callable[[str], object]

IN_A_WORLD: dict[str, Callable[[World, float], Result]] = {
    "P1": lambda world, _scale: enrolling.measure_one_pool(world),
    "P2": lambda world, _scale: enrolling.measure_many_pools(world),
    "P3": lambda world, _scale: many.measure_many_members(world),
    "P4": calling.measure_enrolling,
    "P7": watching.measure_watching,
    "P9": calling.measure_access,
}
ON_THEIR_OWN: dict[str, Callable[[float, Say], Result]] = {
    "P5": downloads.measure_downloads,
    "P6": pages.measure_pages,
    "P8": growing.measure_growth,
    "P10": lambda _scale, _say: starting.measure_starts(),
    "P11": lambda _scale, _say: weighing.measure_weight(),
}


def run(names: Sequence[str], scale: float, say: Say) -> list[Result]:
    """Measure what is named, all without names; `say` hears what is going on."""
    known = [*IN_A_WORLD, *ON_THEIR_OWN]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CommandError(f"There is no benchmark {unknown[0]}. There are: {', '.join(known)}.")
    wanted = [name for name in known if name in names or not names]
    results = _in_a_world([name for name in wanted if name in IN_A_WORLD], scale, say)
    for name in wanted:
        if name in ON_THEIR_OWN:
            say(f"Preparing {name} …")
            results.append(ON_THEIR_OWN[name](scale, say))
    return results


def _in_a_world(names: Sequence[str], scale: float, say: Say) -> list[Result]:
    if not names:
        return []
    results: list[Result] = []
    with scratch_database() as address:
        say("Loading teams, pools and enrolments …")
        world = make_world(scale)
        load(address, world)
        check_balance(address)
        for name in names:
            say(f"Measuring {name} …")
            results.append(IN_A_WORLD[name](world, scale))
        check_balance(address)
    return results
