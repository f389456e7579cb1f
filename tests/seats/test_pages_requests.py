"""A manager asks for seats, an admin answers."""

import re

import pytest
from django.utils.html import strip_tags

from seats.models import Pool, SeatRequest
from tests.conftest import Cast
from tests.pages import url


def test_manager_asks_and_admin_approves(cast: Cast) -> None:
    manager, admin = cast.client(cast.manager), cast.client(cast.admin)
    fields = {"product": cast.product.pk, "seats": 5, "reason": "five more pupils"}
    assert manager.post(url(cast, "ask", cast.team.pk), fields).status_code == 302
    page = admin.get(url(cast, "team", cast.team.pk)).content.decode()
    (approve,) = re.findall(r'href="([^"]*/approve/)"', page)
    assert manager.post(approve).status_code == 403
    assert admin.post(approve, {"answer": ""}, follow=True).status_code == 200
    assert Pool.objects.get().capacity == 5
    assert admin.post(approve, {"answer": "yes"}).status_code == 409


def test_manager_reads_the_answer_to_a_request(cast: Cast) -> None:
    manager, admin = cast.client(cast.manager), cast.client(cast.admin)
    fields = {"product": cast.product.pk, "seats": 1, "reason": "one more pupil"}
    manager.post(url(cast, "ask", cast.team.pk), fields)
    page = admin.get(url(cast, "team", cast.team.pk)).text
    (decline,) = re.findall(r'href="([^"]*/decline/)"', page)
    admin.post(decline, {"answer": "No budget before May"})
    seen = strip_tags(manager.get(url(cast, "team", cast.team.pk)).text)
    assert "1 seat of Accounting for Beginners" in seen
    assert "Declined" in seen
    assert "No budget before May" in seen


def test_answer_from_the_overview_leads_back_to_it(cast: Cast) -> None:
    ask = {"product": cast.product.pk, "seats": 5, "reason": "new class"}
    cast.client(cast.manager).post(url(cast, "ask", cast.team.pk), ask)
    client = cast.client(cast.admin)
    overview = url(cast, "overview")
    link = re.search(r'href="([^"]*approve/[^"]*)"', client.get(overview).content.decode())
    assert link
    assert client.post(link[1], {"answer": ""}).url == overview  # type: ignore[attr-defined]


@pytest.mark.parametrize("foreign", ["https://evil.example/", "//evil.example", "/o/acme/"])
def test_answer_leads_to_no_foreign_page(cast: Cast, foreign: str) -> None:
    ask = {"product": cast.product.pk, "seats": 5, "reason": "new class"}
    cast.client(cast.manager).post(url(cast, "ask", cast.team.pk), ask)
    decline = url(cast, "decline", SeatRequest.objects.get().pk)
    answer = cast.client(cast.admin).post(f"{decline}?next={foreign}", {"answer": "no"})
    assert answer.url == url(cast, "team", cast.team.pk)  # type: ignore[attr-defined]
