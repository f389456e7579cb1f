"""Signing in as a person does, by the form."""

from playwright.sync_api import Page


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in on a page whose context knows the server, and wait for where it leads."""
    page.goto("/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/o/**")
