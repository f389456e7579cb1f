"""R1: many threads do what they like to few pools, and the books balance all the while."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic

from django.db import connection

from orgs.errors import Refusal
from seatdash import tenancy
from seats import books
from tests.endure.deeds import DEEDS, DEEDS_OF_TWO_PAGES, Deed
from tests.endure.place import Place, make_place

THREADS = 64
DONE = "done"
# The watcher's looks at the books, while all this happens.
SECONDS_BETWEEN_LOOKS = 1.0


@dataclass
class Storm:
    """What was done, and what was found."""

    place: Place
    operations: int
    seed: int
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    looks: int = 0
    entries: int = 0
    seconds: float = 0.0
    begun: int = 0
    guard: Lock = field(default_factory=Lock)

    @property
    def findings(self) -> list[str]:
        return self.errors + self.differences

    def next(self) -> bool:
        """Say whether there is one more operation to do."""
        with self.guard:
            self.begun += 1
            return self.begun <= self.operations

    def note(self, deed: str, outcome: str) -> None:
        with self.guard:
            self.counts[deed, outcome] += 1

    def look(self) -> None:
        balance = books.check(self.place.organisation)
        self.looks += 1
        self.entries = balance.entries
        self.differences += [f"look {self.looks}: {each}" for each in balance.differences]


def run(operations: int, *, threads: int = THREADS, seed: int | None = None) -> Storm:
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    storm = Storm(make_place(random.Random(seed)), operations, seed)  # noqa: S311 - no secret
    began = monotonic()
    with _connections_for(threads + 2), ThreadPoolExecutor(threads + 1) as pool:
        over = Event()
        watcher = pool.submit(_watch, storm, over)
        workers = [pool.submit(_work, storm, seed + number) for number in range(threads)]
        try:
            for worker in workers:
                worker.result()
        finally:
            over.set()
        watcher.result()
    storm.seconds = monotonic() - began
    storm.look()
    return storm


def _work(storm: Storm, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    deeds, weights = list(DEEDS), list(DEEDS.values())
    try:
        while storm.next():
            (deed,) = chance.choices(deeds, weights)
            storm.note(deed.__name__, _try(storm, deed, chance))
    finally:
        connection.close()


def _try(storm: Storm, deed: Deed, chance: random.Random) -> str:
    """Do it within the gate's transaction, as a page does, or on its own; answers the outcome."""
    is_page = chance.random() < 0.5 and deed not in DEEDS_OF_TWO_PAGES
    try:
        with tenancy.scope(storm.place.organisation.pk) if is_page else nullcontext():
            deed(storm.place, chance)
    except Refusal as refusal:
        return refusal.kind
    except Exception as error:  # noqa: BLE001 - whatever reaches a caller is looked for
        storm.errors.append(f"{deed.__name__}: {error!r}")
        return type(error).__name__
    return DONE


def _watch(storm: Storm, over: Event) -> None:
    try:
        while not over.wait(SECONDS_BETWEEN_LOOKS):
            storm.look()
    finally:
        connection.close()


@contextmanager
def _connections_for(threads: int) -> Iterator[None]:
    """Let each thread have its own connection for as long as this lasts."""
    options = connection.settings_dict["OPTIONS"]
    before = options.get("pool")
    connection.close()
    _close_pool()
    options["pool"] = {**before, "max_size": threads, "timeout": 60} if before else before
    try:
        yield
    finally:
        connection.close()
        _close_pool()
        options["pool"] = before


def _close_pool() -> None:
    getattr(connection, "close_pool", lambda: None)()


def tell(storm: Storm) -> str:
    """Say what was done, what was compared, and what was found."""
    rows = [
        f"  {deed:<28}{outcome:<20}{count:>8,}"
        for (deed, outcome), count in sorted(storm.counts.items())
    ]
    per_second = storm.operations / storm.seconds
    head = (
        f"R1: {THREADS} threads did {storm.operations:,} operations to"
        f" {len(storm.place.pools)} pools in {storm.seconds:.0f} s"
        f" ({per_second:,.0f} a second), seed {storm.seed}."
    )
    compared = (
        f"The books of {storm.place.organisation.slug} were looked at {storm.looks} times, the last"
        f" time over {storm.entries:,} ledger entries: counters, running balances, enrolments,"
        " allocations, stock."
    )
    findings = [f"  {finding}" for finding in storm.findings[:20]]
    return "\n".join([head, *rows, compared, *findings])
