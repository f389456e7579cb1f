"""Long files: the worker checks and writes them, tells how far it is, and leaves nothing half."""

from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from orgs.models import Member
from seatdash import tenancy
from seats import tasks
from seats.imports import running
from seats.imports.background import work_on
from seats.imports.progress import Progress
from seats.models import Import
from seats.resources.teams import TeamSheet
from teams.models import Team
from tests.conftest import Cast
from tests.pages import text, url
from tests.seats.test_tasks import run_the_worker

ROWS = 5
TEXT = ("name\n" + "".join(f"Team {n}\n" for n in range(ROWS))).encode()


@pytest.fixture(autouse=True)
def five_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LONG", ROWS - 1)


def upload_long(cast: Cast) -> Import:
    source = running.upload(actor=cast.admin, kind=Import.Kind.TEAMS, name="long.csv", content=TEXT)
    return running.match(actor=cast.admin, source=source, columns={"name": 0})


def now(cast: Cast, source: Import) -> Import:
    with tenancy.scope(cast.organisation.pk):
        return Import.objects.get(pk=source.pk)


def teams(cast: Cast) -> int:
    with tenancy.scope(cast.organisation.pk):
        return Team.objects.filter(name__startswith="Team ").count()


def test_worker_checks_and_writes_a_long_file(stage: Cast) -> None:
    source = upload_long(stage)
    assert source.state == "checking"
    client = stage.client(stage.admin)
    address = url(stage, "import-file", source.pk)
    assert "Checking the rows" in text(client.get(address))
    run_the_worker()
    checked = now(stage, source)
    assert (checked.state, checked.new, teams(stage)) == ("checked", ROWS, 0)
    client.post(address, {"step": "confirm"})
    assert "Importing" in text(client.get(address))
    run_the_worker()
    assert now(stage, source).state == "done"
    assert teams(stage) == ROWS


def test_who_is_no_admin_any_more_imports_nothing(stage: Cast) -> None:
    source = upload_long(stage)
    run_the_worker()
    running.confirm(actor=stage.admin, source=now(stage, source))
    with tenancy.scope(stage.organisation.pk):
        Member.objects.filter(pk=stage.admin.pk).update(role="finance")
    run_the_worker()
    assert now(stage, source).state == "failed"
    assert teams(stage) == 0


def test_progress_is_seen_before_anything_is_committed(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        source = Import.objects.create(
            organisation=stage.organisation, kind="teams", content=b"", created_by=stage.admin
        )
    with tenancy.scope(stage.organisation.pk), Progress(source) as progress:
        Team.objects.filter(pk=stage.team.pk).update(name="x")
        progress.tell(30, 100)
        with connection.copy().cursor() as beside:
            beside.execute("SELECT set_config('seatdash.system', 'on', false)")
            beside.execute("SELECT done, todo FROM seats_import")
            assert beside.fetchone() == (30, 100)
            beside.execute("SELECT set_config('seatdash.system', '', false)")


def test_progress_fragment_asks_again_until_it_is_over(stage: Cast) -> None:
    source = upload_long(stage)
    client = stage.client(stage.admin)
    asked = {"HX-Request": "true", "HX-Target": "import-progress"}
    fragment = client.get(url(stage, "import-file", source.pk), headers=asked)
    assert b'hx-trigger="every 1s"' in fragment.content
    assert b"<html" not in fragment.content
    run_the_worker()
    over = client.get(url(stage, "import-file", source.pk), headers=asked)
    assert over["HX-Refresh"] == "true"


def test_work_that_breaks_leaves_nothing_and_says_so(
    stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = upload_long(stage)
    run_the_worker()
    running.confirm(actor=stage.admin, source=now(stage, source))

    def write(sheet: TeamSheet, *, reason: str, tell: Any) -> None:
        original(sheet, reason=reason, tell=tell)
        raise OSError("the disk is full")

    original = TeamSheet.write
    monkeypatch.setattr(TeamSheet, "write", write)
    run_the_worker()
    broken = now(stage, source)
    assert (broken.state, teams(stage)) == ("failed", 0)
    assert "nothing was imported" in broken.problem


def test_job_of_a_killed_worker_is_taken_up_again(stage: Cast) -> None:
    source = upload_long(stage)
    # As a worker leaves it that was killed: taken, and nobody is at it.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    tasks.resume.configure().defer(timestamp=0)
    run_the_worker()
    assert now(stage, source).state == "checked"


def test_job_that_runs_twice_does_its_work_once(stage: Cast) -> None:
    source = upload_long(stage)
    job = {
        "organisation": str(stage.organisation.pk),
        "source": str(source.pk),
        "actor": str(stage.admin.pk),
        "language": "",
    }
    tasks.check_import(**job)
    running.confirm(actor=stage.admin, source=now(stage, source))
    tasks.apply_import(**job)
    tasks.apply_import(**job)
    tasks.check_import(**job)
    assert now(stage, source).state == "done"
    assert teams(stage) == ROWS


def test_file_discarded_while_it_is_checked_is_left_alone(stage: Cast) -> None:
    source = upload_long(stage)
    running.discard(actor=stage.admin, source=source)
    run_the_worker()
    jobs = ProcrastinateJob.objects.filter(args__source=str(source.pk))
    assert list(jobs.values_list("status", flat=True)) == ["succeeded"]


def test_old_files_are_forgotten_and_what_they_brought_stays(stage: Cast) -> None:
    source = upload_long(stage)
    run_the_worker()
    running.confirm(actor=stage.admin, source=now(stage, source))
    run_the_worker()
    tasks.forget_imports(timestamp=0)
    assert now(stage, source).state == "done"
    with tenancy.scope(stage.organisation.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE seats_import SET created_at = now() - interval '31 days'")
    tasks.forget_imports(timestamp=0)
    with tenancy.scope(stage.organisation.pk):
        assert not Import.objects.exists()
    assert teams(stage) == ROWS


def test_words_are_in_the_language_of_whoever_waits(stage: Cast) -> None:
    spoken: list[str] = []

    def step(**_facts: Any) -> None:
        spoken.append(translation.get_language())

    job = {"organisation": str(stage.organisation.pk), "actor": str(stage.admin.pk)}
    work_on(step, source=str(upload_long(stage).pk), language="de", **job)
    assert spoken == ["de"]
