"""Tokens: who gets in with one, as whom, and for how long."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from orgs.models import Member
from seatdash.api.errors import EndsAlready
from seatdash.api.journal import journal
from seatdash.api.models import Token
from seatdash.api.services.tokens import make_token, revoke_token
from seats.models import LedgerEntry
from seats.services.leaving import offboard
from tests.api.conftest import Program, program_of
from tests.conftest import Cast
from tests.factories import make_allocation, make_member
from tests.pages import text, url


def test_secret_is_kept_nowhere(cast: Cast) -> None:
    secret = make_token(actor=cast.admin, name="Shop", scopes=["read"]).secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(api_token)::text FROM api_token")
        (row,) = cursor.fetchone()
    assert secret.startswith("sd_")
    assert secret not in row
    assert secret.removeprefix("sd_").encode().hex() not in row


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer sd_" + "x" * 43,
        "Basic YTpi",
        "Bearer sd_\N{LATIN SMALL LETTER E WITH ACUTE}" + "x" * 42,
        "Bearer " + "x" * 5000,
    ],
)
def test_nobody_gets_in_without_a_token(cast: Cast, header: str | None) -> None:
    headers = {"authorization": header} if header is not None else {}
    for path in ("products", "access?email=a@b.example&product=ACC-101"):
        answer = cast.client(cast.admin).get(f"/api/v1/{path}", headers=headers)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_revoked_token_is_refused_at_once(cast: Cast, shop: Program) -> None:
    assert shop.get("products").status_code == 200
    revoke_token(actor=cast.admin, token=Token.objects.get())
    assert shop.get("products").status_code == 401
    assert shop.get("access", email="a@b.example", product="ACC-101").status_code == 401


def test_token_ends_with_its_last_day(cast: Cast) -> None:
    program = program_of(cast.admin, ends_at=timezone.now() + timedelta(hours=1))
    assert program.get("products").status_code == 200
    Token.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert program.get("products").status_code == 401


def test_token_that_would_end_before_it_begins_is_refused(cast: Cast) -> None:
    with pytest.raises(EndsAlready):
        program_of(cast.admin, ends_at=timezone.now())


def test_ledger_names_the_token_as_who_did_it(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    body = {"team": str(cast.team.pk), "product": "ACC-101", "email": "kim@north.example"}
    assert shop.post("enrolments", body).status_code == 201
    entry = LedgerEntry.objects.get(kind="enrolled")
    assert str(entry.actor) == "Token Shop"
    page = cast.client(cast.admin).get(url(cast, "activity"))
    assert "Token Shop enrolled kim@north.example" in text(page)


def test_token_is_nobody_among_the_people(cast: Cast, shop: Program) -> None:
    client = cast.client(cast.admin)
    for query in ({}, {"state": "left"}, {"q": "Token"}):
        assert "Token Shop" not in text(client.get(url(cast, "people"), query))
    assert "Token Shop" not in text(client.get(url(cast, "members")))


def test_token_outlives_the_place_of_who_made_it(cast: Cast) -> None:
    second = make_member(cast.organisation, "second@north.example", role=Member.Role.ADMIN)
    program = program_of(second)
    offboard(actor=cast.admin, member=second)
    assert program.get("products").status_code == 200


def test_last_use_is_noted_once_a_minute(cast: Cast, shop: Program) -> None:
    shop.get("products")
    journal.write()
    first = Token.objects.get().last_used_at
    assert first is not None
    shop.get("products")
    journal.write()
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    shop.get("products")
    journal.write()
    latest = Token.objects.get().last_used_at
    assert latest is not None
    assert latest > first


def test_no_session_gets_anybody_in(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    assert browser.get("/api/v1/products").status_code == 401
    assert browser.post("/api/v1/products", {}, "application/json").status_code == 401


def test_no_session_is_read(cast: Cast, shop: Program) -> None:
    browser = cast.client(cast.admin)
    headers = {"authorization": f"Bearer {shop.secret}"}
    asked = "/api/v1/access?email=kim@north.example&product=ACC-101"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seatdash.sessions.SessionStore.load", lambda _: pytest.fail("was read"))
        assert browser.get(asked, headers=headers).status_code == 200
