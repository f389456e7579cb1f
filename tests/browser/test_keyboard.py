"""Everything by keyboard alone; and the focus stays where it was."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from seatdash import tenancy
from seats.models import Enrolment
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_member


def choose(page: Page, words: str) -> None:
    """Open the palette, say what one wants, and go."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.labels?.[0]?.innerText || document.activeElement.ariaLabel ||"
            " document.activeElement.innerText || ''"
        )
        if re.sub(r"\s+", " ", focused).strip().startswith(name):
            return
    raise AssertionError(f"Tab never reaches {name}")


def test_main_job_by_keyboard_alone(stage: Cast, as_member: Callable[..., Page]) -> None:
    page = as_member(stage.admin, "/o/north-high/")
    dialog, keys = page.locator("#dialog"), page.keyboard
    choose(page, "give seats classroom a")
    expect(dialog.locator("[name=mode]").first).to_be_focused()
    tab_to(page, "Product")
    keys.type("ACC")
    tab_to(page, "Seats")
    keys.type("3")
    keys.press("Enter")
    expect(page.locator("#notices")).to_contain_text("Classroom A")
    choose(page, "enrol acc")
    expect(dialog.get_by_label("People")).to_be_focused()
    keys.type("Kim Abara <kim@north.example>")
    tab_to(page, "Enrol")
    keys.press("Enter")
    # The number may move, live, before the page is made anew.
    expect(page.locator("#notices")).to_contain_text("is enrolled")
    left = page.locator("#main [data-live^=allocation] [data-available]")
    expect(left).to_have_attribute("data-available", "2")
    tab_to(page, "Revoke")
    keys.press("Enter")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    keys.type("moved away")
    keys.press("Enter")
    expect(left).to_have_attribute("data-available", "3")
    with tenancy.scope(stage.organisation.pk):
        assert Enrolment.objects.get().end_reason == "revoked"


def test_focus_and_selection_outlast_what_arrives(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=1)
    page = as_member(stage.admin, f"/o/north-high/teams/{stage.team.pk}/")
    opener = page.locator(".tiles").get_by_role("link", name="Enrol in")
    opener.focus()
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.admin, allocation)
    expect(page.locator("#main [data-used]").first).to_have_attribute("data-used", "1")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    dialog.get_by_label("People").fill("nobody")
    dialog.get_by_role("button", name="Enrol").press("Enter")
    expect(dialog.get_by_label("People")).to_be_focused()
    expect(dialog.get_by_label("People")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("People").fill("kim@north.example")
    dialog.get_by_role("button", name="Enrol").press("Enter")
    expect(dialog.locator(".refusal")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_list_renews_itself_in_time_but_not_under_a_hand(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    page = as_member(stage.admin)
    page.clock.install()
    page.goto("/o/north-high/people/?q=north")
    rows = page.locator("#people tbody tr")
    expect(rows).to_have_count(4)
    rows.first.get_by_role("link").focus()
    with tenancy.scope(stage.organisation.pk):
        make_member(stage.organisation, "kim@north.example")
    page.clock.fast_forward(65_000)
    page.wait_for_timeout(300)
    expect(rows).to_have_count(4)
    rows.first.get_by_role("link").blur()
    page.clock.fast_forward(65_000)
    expect(rows).to_have_count(5)
    expect(page.locator("#people-total")).to_have_text("5 results")
    page.get_by_role("link", name="E-mail").click()
    expect(page).to_have_url(re.compile("sort=email"))


def test_menu_of_a_phone_and_the_way_past_it(stage: Cast, as_member: Callable[..., Page]) -> None:
    page = as_member(stage.admin, "/o/north-high/", viewport={"width": 390, "height": 844})
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    tab_to(page, "Teams")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Teams")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Teams")
