"""The numbers move by themselves: through the stream, and by polling where it is cut."""

import time
from collections.abc import Callable
from statistics import median

from playwright.sync_api import Page, Route, expect

from seatdash import tenancy
from seats.models import Allocation, LedgerEntry
from tests.conftest import Cast
from tests.factories import make_shared_pool


def share_a_pool(stage: Cast) -> list[Allocation]:
    with tenancy.scope(stage.organisation.pk):
        _pool, allocations = make_shared_pool(
            stage.admin, stage.product, [stage.team, stage.other_team], seats=100
        )
    return allocations


def counter(topic: str) -> str:
    return f'[data-live="{topic}"] [data-available]'


def note_when_changed(page: Page, topic: str) -> None:
    """Keep, in the page, when each figure of the topic arrived."""
    page.evaluate(
        """topic => {
            window.seen = {};
            new MutationObserver(() => {
                const now = document.querySelector(`[data-live="${topic}"] [data-available]`);
                if (now) window.seen[now.dataset.available] ??= Date.now() / 1000;
            }).observe(document.body, {subtree: true, childList: true, attributes: true});
        }""",
        topic,
    )


def enrol_in_browser(page: Page, allocation: Allocation, email: str) -> None:
    page.goto(f"/o/north-high/allocations/{allocation.pk}/enrol/")
    page.get_by_label("People").fill(email)
    page.get_by_role("button", name="Enrol").click()
    expect(page.locator("#notices")).to_contain_text("is enrolled")


def seconds_until_shown(page: Page, available: int, at: float) -> float:
    # Not by wait_for_function: it evaluates strings in the page, which the policy refuses.
    until = time.monotonic() + 5
    while (seen := page.evaluate("figure => window.seen[figure] ?? null", str(available))) is None:
        assert time.monotonic() < until, f"{available} was never shown"
        page.wait_for_timeout(10)
    return float(seen) - at


def test_an_enrolment_moves_the_overview_and_the_classroom_within_half_a_second(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    allocations = share_a_pool(stage)
    overview = as_member(stage.admin, "/o/north-high/")
    classroom = as_member(stage.manager, f"/o/north-high/teams/{stage.team.pk}/")
    third = as_member(stage.other_manager)
    note_when_changed(overview, f"product-{stage.product.pk}")
    note_when_changed(classroom, f"allocation-{allocations[0].pk}")
    delays = []
    for number in range(1, 6):
        enrol_in_browser(third, allocations[1], f"pupil-{number}@north.example")
        with tenancy.scope(stage.organisation.pk):
            at = LedgerEntry.objects.filter(kind="enrolled").latest("at").at.timestamp()
        delays += [seconds_until_shown(page, 100 - number, at) for page in (overview, classroom)]
    assert median(delays) < 0.5, delays
    own = classroom.locator(counter(f"allocation-{allocations[0].pk}"))
    expect(own).to_have_attribute("data-used", "0")


def test_a_page_whose_stream_is_cut_polls_and_says_so(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    allocations = share_a_pool(stage)
    classroom = as_member(stage.manager)
    classroom.route("**/live/**", cut)
    classroom.goto(f"/o/north-high/teams/{stage.team.pk}/")
    expect(classroom.locator("#live-status")).to_be_visible(timeout=15_000)
    third = as_member(stage.other_manager)
    enrol_in_browser(third, allocations[1], "pupil@north.example")
    started = time.monotonic()
    shown = classroom.locator(counter(f"allocation-{allocations[0].pk}"))
    expect(shown).to_have_attribute("data-available", "99", timeout=15_000)
    assert time.monotonic() - started < 15
    classroom.unroute("**/live/**")
    expect(classroom.locator("#live-status")).to_be_hidden(timeout=40_000)


def cut(route: Route) -> None:
    route.abort()
