"""The command palette and the keys, as fingers find them."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_access import RULES, violations
from tests.conftest import Cast


def test_a_team_is_found_and_given_seats_without_the_mouse(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    page = as_member(stage.admin, "/o/north-high/")
    opener = page.get_by_role("link", name="New product").last
    opener.focus()
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Find or do")
    expect(field).to_be_focused()
    # Typed and sent before the answer is here: what goes is what was typed.
    page.keyboard.type("give classroom b")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog-title")).to_have_text("Give seats to Classroom B")
    expect(page.locator("#dialog [name=mode]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("class")
    options = page.get_by_role("option")
    expect(options.first).to_have_text("Classroom A")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert [violations(page, scheme) for scheme in RULES] == ["", ""]
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Classroom B")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "-")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Classroom B")


def test_keys_lead_to_pages_and_rows_but_not_while_one_writes(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    page = as_member(stage.admin, "/o/north-high/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Teams")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#main").get_by_role("link", name="Classroom B")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Next and previous row")
    switch = page.get_by_label("Single keys are on")
    expect(switch).to_be_checked()  # before the dialog has settled it is neither shown nor checked
    switch.uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#main").get_by_role("link", name="Classroom B")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("g t ? / j")
    expect(page.get_by_role("combobox", name="Find or do")).to_have_value("g t ? / j")


def test_the_search_is_a_page_without_javascript(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    page = as_member(stage.admin, "/o/north-high/", java_script_enabled=False)
    page.get_by_role("link", name="Find").last.click()
    page.locator("#q").fill("classroom b")
    page.get_by_role("button", name="Find").click()
    page.locator("#main").get_by_role("link", name="Give seats to Classroom B").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Give seats to Classroom B")
