"""Pages that everyone can use: axe finds nothing, nothing breaks the content security policy."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from seatdash import tenancy
from seats.models import Allocation, Import
from seats.services.requests import ask, decline
from teams.services.invitations import invite
from tests.conftest import Cast
from tests.factories import enrol_new, make_import, make_shared_pool

# In the dark the same pages have other colours, and nothing else.
RULES: dict[Literal["light", "dark"], Any] = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 860}


def furnish(stage: Cast) -> Allocation:
    with tenancy.scope(stage.organisation.pk):
        _pool, allocations = make_shared_pool(
            stage.admin, stage.product, [stage.team, stage.other_team], seats=12
        )
        enrol_new(stage.admin, allocations[0], 3)
        wish: dict[str, Any] = {"product": stage.product, "seats": 2, "reason": "two more pupils"}
        decline(actor=stage.admin, request=ask(actor=stage.manager, team=stage.team, **wish))
        ask(actor=stage.manager, team=stage.team, **wish)
        invite(actor=stage.admin, email="kim@north.example", team=stage.team)
        return allocations[0]


def pages_of(stage: Cast, allocation: Allocation) -> Iterator[str]:
    team, pool, product = stage.team.pk, allocation.pool_id, stage.product.pk
    yield from ("import/", *imports(stage))
    yield from ("", "products/", f"products/{product}/", "pools/", f"pools/{pool}/", "teams/")
    yield from (f"teams/{team}/", "people/", f"people/{stage.manager.pk}/", "activity/")
    yield "enrolments/"
    yield from (
        "find/?q=class",
        "keys/",
        "reports/",
        "books/",
        "settings/",
        "settings/members/",
        "settings/members/invite/",
        "requests/",
        f"teams/{team}/allocate/",
        "teams/new/",
    )
    yield from (f"teams/{team}/transfer/", f"allocations/{allocation.pk}/enrol/", "pools/new/")
    yield from ("enrolments/", "enrolments/revoke/?all=1", "enrolments/extend/?all=1")
    yield from (f"pools/{pool}/terms/", f"pools/{pool}/take-away/", f"pools/{pool}/archive/")
    yield from ("?as_of=2026-01-01", "reports/statement/", "reports/statement/?by=team")
    yield from ("reports/scheduled/", "reports/scheduled/new/", f"people/{stage.manager.pk}/erase/")
    for tab in ("tokens", "calls", "orders", "webhooks", "learning-systems", "privacy"):
        yield f"settings/{tab}/"


def imports(stage: Cast) -> list[str]:
    """Return the pages of a file that was checked, and of one that waits for the worker."""
    with tenancy.scope(stage.organisation.pk):
        checked = make_import(stage.admin, "name,parent\nGood,\nBad,Nowhere\n")
        waiting = make_import(stage.admin)
        Import.objects.filter(pk=waiting.pk).update(state=Import.State.CHECKING)
    return [f"import/{checked.pk}/", f"import/{checked.pk}/columns/", f"import/{waiting.pk}/"]


def test_pages_are_for_everyone_by_day_by_night_and_on_a_phone(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    """One tour for all of it: opening the pages is what takes the time."""
    allocation = furnish(stage)
    page = as_member(stage.admin)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    found, too_wide = [], []
    for path in pages_of(stage, allocation):
        page.goto(f"/o/north-high/{path}")
        found += [report for scheme in RULES if (report := violations(page, scheme))]
        too_wide += [path] if width_on_a_phone(page) > PHONE["width"] else []
    assert not found, "\n".join(found)
    assert not too_wide
    assert not complaints


def violations(page: Page, scheme: Literal["light", "dark"]) -> str:
    """Return what axe finds on the page in light or dark, '' for nothing."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    results = Axe().run(page, options=RULES[scheme])
    if not results.violations_count:
        return ""
    return f"{page.url} in {scheme}\n{results.generate_report()}"


def width_on_a_phone(page: Page) -> int:
    page.set_viewport_size(PHONE)
    width: int = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(DESKTOP)
    return width


def test_pages_of_a_fresh_organisation_say_what_to_do(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    page = as_member(stage.outsider)
    for path in ("", "products/", "pools/", "teams/"):
        page.goto(f"/o/acme/{path}")
        assert page.locator("#main .empty, #main ol, #main .steps").count(), path
