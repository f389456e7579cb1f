"""`manage.py bench` at a hundredth: that it measures and tells, not what it finds."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from tests.bench.results import Compared, Round, report

MANAGE = Path(__file__).resolve().parent.parent.parent / "manage.py"


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(MANAGE), "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def databases() -> set[str]:
    return scratch_databases()


def scratch_databases() -> set[str]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as server:
        names = server.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'seatdash_bench%'"
        )
        return {name for (name,) in names}


def test_measures_and_leaves_nothing_behind(databases: set[str]) -> None:
    done = bench("P3", "--scale", "0.01")
    assert done.returncode == 0, done.stderr
    verdict = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"P3 ratio \d+\.\d\d goal <=2\.00 (met|missed)", verdict)
    assert scratch_databases() <= databases


@pytest.mark.parametrize(
    ("names", "scale", "message"),
    [(["P99"], 1, "There is no benchmark P99"), (["P1"], 0, "--scale takes a number")],
)
def test_what_cannot_be_measured_is_said(names: list[str], scale: float, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("bench", *names, scale=scale)


def test_pages_are_measured_with_as_many_queries_in_a_large_town_as_in_a_small_one() -> None:
    done = bench("P6", "--scale", "0.005")
    assert done.returncode == 0, done.stderr
    assert re.search(r"overview, \d+ queries with 10 pools and with all", done.stdout)
    assert re.search(r"team page, \d+ queries with 10 pools and with all", done.stdout)
    verdict = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"P6 ratio \d+\.\d\d goal <=3\.00 (met|missed)", verdict)


def test_growth_is_measured_on_books_that_balance() -> None:
    done = bench("P8", "--scale", "0.001")
    assert done.returncode == 0, done.stderr
    assert "an enrolment, 1,195 and 10,000 ledger entries" in done.stdout
    verdict = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"P8 ratio \d+\.\d\d goal <=1\.15 (met|missed)", verdict)


def test_verdict_takes_the_median_of_the_rounds() -> None:
    rounds = [Round(100, 50), Round(100, 65), Round(100, 90)]
    found = Compared("P1", "enrolments", " /s", rounds, goal=0.6, at_least=True)
    assert report([found]).endswith("P1 ratio 0.65 goal >=0.60 met")
