"""Pages that everyone can use: axe finds nothing, nothing breaks the content security policy."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from seatdash import tenancy
from seats.models import Allocation
from tests.conftest import Cast
from tests.factories import enrol_new, make_shared_pool

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def furnish(stage: Cast) -> Allocation:
    with tenancy.scope(stage.organisation.pk):
        _pool, allocations = make_shared_pool(
            stage.admin, stage.product, [stage.team, stage.other_team], seats=12
        )
        enrol_new(stage.admin, allocations[0], 3)
        return allocations[0]


def pages_of(stage: Cast, allocation: Allocation) -> Iterator[str]:
    team, pool, product = stage.team.pk, allocation.pool_id, stage.product.pk
    yield from ("", "products/", f"products/{product}/", "pools/", f"pools/{pool}/", "teams/")
    yield from (f"teams/{team}/", "people/", f"people/{stage.manager.pk}/", "activity/")
    yield from ("reports/", "books/", "settings/", f"teams/{team}/allocate/", "teams/new/")
    yield from (f"teams/{team}/transfer/", f"allocations/{allocation.pk}/enrol/", "pools/new/")
    yield from (f"pools/{pool}/terms/", f"pools/{pool}/take-away/", f"pools/{pool}/archive/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_page_breaks_the_policy(
    stage: Cast, as_member: Callable[..., Page], scheme: str
) -> None:
    allocation = furnish(stage)
    page = as_member(stage.admin, color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    found = {}
    for path in pages_of(stage, allocation):
        page.goto(f"/o/north-high/{path}")
        results = Axe().run(page, options=RULES)
        if results.violations_count:
            found[path] = results.generate_report()
    assert not found, "\n".join(f"{path}\n{report}" for path, report in found.items())
    assert not complaints


def test_pages_of_a_fresh_organisation_say_what_to_do(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    page = as_member(stage.outsider)
    for path in ("", "products/", "pools/", "teams/"):
        page.goto(f"/o/acme/{path}")
        assert page.locator("#main .empty, #main ol, #main .steps").count(), path


def test_no_page_is_wider_than_a_phone(stage: Cast, as_member: Callable[..., Page]) -> None:
    allocation = furnish(stage)
    page = as_member(stage.admin, viewport={"width": 390, "height": 844})
    too_wide = {}
    for path in pages_of(stage, allocation):
        page.goto(f"/o/north-high/{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            too_wide[path] = width
    assert not too_wide
