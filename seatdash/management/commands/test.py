from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from seatdash.processes import ROOT

# What a person looks at one test with does not go together with several processes.
ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "-s", "--capture=no", "--collect-only")
SECONDS_TO_STOP = 20
# A file stays together: what its tests share is made once. Files keep their order: those of the
# browser leave an event loop behind in their thread, and are put last (tests/browser/conftest.py).
TWO_PROCESSES = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


class Command(BaseCommand):
    help = "Runs the tests with pytest; whatever follows goes to pytest."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, add_help=False, **kwargs)

    def run_from_argv(self, argv: list[str]) -> None:
        """Django's own options are not looked for: `-v` and `--help` are pytest's here."""
        sys.exit(run_pytest(argv[2:]))

    def handle(self, *_args: Any, **_options: Any) -> None:
        sys.exit(run_pytest([]))


def run_pytest(arguments: list[str]) -> int:
    """A child, so that its end is clean however it comes about; its exit code is ours."""
    command = [sys.executable, "-m", "pytest", *in_parallel(arguments), *arguments]
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
    # Ctrl-C reaches it too: it tells what it has and ends, and we wait for that.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    except SystemExit:
        process.send_signal(signal.SIGINT)
        raise
    finally:
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()


def in_parallel(arguments: list[str]) -> list[str]:
    """The whole suite, or folders of it, in two processes; a file or less in one."""
    by_hand = any(word.startswith(ONE_PROCESS) or word.endswith("no:xdist") for word in arguments)
    few = any(".py" in word for word in arguments)
    return [] if by_hand or few or os.cpu_count() == 1 else TWO_PROCESSES
