"""An invitation in Chromium: an admin sends it, somebody new accepts it and is signed in."""

from collections.abc import Callable

from django.core import mail
from playwright.sync_api import Browser, Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob

from teams import tasks
from tests.conftest import Cast

PASSWORD = "the long way round"


def link_in_the_letter() -> str:
    job = ProcrastinateJob.objects.filter(task_name=tasks.mail_invitation.name).latest("pk")
    tasks.mail_invitation(**job.args)
    words = str(mail.outbox[-1].body).split()
    return next(word for word in words if "/invitation/" in word).removeprefix(
        "http://127.0.0.1:8000"
    )


def test_somebody_new_is_invited_accepts_and_is_signed_in(
    stage: Cast, as_member: Callable[..., Page], browser: Browser, server: str
) -> None:
    admin = as_member(stage.admin, "/o/north-high/settings/members/")
    admin.get_by_role("link", name="Invite", exact=True).click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("kim@north.example")
    dialog.get_by_label("Team to manage").select_option(label="Classroom A")
    dialog.get_by_role("button", name="Send invitation").click()
    expect(admin.locator("#notices")).to_contain_text("Invited kim@north.example")
    expect(admin.locator("#main")).to_contain_text("as manager of Classroom A")
    context = browser.new_context(base_url=server, java_script_enabled=False)
    kim = context.new_page()
    kim.goto(link_in_the_letter())
    kim.get_by_label("Your name").fill("Kim Abara")
    kim.get_by_label("Password", exact=True).fill(PASSWORD)
    kim.get_by_label("Password again").fill(PASSWORD)
    kim.get_by_role("button", name="Accept and sign in").click()
    expect(kim.locator("#notices")).to_contain_text("Welcome to North High School.")
    expect(kim.get_by_role("link", name="Classroom A")).to_be_visible()
    context.close()
    admin.reload()
    expect(admin.get_by_role("row", name="Kim Abara")).to_contain_text("Manager")
