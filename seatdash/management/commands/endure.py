from __future__ import annotations

import importlib.util
import os
import random
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from seatdash.preparation import prepare_database

OPERATIONS = 50_000
OPERATIONS_TOLD = 2_000
ROUNDS, EXAMPLES, FILES = 3, 100, 400


class Command(BaseCommand):
    help = "Endures what NUMBERS.md promises: those of R1 to R6 that are named, or all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="R1", help="all without names")
        parser.add_argument(
            "--operations",
            type=int,
            help=f"of R1, {OPERATIONS:,} without it; of R6, {OPERATIONS_TOLD:,}",
        )
        parser.add_argument("--runs", type=int, help="of R2, 1,000 without it")
        parser.add_argument("--rounds", type=int, default=ROUNDS, help="of R3: kills and restarts")
        parser.add_argument("--examples", type=int, default=EXAMPLES, help="of R5, for each call")
        parser.add_argument("--files", type=int, default=FILES, help="of R5, into the import")
        parser.add_argument("--seed", type=int, help="of R1, R5 and R6, to have the same chances")

    def handle(self, *args: Any, **options: Any) -> None:
        if importlib.util.find_spec("tests.endure") is None:
            raise CommandError(
                "The runs are in tests/endure/ of a checkout, not in this installation."
            )
        runs: dict[str, Callable[[dict[str, Any]], int]] = {
            "R1": self._storm,
            "R2": self._model,
            "R3": self._kill,
            "R5": self._fuzz,
            "R6": self._telling,
        }
        names = [name.upper() for name in options["names"]] or list(runs)
        unknown = ", ".join(name for name in names if name not in runs)
        if unknown:
            raise CommandError(f"There is no {unknown}. There are: {', '.join(runs)}.")
        prepare_database()
        missed = [name for name in names if self._missed(name, runs[name](options))]
        if missed:
            raise CommandError(f"{', '.join(missed)} missed.")

    def _missed(self, name: str, differences: int) -> bool:
        self.stdout.write(f"{name} differences {differences} {'missed' if differences else 'met'}")
        return differences > 0

    def _storm(self, options: dict[str, Any]) -> int:
        from tests.endure import storm

        self.stdout.write(
            "R1 makes an organisation of its own, works in that one only, and leaves it for you to"
            " look at: what the ledger has booked cannot be removed."
        )
        done = storm.run(options["operations"] or OPERATIONS, seed=options["seed"])
        self.stdout.write(storm.tell(done))
        return len(done.findings)

    def _telling(self, options: dict[str, Any]) -> int:
        from tests.bench.scratch import scratch_database
        from tests.endure import telling
        from tests.endure.place import make_place

        self.stdout.write("R6 makes a database of its own, and drops it.")
        seed = (
            random.SystemRandom().randrange(2**32) if options["seed"] is None else options["seed"]
        )
        with scratch_database():
            place = make_place(random.Random(seed))  # noqa: S311 - no secret
            told = telling.run(place, options["operations"] or OPERATIONS_TOLD, seed=seed)
        self.stdout.write(telling.tell(told))
        return len(told.differences)

    def _model(self, options: dict[str, Any]) -> int:
        _need("hypothesis", "R2")
        os.environ.setdefault("HYPOTHESIS_PROFILE", "nightly")
        from tests.endure import machine

        self.stdout.write(
            "R2 plays random operations against a plain model, within transactions that it rolls"
            " back: nothing of it stays."
        )
        runs = options["runs"] or machine.runs()
        try:
            machine.run(runs)
        except AssertionError as difference:
            story = getattr(difference, "__notes__", [])
            self.stdout.write("\n".join([str(difference), *story]))
            return 1
        self.stdout.write(
            f"R2: {runs:,} runs of {machine.STEPS} steps; after each step every stock, capacity,"
            " use, cap, end and refusal, at the end the books and the past."
        )
        return 0

    def _kill(self, options: dict[str, Any]) -> int:
        from tests.endure import killing

        self.stdout.write(
            "R3 starts a PostgreSQL and a web server of its own, kills and restarts them while"
            " programs call, and throws both away."
        )
        killed = killing.run(rounds=options["rounds"])
        self.stdout.write(killing.tell(killed))
        return len(killed.findings)

    def _fuzz(self, options: dict[str, Any]) -> int:
        _need("schemathesis", "R5")
        from tests.endure import files, fuzzing
        from tests.endure.callers import make_callers_place

        self.stdout.write("R5 makes an organisation of its own, and leaves it for you to look at.")
        place, seed = make_callers_place(), options["seed"] or 0
        fuzzed = fuzzing.run(place, examples=options["examples"], seed=seed, whole=True)
        self.stdout.write(fuzzing.tell(fuzzed))
        imported = files.run(place.admin, files=options["files"], seed=seed, large=True)
        self.stdout.write(files.tell(imported))
        return len(fuzzed.findings) + len(imported.findings)


def _need(package: str, name: str) -> None:
    """Refuse a run whose test tool is not installed. Raises CommandError."""
    if importlib.util.find_spec(package) is None:
        raise CommandError(
            f"{name} needs the test tools: run `python3 manage.py test` once before it."
        )
