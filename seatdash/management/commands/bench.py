from __future__ import annotations

import importlib.util
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Measures what NUMBERS.md promises: those of P1 to P11 that are named, or all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="P1", help="all without names")
        parser.add_argument(
            "--scale",
            type=float,
            default=1.0,
            help="0.01 for a quick look at a hundredth of the data",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if importlib.util.find_spec("tests.bench") is None:
            raise CommandError(
                "The benchmarks are in tests/bench/ of a checkout, not in this installation."
            )
        from tests.bench.results import report
        from tests.bench.suite import run

        if not 0 < options["scale"] <= 1:
            raise CommandError("--scale takes a number above 0, up to 1.")
        results = run(options["names"], options["scale"], say=self.stderr.write)
        self.stdout.write(report(results))
