"""Lists follow the numbers above them; the dialog keeps the focus."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from seatdash import tenancy
from seats.models import Allocation
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation


def give_seats(stage: Cast, seats: int = 10) -> Allocation:
    with tenancy.scope(stage.organisation.pk):
        return make_allocation(stage.admin, stage.team, stage.product, seats=seats)


def test_lists_follow_an_enrolment_made_elsewhere(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    allocation = give_seats(stage)
    overview = as_member(stage.finance, "/o/north-high/")
    expect(overview.locator("#needs")).to_contain_text("Nothing.")
    pool = as_member(stage.admin, f"/o/north-high/pools/{allocation.pool_id}/")
    team = as_member(stage.manager, f"/o/north-high/teams/{stage.team.pk}/")
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.admin, allocation, 10)
    for page in (pool, team):
        expect(page.locator("#holders [role=status]")).to_have_text("10 results")
        expect(page.locator("#holders tbody tr")).to_have_count(10)
    expect(overview.locator("#needs")).to_contain_text("Full")


def test_list_is_left_alone_while_it_is_pointed_at(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    allocation = give_seats(stage)
    page = as_member(stage.manager, f"/o/north-high/teams/{stage.team.pk}/")
    page.locator("#holders").get_by_label("Person").focus()
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.admin, allocation, 3)
    expect(page.locator("#main [data-live] [data-used]")).to_have_attribute("data-used", "3")
    page.wait_for_timeout(3_500)
    expect(page.locator("#holders [role=status]")).to_have_text("0 results")
    page.locator("#holders").get_by_label("Person").blur()
    expect(page.locator("#holders [role=status]")).to_have_text("3 results")


def test_closing_the_answer_to_a_list_shows_the_page_as_it_is_now(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    give_seats(stage)
    page = as_member(stage.admin, f"/o/north-high/teams/{stage.team.pk}/")
    page.get_by_role("link", name="Enrol in").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("People").fill("a@north.example\nb@north.example")
    dialog.get_by_role("button", name="Enrol").click()
    dialog.get_by_role("button", name="Enrol 2 people").click()
    expect(dialog).to_contain_text("2 people were enrolled.")
    expect(dialog.get_by_role("heading", name="Enrolled from the list")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#holders")).to_contain_text("b@north.example")


def test_preview_of_a_transfer_has_the_focus(stage: Cast, as_member: Callable[..., Page]) -> None:
    give_seats(stage)
    page = as_member(stage.admin, f"/o/north-high/teams/{stage.team.pk}/")
    page.get_by_role("link", name="Transfer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Product").select_option(index=1)
    dialog.get_by_label("To team").select_option(index=1)
    dialog.get_by_label("Seats").fill("2")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_role("button", name="Transfer 2 seats")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Transfer seats from")).to_be_focused()


def test_list_narrows_as_one_types_and_the_address_says_so(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    page = as_member(stage.admin, "/o/north-high/teams/")
    page.goto("/o/north-high/people/")
    rows, search = page.locator("#people tbody tr"), page.get_by_label("Name or e-mail")
    expect(rows).to_have_count(4)
    search.press_sequentially("north MANAGER")
    expect(rows).to_have_count(2)
    expect(search).to_be_focused()
    assert search.evaluate("field => field.selectionStart") == len("north MANAGER")
    expect(page.locator("#people-total")).to_have_text("2 results")
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?q=north+MANAGER")
    by_email = page.get_by_role("link", name="E-mail")
    by_email.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=north\+MANAGER&sort=email$"))
    expect(by_email).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows.first).to_contain_text("manager-b")
    page.reload()
    expect(rows.first).to_contain_text("manager-b")
    expect(search).to_have_value("north MANAGER")
    page.evaluate("history.back()")
    expect(rows.first).to_contain_text("manager-a")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile(r"\?q=north\+MANAGER$"))
    expect(rows).to_have_count(2)
    page.go_back()
    expect(page.get_by_role("heading", name="Teams")).to_be_visible()


def test_lists_of_one_page_keep_each_others_part_of_the_address(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    allocation = give_seats(stage)
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.admin, allocation, 3)
    page = as_member(stage.admin, f"/o/north-high/pools/{allocation.pool_id}/")
    page.locator("#teams").get_by_role("link", name="Cap", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"\?teams-sort=cap$"))
    page.locator("#holders").get_by_label("Status").select_option("ended")
    expect(page.locator("#enrolments")).to_contain_text("No enrolment matches")
    expect(page).to_have_url(re.compile(r"\?teams-sort=cap&status=ended$"))
    page.locator("#teams").get_by_role("link", name="Team", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?status=ended&teams-sort=name$"))
    page.reload()
    expect(page.locator("#enrolments")).to_contain_text("No enrolment matches")


def test_filters_keep_within_their_fields(stage: Cast, as_member: Callable[..., Page]) -> None:
    page = as_member(stage.admin, "/o/north-high/activity/")
    fields = page.locator(".filters .field")
    spilled = fields.evaluate_all(
        "fields => fields.filter(each => each.scrollWidth > each.clientWidth)"
        ".map(each => each.innerText)"
    )
    assert fields.count() == 6
    assert spilled == []
