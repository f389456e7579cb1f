"""docs/api.md: every line of it that a shell can run is run, against the real server."""

import os
import re
import subprocess
from pathlib import Path

from seatdash import tenancy
from seatdash.api.contract import document
from seats.models import Enrolment, Pool
from tests.api.conftest import program_of
from tests.conftest import Cast
from tests.endure.killing import serving

DOC = Path(__file__).parents[2] / "docs" / "api.md"
SETTINGS = re.compile(r"^export .*$", re.MULTILINE)
# Each call must be answered well, and says where it stands if it is not.
STRICT = """set -euo pipefail
curl() { command curl -sS --fail-with-body --retry 60 --retry-delay 1 --retry-connrefused "$@"; }
"""


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)


def test_every_line_of_the_document_works(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        stage.product.code = "OLD"
        stage.product.save()
        secret = program_of(stage.admin).secret
    script = "\n".join([STRICT, *(SETTINGS.sub("", block) for block in blocks())])
    with serving() as server:
        given = {"SEATDASH": f"http://127.0.0.1:{server.port}/api/v1", "TOKEN": secret}
        done = subprocess.run(
            ["bash", "-c", script],
            env=os.environ | given,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    with tenancy.scope(stage.organisation.pk):
        assert set(Pool.objects.values_list("capacity", flat=True)) == {10, 20}
        live = Enrolment.objects.live().values_list("member__email", flat=True)
        assert sorted(live) == ["ada@north.example", "bob@north.example", "kim@north.example"]


def test_every_call_is_in_the_document() -> None:
    text = DOC.read_text(encoding="utf-8")
    for path in document()["paths"]:
        told = re.sub(r"\{\w+\}", "$", path.removeprefix("/api/v1"))
        assert f"$SEATDASH{told.split('$')[0].rstrip('/')}" in text, path
