"""The settings of the API: tokens shown once, and the log of calls."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from orgs.models import Member
from seatdash.api.journal import journal
from seatdash.api.models import Call, Token
from seatdash.api.services.calls import forget_old_calls
from seatdash.api.services.tokens import make_token
from tests.api.conftest import Program, program_of
from tests.conftest import Cast
from tests.factories import make_allocation, make_call
from tests.pages import text, url

FORM = {"name": "Web shop", "scopes": ["read", "enrol"], "last_day": "", "per_minute": "100"}


def test_token_is_shown_once_and_works(cast: Cast) -> None:
    client = cast.client(cast.admin)
    made = client.post(url(cast, "new-token"), FORM)
    assert made.status_code == 200
    (secret,) = re.findall(r'value="(sd_[\w-]+)"', unescape(made.content.decode()))
    assert Program(secret).get("products").status_code == 200
    assert Program(secret).post("products", {"code": "X", "name": "X"}).status_code == 403
    listed = client.get(url(cast, "tokens"))
    assert "Web shop" in text(listed)
    assert secret not in listed.content.decode()
    assert Token.objects.get().made_by == cast.admin


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("scopes", []),
        ("scopes", ["everything"]),
        ("last_day", "2020-01-01"),
        ("last_day", "9999-12-31"),
        ("per_minute", "0"),
    ],
)
def test_token_without_sense_is_not_made(cast: Cast, field: str, value: object) -> None:
    answer = cast.client(cast.admin).post(url(cast, "new-token"), FORM | {field: value})
    assert answer.status_code == 422
    assert not Token.objects.exists()
    assert not Member.objects.filter(email__endswith=".invalid").exists()


def test_last_day_is_a_day_of_the_organisation(cast: Cast) -> None:
    cast.organisation.time_zone = "Pacific/Kiritimati"
    cast.organisation.save()
    day = timezone.localdate() + timedelta(days=3)
    cast.client(cast.admin).post(url(cast, "new-token"), FORM | {"last_day": str(day)})
    ends_at = Token.objects.get().ends_at
    assert ends_at is not None
    assert (ends_at.date(), ends_at.hour) == (day, 10)  # fourteen hours before that day is over


def test_token_is_revoked_on_its_page(cast: Cast, shop: Program) -> None:
    client = cast.client(cast.admin)
    client.post(url(cast, "revoke-token", Token.objects.get().pk), {})
    assert "Revoked" in text(client.get(url(cast, "tokens")))
    assert shop.get("products").status_code == 401


def logged(cast: Cast, **query: str) -> str:
    journal.write()
    return text(cast.client(cast.admin).get(url(cast, "calls"), query))


def test_log_answers_whether_an_order_arrived(cast: Cast, shop: Program) -> None:
    body = {"code": "BIZ-200", "name": "Business"}
    shop.post("products", body, key="order-1001")
    page = logged(cast, q="BIZ-200")
    for words in ("POST /api/v1/products", "201", "order-1001", "Shop"):
        assert words in page
    assert "No call matches" in logged(cast, q="LAW-300")
    assert "order-1001" in logged(cast, status="2")
    assert "No call matches" in logged(cast, status="4")
    assert "order-1001" in logged(cast, token=str(Token.objects.get().pk))
    call = Call.objects.get()
    page = text(cast.client(cast.admin).get(url(cast, "call", call.pk)))
    assert '"code": "BIZ-200"' in page
    assert call.request_id in page


def test_log_tells_why_a_call_was_refused(cast: Cast, shop: Program) -> None:
    shop.post("enrolments", {"team": "x", "product": "y", "email": "kim@north.example"})
    assert "404" in logged(cast, q="kim@north.example")
    assert "There is no team" in Call.objects.get().answer


def test_reads_that_went_well_are_logged_together_and_name_nobody(
    cast: Cast, shop: Program
) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    for _ in range(5):
        shop.get("access", email="kim@north.example", product="ACC-101")
    journal.write()
    call = Call.objects.get()
    assert (call.path, call.times, call.body, call.answer) == ("/api/v1/access", 5, "", "")


def test_log_keeps_no_secret_and_no_more_than_so_much(cast: Cast, shop: Program) -> None:
    secret = f'{{"secret": "open sesame", "token": "x", "reason": "{shop.secret}"'
    shop.call("POST", "products", data=f"{secret}, {'x' * 50_000}")
    journal.write()
    body = Call.objects.get().body
    assert shop.secret not in body
    assert "open sesame" not in body
    assert len(body) <= 10 * 1024 + 1


def test_calls_of_nobody_are_logged_nowhere(cast: Cast) -> None:
    Program("sd_" + "x" * 43).get("products")
    assert journal.write() == 0


def test_log_is_forgotten_after_a_month(cast: Cast, shop: Program) -> None:
    token = Token.objects.get()
    for days in (29, 31, 400):
        make_call(token, at=timezone.now() - timedelta(days=days))
    moment = timezone.now() - timedelta(days=30)
    assert forget_old_calls(organisation=cast.organisation, moment=moment) == 2
    assert Call.objects.count() == 1


def test_calls_are_counted_for_each_token(cast: Cast) -> None:
    eager, other = program_of(cast.admin), program_of(cast.admin)
    for program in (eager, eager, other):
        program.get("products")
    journal.write()
    # A minute may have begun in between.
    spent = sorted(Token.objects.values_list("spent", flat=True))
    assert spent in ([1, 2], [1, 1])


def test_what_was_counted_elsewhere_counts_here(cast: Cast) -> None:
    made = make_token(actor=cast.admin, name="Shop", scopes=["read"], per_minute=10)
    minute = timezone.now().replace(second=0, microsecond=0)
    for each in (minute, minute + timedelta(minutes=1)):
        Token.objects.update(minute=each, spent=10)
        statuses = {Program(made.secret).get("products").status_code}
        if 429 in statuses:
            return
    pytest.fail("nobody counted")
