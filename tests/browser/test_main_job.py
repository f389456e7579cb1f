"""The main job in Chromium: give seats, share them, enrol, revoke; with JavaScript and without."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from seatdash import tenancy
from seats.models import Enrolment, Pool
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool


def available(page: Page, count: int) -> None:
    expect(page.locator("#main [data-live^=allocation] [data-available]")).to_have_attribute(
        "data-available", str(count)
    )


def test_five_classrooms_share_a_hundred_seats(stage: Cast, as_member: Callable[..., Page]) -> None:
    admin = as_member(stage.admin, "/o/north-high/pools/new/")
    admin.get_by_label("Product").select_option(label="ACC-101 Accounting for Beginners")
    admin.get_by_label("Name").fill("School year")
    admin.locator("[name=seats]").fill("100")
    admin.locator("#main button.button--primary").click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("School year")
    admin.goto("/o/north-high/teams/new/")
    for letter in "CDE":
        admin.get_by_label("Name", exact=True).fill(f"Classroom {letter}")
        admin.get_by_label("A shared pool").check()
        admin.locator("select[name=shared_pool]").select_option(label="ACC-101 · School year")
        admin.locator("#main button.button--primary").click()
        expect(admin.locator("#notices")).to_contain_text(f"Classroom {letter}")
        admin.goto("/o/north-high/teams/new/")
    for team in (stage.team, stage.other_team):
        admin.goto(f"/o/north-high/teams/{team.pk}/")
        admin.locator("#main .page-header").get_by_role("link", name="Give seats").click()
        dialog = admin.get_by_role("dialog")
        dialog.get_by_label("A shared pool").check()
        dialog.locator("select[name=shared_pool]").select_option(label="ACC-101 · School year")
        dialog.get_by_role("button", name="Give seats").click()
        available(admin, 100)
    manager = as_member(stage.manager, f"/o/north-high/teams/{stage.team.pk}/")
    manager.get_by_role("link", name="Enrol in").click()
    dialog = manager.get_by_role("dialog")
    dialog.get_by_label("People").fill("\n".join(f"p{n}@north.example" for n in range(10)))
    dialog.get_by_role("button", name="Enrol").click()
    dialog.get_by_role("button", name="Enrol 10 people").click()
    expect(dialog).to_contain_text("10 people were enrolled.")
    dialog.get_by_role("link", name="Done").click()
    available(manager, 90)
    available(admin, 90)


def test_refused_enrolment_keeps_what_was_typed(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=2)
    manager = as_member(stage.manager, f"/o/north-high/teams/{stage.team.pk}/")
    manager.get_by_role("link", name="Enrol in").click()
    dialog = manager.get_by_role("dialog")
    dialog.get_by_label("People").fill("a@north.example\nb@north.example")
    dialog.get_by_role("button", name="Enrol").click()
    confirm = dialog.get_by_role("button", name="Enrol 2 people")
    expect(confirm).to_be_visible()
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.admin, allocation)
    confirm.click()
    expect(dialog.locator(".refusal")).to_contain_text("There are not enough seats left.")
    expect(dialog).to_contain_text("1 of 2 lines will be enrolled.")
    dialog.get_by_role("button", name="Change the list").click()
    expect(dialog.get_by_label("People")).to_have_value("a@north.example\nb@north.example")
    dialog.get_by_label("People").fill("a@north.example")
    dialog.get_by_role("button", name="Enrol").click()
    expect(manager.locator("#notices")).to_contain_text("a@north.example is enrolled")
    available(manager, 0)


def test_uploaded_list_is_looked_at_and_then_enrolled(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    with tenancy.scope(stage.organisation.pk):
        make_allocation(stage.admin, stage.team, stage.product, seats=2)
    manager = as_member(stage.manager, f"/o/north-high/teams/{stage.team.pk}/")
    manager.get_by_role("link", name="Enrol in").click()
    dialog = manager.get_by_role("dialog")
    rows = (
        b"Name,E-mail\nKim,kim@north.example\nLee,lee@north.example\nMo,mo@north.example\n,nobody"
    )
    file = FilePayload(name="class.csv", mimeType="text/csv", buffer=rows)
    dialog.get_by_label("Or a file").set_input_files(file)
    dialog.get_by_role("button", name="Enrol").click()
    expect(dialog).to_contain_text("2 of 4 lines will be enrolled.")
    dialog.get_by_role("button", name="Only who stays out").click()
    expect(dialog.locator("tbody tr")).to_have_count(2)
    expect(dialog.locator("tbody tr").first).to_contain_text("No seat left")
    dialog.get_by_role("button", name="Enrol the 2 who fit").click()
    expect(dialog).to_contain_text("2 people were enrolled.")
    dialog.get_by_role("link", name="Done").click()
    available(manager, 0)


def test_transfer_is_previewed_in_the_dialog(stage: Cast, as_member: Callable[..., Page]) -> None:
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=10)
        make_allocation(stage.admin, stage.other_team, stage.product, seats=5)
        enrol_new(stage.admin, allocation, 8)
    admin = as_member(stage.admin, f"/o/north-high/teams/{stage.team.pk}/")
    admin.get_by_role("link", name="Transfer").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_label("Product").select_option(index=1)
    dialog.get_by_label("To team").select_option(label="Classroom B")
    dialog.get_by_label("Seats").fill("4")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog).to_contain_text("over by 2")
    dialog.get_by_role("button", name="Transfer 4 seats").click()
    expect(admin.locator("#notices")).to_contain_text("Moved 4 seats")
    expect(admin.locator("#main .counter__left").first).to_have_text("Over by 2")


def test_preview_follows_what_is_typed(stage: Cast, as_member: Callable[..., Page]) -> None:
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=10)
        enrol_new(stage.admin, allocation, 8)
    admin = as_member(stage.admin, f"/o/north-high/pools/{allocation.pool_id}/")
    admin.get_by_role("link", name="Take away").click()
    seats = admin.get_by_role("dialog").get_by_label("Seats to take away")
    seats.fill("5")
    expect(admin.get_by_role("dialog")).to_contain_text("It will be over-committed by 3")
    expect(seats).to_be_focused()
    seats.fill("1")
    expect(admin.get_by_role("dialog")).to_contain_text("Nobody is affected")


def test_main_job_without_javascript(stage: Cast, as_member: Callable[..., Page]) -> None:
    admin = as_member(stage.admin, "/o/north-high/products/", java_script_enabled=False)
    admin.get_by_role("link", name="New product").first.click()
    admin.get_by_label("Code").fill("LAW-300")
    admin.get_by_label("Name").fill("Contract Law")
    admin.locator("#main button.button--primary").click()
    expect(admin.locator("#notices")).to_contain_text("Contract Law")
    admin.goto(f"/o/north-high/teams/{stage.team.pk}/")
    admin.locator(".page-header").get_by_role("link", name="Give seats").click()
    admin.get_by_label("Product").select_option(label="LAW-300 Contract Law")
    admin.locator("[name=seats]").fill("3")
    admin.locator("#main button.button--primary").click()
    available(admin, 3)
    admin.get_by_role("link", name="Enrol in").click()
    admin.get_by_label("People").fill("Kim Abara <kim@north.example>")
    admin.get_by_role("button", name="Enrol").click()
    available(admin, 2)
    admin.get_by_role("link", name="Revoke Kim Abara").click()
    admin.get_by_label("Reason").fill("moved to another class")
    admin.get_by_role("button", name="Revoke").click()
    available(admin, 3)
    with tenancy.scope(stage.organisation.pk):
        assert Enrolment.objects.get().end_reason == "revoked"


def test_two_admins_on_one_pool_are_told_of_each_other(
    stage: Cast, as_member: Callable[..., Page]
) -> None:
    with tenancy.scope(stage.organisation.pk):
        pool, _allocations = make_shared_pool(stage.admin, stage.product, [stage.team], seats=10)
    path = f"/o/north-high/pools/{pool.pk}/increment/"
    first, second = as_member(stage.admin, path), as_member(stage.admin, path)
    for page in (first, second):
        page.get_by_label("Seats").fill("5")
        page.locator("#main button.button--primary").click()
    expect(first.locator("#notices")).to_contain_text("5 seats")
    expect(second.locator(".refusal")).to_contain_text("Someone changed this")
    with tenancy.scope(stage.organisation.pk):
        assert Pool.objects.get().capacity == 15
