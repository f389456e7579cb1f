"""Several people at once, each in a browser of their own: what one does, the others see."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from seatdash import tenancy
from seats.models import Allocation, Pool
from seats.services import requests
from seats.services.allocation import share
from teams.models import TeamMember
from teams.services import appoint, create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool


def shows(page: Page, topic: str, **figures: int) -> None:
    for name, number in figures.items():
        shown = page.locator(f'#main [data-live="{topic}"] [data-used]').first
        expect(shown).to_have_attribute(f"data-{name}", str(number))


def five_classrooms(stage: Cast) -> tuple[Pool, list[Allocation]]:
    """100 seats for A to E: A, B and C use 10, 20 and 35; D is managed by the other manager."""
    admin = stage.admin
    with tenancy.scope(stage.organisation.pk):
        pool, allocations = make_shared_pool(
            admin, stage.product, [stage.team, stage.other_team], 100
        )
        rest = [create_team(actor=admin, name=f"Classroom {letter}") for letter in "CDE"]
        appoint(actor=admin, team=rest[1], member=stage.other_manager, role=TeamMember.Role.MANAGER)
        allocations += [share(actor=admin, pool=pool, team=team) for team in rest]
        for allocation, many in zip(allocations, (10, 20, 35), strict=False):
            enrol_new(admin, allocation, many)
    return pool, allocations


def test_one_classroom_enrols_and_all_five_see_what_is_left(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    pool, allocations = five_classrooms(stage)
    classroom = as_member(stage.manager, f"/o/north-high/teams/{stage.team.pk}/")
    admin = as_member(stage.admin, f"/o/north-high/pools/{pool.pk}/")
    fourth = as_member(stage.other_manager, f"/o/north-high/teams/{allocations[3].team_id}/")
    for allocation, used in zip(allocations, (10, 20, 35, 0, 0), strict=True):
        shows(admin, f"allocation-{allocation.pk}", used=used, available=35)
    shows(classroom, f"allocation-{allocations[0].pk}", used=10, available=35)
    fourth.get_by_role("link", name="Enrol in").click()
    fourth.get_by_role("dialog").get_by_label("People").fill("kim@north.example")
    fourth.get_by_role("dialog").get_by_role("button", name="Enrol").click()
    for allocation, used in zip(allocations, (10, 20, 35, 1, 0), strict=True):
        shows(admin, f"allocation-{allocation.pk}", used=used, available=34)
    shows(classroom, f"allocation-{allocations[0].pk}", used=10, available=34)
    shows(fourth, f"allocation-{allocations[3].pk}", used=1, available=34)
    # The admin is told who; the other classroom is not, nor that it was Classroom D.
    expect(admin.locator(".counter__news").first).to_have_text("+1 · Manager B")
    expect(admin.locator("#live-news")).to_contain_text("Shared: +1 · Manager B")
    heard = classroom.content()
    assert "counter__news" not in heard
    assert not any(secret in heard for secret in ("Manager B", "Classroom D", "kim@"))


def test_request_is_answered_while_the_manager_looks_on(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=5)
        asked = requests.ask(
            actor=stage.manager, team=stage.team, product=stage.product, seats=7, reason="spring"
        )
    page = as_member(stage.manager, f"/o/north-high/teams/{stage.team.pk}/")
    page.evaluate("window.isTheSamePage = true")
    expect(page.locator("#asked")).to_contain_text("Open requests")
    admin = as_member(stage.admin, f"/o/north-high/requests/{asked.pk}/approve/")
    admin.locator("#main button.button--primary").click()
    shows(page, f"allocation-{allocation.pk}", capacity=12, available=12)
    expect(page.locator("#asked")).to_contain_text("Approved")
    expect(page.locator("#asked")).not_to_contain_text("Open requests")
    assert page.evaluate("window.isTheSamePage")


def test_two_admins_see_each_other_work_and_neither_overwrites_the_other(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    with tenancy.scope(stage.organisation.pk):
        pool, _ = make_shared_pool(stage.admin, stage.product, [stage.team], seats=10)
        second_admin = stage.finance
        second_admin.role = "admin"
        second_admin.save()
    address, topic = f"/o/north-high/pools/{pool.pk}/", f"pool-{pool.pk}"
    first, second = as_member(stage.admin, address), as_member(second_admin, address)
    second.get_by_role("link", name="Take away").click()
    second.get_by_role("dialog").get_by_label("Seats to take away").fill("4")
    first.get_by_role("link", name="Add seats").click()
    first.get_by_role("dialog").get_by_label("Seats").fill("5")
    first.get_by_role("dialog").locator("button.button--primary").click()
    shows(first, topic, capacity=15)
    # The number moves behind the open dialog; what was typed is neither lost nor done unseen.
    shows(second, topic, capacity=15)
    dialog = second.locator("#dialog")
    dialog.get_by_role("button", name="Take away").click()
    expect(dialog.locator(".refusal")).to_contain_text("Someone changed this")
    expect(dialog.locator(".refusal")).to_be_focused()
    expect(dialog.get_by_label("Seats to take away")).to_have_value("4")
    dialog.get_by_role("button", name="Take away").click()
    for page in (first, second):
        shows(page, topic, capacity=11, available=11)
