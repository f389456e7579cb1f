"""The Undo button: it stands in the message of what was done, and says what it did."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from seats.models import Allocation, Enrolment
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation
from tests.pages import text, url


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1)
    return enrolment_of(enrol_new(cast.admin, allocation)[0])


def revoke(cast: Cast, client: Client, enrolment: Enrolment) -> HttpResponse:
    """Revoke, and answer the page that one comes to."""
    address = url(cast, "revoke", enrolment.pk)
    return client.post(address, {"reason": "by mistake"}, follow=True)  # type: ignore[return-value]


def button(answer: HttpResponse) -> dict[str, str]:
    """Read what the Undo button sends; empty where there is none."""
    form = re.search(r"<form[^>]*data-undo>.*?</form>", answer.content.decode(), re.DOTALL)
    fields = re.findall(r'name="(ticket|back)" value="([^"]*)"', form[0]) if form else []
    return dict(fields)


def press(cast: Cast, client: Client, fields: dict[str, str]) -> HttpResponse:
    return client.post(url(cast, "undo"), fields, follow=True)  # type: ignore[return-value]


def test_revoking_is_undone_from_its_message(cast: Cast, enrolment: Enrolment) -> None:
    client = cast.client(cast.admin)
    page = revoke(cast, client, enrolment)
    assert "Revoked the enrolment" in text(page)
    back = press(cast, client, button(page))
    assert "Undone: 1 enrolment is live again." in text(back)
    assert back.request["PATH_INFO"] == url(cast, "team", cast.team.pk)  # type: ignore[attr-defined]
    assert Enrolment.objects.live().get().member == enrolment.member


def test_button_pressed_twice_says_so(cast: Cast, enrolment: Enrolment) -> None:
    client = cast.client(cast.admin)
    fields = button(revoke(cast, client, enrolment))
    press(cast, client, fields)
    assert "There is nothing left to undo." in text(press(cast, client, fields))
    assert Enrolment.objects.live().count() == 1


def test_seat_taken_meanwhile_is_said_with_the_numbers(cast: Cast, enrolment: Enrolment) -> None:
    client = cast.client(cast.admin)
    fields = button(revoke(cast, client, enrolment))
    enrol_new(cast.admin, enrolment.allocation)
    assert "1 seat is needed and the pool has 0 left" in text(press(cast, client, fields))


def test_what_had_ended_already_has_no_button(cast: Cast, enrolment: Enrolment) -> None:
    client = cast.client(cast.admin)
    revoke(cast, client, enrolment)
    page = revoke(cast, client, enrolment)
    assert "had ended already" in text(page)
    assert button(page) == {}


def test_manager_undoes_own_revoking_only(cast: Cast, enrolment: Enrolment) -> None:
    cast.organisation.managers_may_revoke = True
    cast.organisation.save()
    client = cast.client(cast.manager)
    own = button(revoke(cast, client, enrolment))
    assert press(cast, cast.client(cast.other_manager), own).status_code == 403
    assert "live again" in text(press(cast, client, own))


def test_transfer_is_undone_from_its_message(cast: Cast, enrolment: Enrolment) -> None:
    make_allocation(cast.admin, cast.other_team, cast.product, seats=5)
    client = cast.client(cast.admin)
    movement = {"product": cast.product.pk, "target": cast.other_team.pk, "seats": 1}
    address = url(cast, "transfer", cast.team.pk)
    page = client.post(address, movement | {"confirmed": "1"}, follow=True)
    fields = button(page)  # type: ignore[arg-type]
    assert "Moved 1 seat" in text(press(cast, client, fields))
    capacities = Allocation.objects.values_list("pool__capacity", flat=True)
    assert sorted(each or 0 for each in capacities) == [1, 5]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/o/acme/"])
def test_button_leads_nowhere_else(cast: Cast, enrolment: Enrolment, back: str) -> None:
    client = cast.client(cast.admin)
    fields = button(revoke(cast, client, enrolment)) | {"back": back}
    assert client.post(url(cast, "undo"), fields)["Location"] == "/"
    nonsense = client.post(url(cast, "undo"), {"ticket": "\0", "back": back})
    assert nonsense["Location"] == "/"
