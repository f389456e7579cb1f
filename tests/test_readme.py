"""What the README claims: its commands, variables, addresses and pictures are there."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
CALL = r"(?:env\.\w+|environ\.get|environ\.setdefault)"
READ = re.compile(CALL + r"""\(\s*"(\w+)"|environ\["(\w+)"\]""")
# Made by one process of ours for another, or by the system: nobody sets them.
INTERNAL = {"DJANGO_SETTINGS_MODULE", "XDG_RUNTIME_DIR", "VIRTUAL_ENV", "HYPOTHESIS_PROFILE"}


def variables_read() -> set[str]:
    sources = [ROOT / "manage.py", *(ROOT / "seatdash").rglob("*.py")]
    found = (match for path in sources for match in READ.findall(path.read_text()))
    return {first or second for first, second in found} - INTERNAL


@pytest.mark.parametrize("command", sorted(set(re.findall(r"manage\.py (\w+)", README))))
def test_command_exists(command: str) -> None:
    assert command in get_commands()


def test_every_variable_is_told_and_read() -> None:
    table = README[README.index("| variable |") :].partition("\n\n")[0]
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", table))
    assert told == variables_read()


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#:]+)\)", README))
def test_picture_or_page_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("address", sorted(set(re.findall(r"`(/[^`\s?]*)[?`]", README))))
def test_address_answers(address: str) -> None:
    if address in {"/healthz", "/readyz"}:
        return  # tests/seatdash/test_health.py
    try:
        resolve(address.replace("<org>", "north-high"))
    except Resolver404:
        pytest.fail(f"{address} is nowhere")
