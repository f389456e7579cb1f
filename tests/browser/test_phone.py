"""What is particular to a page of the width of a phone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.conftest import Cast


def test_the_tab_that_is_shown_is_in_sight(stage: Cast, as_member: Callable[..., Page]) -> None:
    viewport = {"width": 390, "height": 844}
    page = as_member(stage.admin, "/o/north-high/settings/privacy/", viewport=viewport)
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.99)
    page.goto("/o/north-high/settings/")
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.99)
