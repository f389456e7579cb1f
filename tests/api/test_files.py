"""The files of reports for programs: those that people get, from the same addresses."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from seatdash.api.files import FILES
from seatdash.api.journal import journal
from seatdash.api.models import Call
from tests.api.conftest import Program, program_of
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.seats.downloads import inside

PERIOD = "from=2026-01-01&to=2026-02-01"


def ask(secret: str, address: str, method: str = "GET") -> Any:
    headers = {"authorization": f"Bearer {secret}"}
    return Client().generic(method, address, headers=headers)


def program(cast: Cast, *scopes: str) -> Program:
    with inside(cast):
        return program_of(cast.admin, *scopes)


@pytest.mark.parametrize("file", FILES)
def test_program_gets_the_file_that_a_person_gets(stage: Cast, file: str) -> None:
    with inside(stage):
        enrol_new(stage.manager, make_allocation(stage.admin, stage.team, stage.product, seats=9))
    export, _form = FILES[file]
    period = f"from=2026-01-01&to={timezone.now():%Y-%m-%dT%H:%M:%SZ}"
    of_now = f"as_of={timezone.now():%Y-%m-%dT%H:%M:%SZ}"
    address = stage.url(f"reports/{file}?{period if export.of_period else of_now}")
    theirs = ask(program(stage, "export").secret, address)
    ours: Any = stage.client(stage.finance).get(address)
    assert theirs.status_code == ours.status_code == 200
    assert b"".join(theirs) == b"".join(ours)
    for header in ("Content-Type", "Content-Disposition", "Content-Location"):
        assert theirs[header] == ours[header]


@pytest.mark.parametrize(
    ("file", "method", "status"),
    [
        ("usage.csv?as_of=nonsense", "GET", 422),
        ("usage.csv?as_of=2999-01-01", "GET", 422),
        ("usage.csv?product=NONE", "GET", 404),
        ("salaries.csv", "GET", 404),
        ("usage.csv", "POST", 405),
    ],
)
def test_what_cannot_be_given_is_a_problem(cast: Cast, file: str, method: str, status: int) -> None:
    answer = ask(program_of(cast.admin, "export").secret, cast.url(f"reports/{file}"), method)
    assert answer.status_code == answer.json()["status"] == status
    assert answer["Content-Type"] == "application/problem+json"


def test_token_needs_the_scope_and_its_own_organisation(cast: Cast, outside: Program) -> None:
    address = cast.url("reports/usage.csv")
    reading = program_of(cast.admin, "read", "provision", "enrol")
    assert ask(reading.secret, address).status_code == 403
    assert ask("sd_wrong", address).status_code == ask("", address).status_code == 401
    assert ask(outside.secret, address).status_code == 404


def test_people_are_asked_to_sign_in_as_ever_also_behind_a_proxy_with_a_password(
    cast: Cast,
) -> None:
    address = cast.url("reports/usage.csv")
    for headers in ({}, {"authorization": "Basic YTpi"}):
        answer = Client().get(address, headers=headers)
        assert (answer.status_code, answer["Location"][:7]) == (302, "/login/")


def test_download_is_in_the_log_and_counted(stage: Cast) -> None:
    shop = program(stage, "export")
    b"".join(ask(shop.secret, stage.url(f"reports/ledger.csv?{PERIOD}")))
    journal.write()
    with inside(stage):
        call = Call.objects.get()
    assert (call.method, call.path, call.status) == ("GET", stage.url("reports/ledger.csv"), 200)
