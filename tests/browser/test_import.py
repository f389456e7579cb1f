"""Importing in Chromium: a file with errors, corrected and confirmed; a long one that is left."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob

from seatdash import tenancy
from seats import tasks
from seats.imports.running import LONG
from teams.models import Team
from tests.conftest import Cast

WRONG = "Name;Part of\nNorth;\nMaths;Nrth\n;North\n"
RIGHT = "Name;Part of\nNorth;\nMaths;North\nClassroom A;\n"


def upload(page: Page, text: str) -> None:
    file: FilePayload = {"name": "teams.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("File", exact=True).set_input_files([file])
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Check the rows").click()


def names(cast: Cast) -> set[str]:
    with tenancy.scope(cast.organisation.pk):
        return set(Team.objects.values_list("name", flat=True))


def test_import_with_errors(stage: Cast, as_member: Callable[..., Page]) -> None:
    page = as_member(stage.admin, "/o/north-high/import/")
    upload(page, WRONG)
    main = page.locator("#main")
    expect(main).to_contain_text("2 rows are wrong, so nothing can be imported yet.")
    rows = page.locator("#rows tbody tr")
    expect(rows.nth(1)).to_contain_text("there is no team “Nrth”")
    expect(rows.nth(2)).to_contain_text("Name is missing.")
    page.get_by_role("link", name="Wrong 2").click()
    expect(rows).to_have_count(2)
    assert names(stage) == {"Classroom A", "Classroom B"}
    page.get_by_role("link", name="Upload another file").click()
    upload(page, RIGHT)
    expect(main).to_contain_text("All rows are imported together, or none.")
    page.get_by_role("button", name="Import 2 rows").click()
    expect(main).to_contain_text("Imported on")
    expect(rows.nth(0)).to_contain_text("Added")
    expect(rows.nth(2)).to_contain_text("Same")
    assert names(stage) == {"Classroom A", "Classroom B", "North", "Maths"}
    with page.expect_download() as result:
        page.get_by_role("link", name="Download rows").click()
    text = result.value.path().read_text()
    assert text.splitlines()[2] == "3,Added,,Maths,North"


def test_long_import_is_left_and_come_back_to(stage: Cast, as_member: Callable[..., Page]) -> None:
    page = as_member(stage.admin, "/o/north-high/import/")
    upload(page, "name\n" + "".join(f"Team {n}\n" for n in range(LONG + 1)))
    main = page.locator("#main")
    expect(main).to_contain_text("Checking the rows")
    page.goto("/o/north-high/import/")
    expect(main).to_contain_text("Being checked")
    page.get_by_role("link", name="teams.csv").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    job = ProcrastinateJob.objects.filter(task_name=tasks.check_import.name).latest("id")
    tasks.check_import(**job.args)
    # The page finds out by itself.
    expect(page.get_by_role("button", name="Import 501 rows")).to_be_visible()
    assert len(names(stage)) == 2
