"""The files as others read them: LibreOffice, and a CSV parser that forgives nothing."""

import csv
import os
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from orgs.models import Member
from seats.models import Pool
from seats.services.catalogue import create_product
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.seats.downloads import inside

OFFICE = shutil.which("soffice")
NAMES = ["Żółć 教室 🪑", 'Comma, "quote"', "Two\nlines", "=1+1", "naïve Ünïcode"]
# Comma, quote, UTF-8, from the first row on, all columns as text: for reading a CSV as it is.
AS_TEXT = ":".join(["44,34,76,1", "/".join(f"{column}/2" for column in range(1, 20))])


@pytest.fixture
def furnished(stage: Cast) -> Cast:
    with inside(stage):
        first = make_allocation(stage.admin, stage.team, stage.product, seats=1234)
        other = create_product(actor=stage.admin, code="BIZ-200", name="Ökonomie")
        teams = [stage.team, stage.other_team]
        _pool, shared = make_shared_pool(stage.admin, other, teams, seats=50)
        lines = [*enrol_new(stage.admin, first, 4), *enrol_new(stage.admin, shared[1], 1)]
        for line, name in zip(lines, NAMES, strict=True):
            Member.objects.filter(pk=line.member_id).update(name=name)
        Pool.objects.filter(pk=first.pool_id).update(name="Tränke, 7 Plätze")
    return stage


def save(stage: Cast, name: str, folder: Path) -> Path:
    """Download a file as finance."""
    answer: Any = stage.client(stage.finance).get(stage.url(f"reports/{name}"))
    path = folder / name
    path.write_bytes(b"".join(answer))
    return path


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def sums(rows: list[dict[str, str]]) -> dict[str, int]:
    """Add up every column that holds only numbers."""
    columns = {name: [row[name] for row in rows if row[name]] for name in rows[0]}
    return {
        name: sum(map(int, cells))
        for name, cells in columns.items()
        if cells and all(cell.lstrip("-").isdigit() for cell in cells)
    }


@pytest.mark.parametrize("name", ["usage", "enrolments", "ledger"])
def test_strict_parser_takes_every_record(furnished: Cast, tmp_path: Path, name: str) -> None:
    content = save(furnished, f"{name}.csv", tmp_path).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    rows = read(content.decode("utf-8", "strict"))
    assert all(None not in row and None not in row.values() for row in rows)
    # RFC 4180: records end with CRLF; a bare LF stands in quotes only.
    lone = content.replace(b"\r\n", b"").count(b"\n")
    assert lone == (1 if name == "enrolments" else 0)


def convert(paths: list[Path], folder: Path) -> list[list[dict[str, str]]]:
    """Have LibreOffice open files and save each as CSV: values, not what the screen shows."""
    kind = paths[0].suffix
    into = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"
    reads = [f"--infilter=Text - txt - csv (StarCalc):{AS_TEXT}"] if kind == ".csv" else []
    profile = f"-env:UserInstallation=file://{folder}/profile"
    out = folder / f"from-{kind[1:]}"
    command = [str(OFFICE), profile, "--headless", *reads, "--convert-to", into]
    command += ["--outdir", str(out), *map(str, paths)]
    environment = os.environ | {"HOME": str(folder)}
    subprocess.run(command, check=True, capture_output=True, timeout=120, env=environment)
    return [read((out / f"{path.stem}.csv").read_bytes().decode()) for path in paths]


def test_libreoffice_reads_what_was_written(furnished: Cast, tmp_path: Path) -> None:
    if OFFICE is None:
        word = "There is no LibreOffice here: install Debian's libreoffice-calc-nogui."
        assert not os.environ.get("SEATDASH_REQUIRE_LIBREOFFICE"), word
        pytest.skip(word)
    names = ["usage", "enrolments", "ledger"]
    sources = [save(furnished, f"{name}.csv", tmp_path) for name in names]
    books = [save(furnished, f"{name}.xlsx", tmp_path) for name in names]
    all_written = [read(source.read_bytes().decode()) for source in sources]
    assert convert(sources, tmp_path) == all_written
    for written, seen in zip(all_written, convert(books, tmp_path), strict=True):
        assert len(seen) == len(written)
        assert sums(seen) == sums(written)
        for column in {"email", "team", "pool", "name", "pool_id", "kind"} & set(written[0]):
            plain = [row[column].removeprefix("'") for row in written]
            assert [row[column] for row in seen] == plain
