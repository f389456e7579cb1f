"""docs/api.md and README.md: every call that they show is made, against the real server."""

import os
import re
import subprocess
from pathlib import Path

from seatdash import tenancy
from seatdash.api.contract import document
from seats.models import Enrolment, Pool
from tests.api.conftest import program_of
from tests.conftest import Cast
from tests.endure.serving import serving

ROOT = Path(__file__).parents[2]
DOC, README = ROOT / "docs" / "api.md", ROOT / "README.md"
SETTINGS = re.compile(r"^export .*$", re.MULTILINE)
# Each call must be answered well, and says where it stands if it is not.
STRICT = """set -euo pipefail
curl() { command curl -sS --fail-with-body --retry 60 --retry-delay 1 --retry-connrefused "$@"; }
"""


def blocks(page: Path) -> list[str]:
    found = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [SETTINGS.sub("", block) for block in found if "$SEATDASH" in block or "$TOKEN" in block]


def run_lines(cast: Cast, page: Path) -> None:
    with tenancy.scope(cast.organisation.pk):
        cast.product.code = "OLD"
        cast.product.save()
        secret = program_of(cast.admin).secret
    with serving() as server:
        given = {"SEATDASH": f"http://127.0.0.1:{server.port}/api/v1", "TOKEN": secret}
        done = subprocess.run(
            ["bash", "-c", "\n".join([STRICT, *blocks(page)])],
            env=os.environ | given,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}"


def live(cast: Cast) -> list[str]:
    with tenancy.scope(cast.organisation.pk):
        return sorted(Enrolment.objects.live().values_list("member__email", flat=True))


def test_every_line_of_the_document_works(stage: Cast) -> None:
    run_lines(stage, DOC)
    with tenancy.scope(stage.organisation.pk):
        assert set(Pool.objects.values_list("capacity", flat=True)) == {10, 20}
    assert live(stage) == ["ada@north.example", "bob@north.example", "kim@north.example"]


def test_every_call_of_the_readme_works(stage: Cast) -> None:
    run_lines(stage, README)
    with tenancy.scope(stage.organisation.pk):
        assert Pool.objects.get().capacity == 25
    assert live(stage) == ["kim@north.example"]


def test_every_call_is_in_the_document() -> None:
    text = DOC.read_text(encoding="utf-8")
    for path in document()["paths"]:
        told = re.sub(r"\{\w+\}", "$", path.removeprefix("/api/v1"))
        assert f"$SEATDASH{told.split('$')[0].rstrip('/')}" in text, path
