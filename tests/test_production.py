"""As it runs in production: Django's own deployment checks, headers, cookies."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import User
from tests.conftest import PASSWORD

ROOT = Path(__file__).parents[1]


def test_deployment_checks_find_nothing() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "seatdash.settings",
        "DATABASE_URL": "postgresql:///nowhere",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "seats.example.org",
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.django_db
def test_policy_allows_our_own_scripts_and_styles_only() -> None:
    policy = Client().get(reverse("account_login"))["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("account_login"), {"login": "a@north.example", "password": "x"})
    assert answer.status_code == 403


@pytest.mark.django_db
def test_nobody_signs_up() -> None:
    fields = {"email": "a@b.example", "password1": PASSWORD, "password2": PASSWORD}
    Client().post(reverse("account_signup"), fields)
    assert not User.objects.exists()
