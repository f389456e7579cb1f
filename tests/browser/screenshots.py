"""The pictures in the README, taken of a running demo so that they stay true."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.sign_in import sign_in

PASSWORD = "demo-seatdash"
DESK = (1280, 860)
PHONE = (390, 844)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page as somebody sees it: `clicks` are the links to follow from where they land."""

    name: str
    who: str
    clicks: tuple[str, ...] = ()
    size: tuple[int, int] = DESK
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture(name="overview", who="admin"),
    Picture(name="overview-dark", who="admin", scheme="dark"),
    Picture(name="pool", who="admin", clicks=("Pools", "Accounting, all classrooms")),
    Picture(name="team", who="manager-a"),
    Picture(name="team-phone", who="manager-a", size=PHONE),
)


def take_pictures(url: str, folder: Path) -> list[Path]:
    """Take every picture of the demo at `url`; answers the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            return [_take(browser, url, picture, folder) for picture in PICTURES]
        finally:
            browser.close()


def _take(browser: Browser, url: str, picture: Picture, folder: Path) -> Path:
    width, height = picture.size
    page = browser.new_page(
        base_url=url,
        color_scheme=picture.scheme,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    sign_in(page, f"{picture.who}@north.example", PASSWORD)
    for text in picture.clicks:
        page.get_by_role("link", name=text, exact=True).first.click()
        page.wait_for_load_state()
    path = folder / f"{picture.name}.png"
    page.screenshot(path=path)
    page.close()
    return path
