"""Sums beside the counters move with them; dialogs do what the pages do."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from seatdash import tenancy
from seats.models import Allocation, Pool
from seats.services.catalogue import create_product
from seats.services.stock import issue
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation


def give_seats(stage: Cast, seats: int = 10) -> Allocation:
    with tenancy.scope(stage.organisation.pk):
        return make_allocation(stage.admin, stage.team, stage.product, seats=seats)


def test_sums_of_the_overview_follow_the_stream(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    allocation = give_seats(stage, seats=1200)
    with tenancy.scope(stage.organisation.pk):
        law = create_product(actor=stage.admin, code="LAW-300", name="Contract Law")
    overview = as_member(stage.finance, "/o/north-high/")
    strip = overview.locator(".figures")
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.admin, allocation, 3)
    expect(strip.locator('[data-sum="used"]')).to_have_text("3")
    expect(strip.locator('[data-sum="free"]')).to_have_text("1,197")
    with tenancy.scope(stage.organisation.pk):
        issue(actor=stage.admin, product=law, seats=40)
    expect(strip.locator('[data-sum="stock"]')).to_have_text("40")
    expect(strip.locator('[data-sum="stock allocated"]')).to_have_text("1,240")
    row = overview.get_by_role("row", name="Contract Law")
    expect(row.locator('[data-sum="stock"]')).to_have_text("40")
    expect(row.locator('[data-sum="allocated"]')).to_have_text("0")


def test_seats_are_added_in_the_dialog_and_a_refusal_appears_in_it(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    allocation = give_seats(stage)
    page = as_member(stage.admin, f"/o/north-high/pools/{allocation.pool_id}/")
    page.get_by_role("link", name="Take away").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Seats to take away").fill("11")
    dialog.get_by_role("button", name="Take away").click()
    expect(dialog.locator(".refusal")).to_contain_text("There are fewer seats than that.")
    expect(dialog.get_by_label("Seats to take away")).to_have_value("11")
    dialog.get_by_label("Seats to take away").fill("4")
    dialog.get_by_role("button", name="Take away").click()
    expect(page.locator("#notices")).to_contain_text("It has 6 now, 6 available.")
    with tenancy.scope(stage.organisation.pk):
        assert Pool.objects.get(pk=allocation.pool_id).capacity == 6


def test_pool_is_changed_without_javascript(stage: Cast, as_member: Callable[..., Page]) -> None:
    allocation = give_seats(stage)
    path = f"/o/north-high/pools/{allocation.pool_id}/"
    page = as_member(stage.admin, path, java_script_enabled=False)
    page.get_by_role("link", name="Add seats").click()
    page.get_by_label("Seats to add").fill("5")
    page.get_by_role("button", name="Add seats").click()
    expect(page.locator("#notices")).to_contain_text("Added 5 seats")
    page.get_by_role("link", name="Change the terms").click()
    page.get_by_label("A number of days after it starts").check()
    page.get_by_label("Days", exact=True).fill("30")
    page.get_by_role("button", name="Change terms").click()
    expect(page.locator(".terms")).to_contain_text("30 days from its start")
