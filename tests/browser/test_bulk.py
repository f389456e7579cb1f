"""Many at once: selected in a list, shown before it is done, and undone from the message."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from seatdash import tenancy
from seats.models import Enrolment
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation


def test_bulk_revoke_with_undo(stage: Cast, as_member: Callable[..., Page]) -> None:
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=10)
        enrol_new(stage.admin, allocation, 5)
    pool = as_member(stage.finance, f"/o/north-high/pools/{allocation.pool_id}/")
    used = pool.locator(f'[data-live="pool-{allocation.pool_id}"] [data-used]').first
    page = as_member(stage.admin, "/o/north-high/enrolments/")
    boxes = page.get_by_role("checkbox", name="Select learner")
    bar = page.get_by_role("form", name="Selected")

    expect(bar).to_be_hidden()
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(bar).to_contain_text("5 selected")
    boxes.nth(0).uncheck()
    boxes.nth(4).uncheck()

    bar.get_by_role("button", name="Revoke").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row", name="Classroom A ACC-101")).to_contain_text("becomes 2")
    expect(dialog.get_by_text("Ends now; its seat is free")).to_have_count(3)
    dialog.get_by_role("button", name="Revoke 3 enrolments").click()
    expect(dialog.get_by_label("Reason")).to_be_focused()
    dialog.get_by_label("Reason").fill("wrong list")
    dialog.get_by_role("button", name="Revoke 3 enrolments").click()

    notice = page.locator("#notices")
    expect(notice).to_contain_text("Revoked 3 enrolments. Their seats are free.")
    expect(boxes).to_have_count(2)
    expect(used).to_have_attribute("data-used", "2")
    notice.get_by_role("button", name="Undo").click()
    expect(notice).to_contain_text("Undone: 3 enrolments are live again.")
    expect(boxes).to_have_count(5)
    expect(used).to_have_attribute("data-used", "5")
    with tenancy.scope(stage.organisation.pk):
        assert Enrolment.objects.live().count() == 5


def test_bulk_revoke_without_javascript(stage: Cast, as_member: Callable[..., Page]) -> None:
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=10)
        enrol_new(stage.admin, allocation, 3)
    page = as_member(stage.admin, "/o/north-high/enrolments/", java_script_enabled=False)
    boxes = page.get_by_role("checkbox", name="Select learner")
    boxes.nth(0).check()
    boxes.nth(2).check()
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_label("Reason").fill("wrong list")
    page.get_by_role("button", name="Revoke 2 enrolments").click()
    expect(page.locator("#notices")).to_contain_text("Revoked 2 enrolments.")
    page.get_by_role("button", name="Undo").click()
    expect(boxes).to_have_count(3)
