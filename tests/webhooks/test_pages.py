"""The pages of webhooks: adding, looking, testing, sending again, switching on."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seatdash.webhooks.models import Delivery, Endpoint
from seatdash.webhooks.services.endpoints import OLD_SECRET_FOR, renew_secret, secret_of
from seatdash.webhooks.services.rounds import keys_of
from seats import clock
from tests.conftest import Cast
from tests.receiver import Answer, Receiver
from tests.webhooks.delivering import make_endpoint, verified


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client(cast.admin)


@pytest.fixture
def endpoint(cast: Cast, receiver: Receiver) -> Endpoint:
    return make_endpoint(cast.admin, receiver)


def page_of(cast: Cast, endpoint: Endpoint, path: str = "") -> str:
    return cast.url(f"settings/webhooks/{endpoint.pk}/{path}")


def make_delivery(endpoint: Endpoint, **fields: object) -> Delivery:
    now = clock.now()
    made = Delivery(organisation_id=endpoint.organisation_id, endpoint=endpoint, type="test")
    made.lane, made.about, made.next_at, made.created_at = made.pk, made.pk, now, now
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    return made


def test_admin_adds_an_endpoint(cast: Cast, client: Client, receiver: Receiver) -> None:
    sent = {"address": receiver.address, "types": ["pool.threshold"], "thresholds": "50, 90 %"}
    answer = client.post(cast.url("settings/webhooks/new/"), sent, follow=True)
    assert receiver.address in answer.content.decode()
    made = Endpoint.objects.get()
    assert (made.types, made.thresholds) == (["pool.threshold"], [50, 90])
    assert secret_of(made).startswith("whsec_")
    assert secret_of(made).encode() not in bytes(made.secret)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("address", "ftp://example.org/", "must begin with https"),
        ("address", "https://a:b@example.org/", "no user name"),
        ("address", "https://localhost:25/", "No web server"),
        ("types", [], "required"),
        ("thresholds", "a lot", "whole numbers"),
        ("thresholds", "0", "from 1 to 200"),
        ("thresholds", "", "at which thresholds"),
    ],
)
def test_form_says_at_once_what_is_wrong(
    cast: Cast, client: Client, receiver: Receiver, field: str, value: object, words: str
) -> None:
    sent = {"address": receiver.address, "types": ["pool.threshold"], "thresholds": "80"}
    answer = client.post(cast.url("settings/webhooks/new/"), sent | {field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_private_address_is_refused_unless_settings_allow_it(
    cast: Cast, client: Client, receiver: Receiver, settings: Settings
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    sent = {"address": "https://127.0.0.1/", "types": ["pool.changed"], "thresholds": "80"}
    answer = client.post(cast.url("settings/webhooks/new/"), sent)
    assert "private network" in answer.content.decode()


def test_test_is_really_sent_and_its_answer_shown(
    cast: Cast, client: Client, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _received: Answer(200, b"thanks a lot")
    answer = client.post(page_of(cast, endpoint, "test/"), follow=True)
    assert verified(endpoint, receiver.received[0])["type"] == "test"
    assert "answered with 200" in answer.content.decode()
    assert "thanks a lot" in answer.content.decode()


def test_test_that_fails_is_told_so_and_switches_nothing_off(
    cast: Cast, client: Client, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _received: Answer(410, b"<b>gone</b>")
    page = client.post(page_of(cast, endpoint, "test/"), follow=True).content.decode()
    assert "answered with 410" in page
    assert "&lt;b&gt;gone" in page
    endpoint.refresh_from_db()
    assert endpoint.state == "active"


def test_deliveries_are_narrowed_by_their_state(
    cast: Cast, client: Client, endpoint: Endpoint
) -> None:
    failed = make_delivery(endpoint, state="failed")
    done = make_delivery(endpoint, state="done")
    page = client.get(page_of(cast, endpoint) + "?state=failed").content.decode()
    assert failed.message_id in page
    assert done.message_id not in page


def test_list_takes_as_many_queries_for_many_as_for_few(
    cast: Cast, client: Client, endpoint: Endpoint
) -> None:
    counts = []
    for _size in range(2):
        for _number in range(10):
            make_delivery(endpoint)
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(cast, endpoint))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_all_that_failed_is_sent_again_at_a_click(
    cast: Cast, client: Client, endpoint: Endpoint
) -> None:
    deliveries = [make_delivery(endpoint, state="failed") for _ in range(2)]
    page = client.post(page_of(cast, endpoint, "failed/send/"), follow=True).content.decode()
    assert "2 events are sent again" in page
    states = Delivery.objects.filter(pk__in=[each.pk for each in deliveries]).values_list("state")
    assert list(states) == [("waiting",)] * 2


def test_delivery_of_another_endpoint_is_not_found_in_this_one(
    cast: Cast, client: Client, endpoint: Endpoint, receiver: Receiver
) -> None:
    other = make_delivery(make_endpoint(cast.admin, receiver))
    assert client.get(page_of(cast, endpoint, f"deliveries/{other.pk}/")).status_code == 404
    assert client.post(page_of(cast, endpoint, f"deliveries/{other.pk}/send/")).status_code == 404


def test_secret_is_shown_to_admins_on_demand(
    cast: Cast, client: Client, endpoint: Endpoint
) -> None:
    assert secret_of(endpoint) not in client.get(page_of(cast, endpoint)).content.decode()
    assert secret_of(endpoint) in client.get(page_of(cast, endpoint, "secret/")).content.decode()


def test_secret_that_cannot_be_read_any_more_says_what_to_do(
    cast: Cast, endpoint: Endpoint, settings: Settings
) -> None:
    settings.SECRET_KEY = "another key, and the one before is not told"
    page = cast.client(cast.admin).get(page_of(cast, endpoint, "secret/"))
    assert page.status_code == 200
    assert "Replace it here and at the receiver" in page.content.decode()
    page = cast.client(cast.admin).get(page_of(cast, endpoint))
    assert "Its secret can no longer be read" in page.content.decode()


def test_old_secret_is_good_for_a_day_after_it_is_replaced(cast: Cast, endpoint: Endpoint) -> None:
    old = secret_of(endpoint)
    new = renew_secret(actor=cast.admin, endpoint=endpoint)
    endpoint.refresh_from_db()
    assert keys_of(endpoint) == [new, old]
    with clock.telling(clock.now() + OLD_SECRET_FOR):
        assert keys_of(endpoint) == [new]


def test_message_is_signed_with_both_secrets_meanwhile(
    cast: Cast, client: Client, endpoint: Endpoint, receiver: Receiver
) -> None:
    client.post(page_of(cast, endpoint, "secret/replace/"))
    client.post(page_of(cast, endpoint, "test/"))
    (received,) = receiver.received
    assert verified(endpoint, received)
    endpoint.refresh_from_db()
    assert verified(endpoint, received)
    assert received.headers["webhook-signature"].count("v1,") == 2


def test_endpoint_is_paused_and_resumed(cast: Cast, client: Client, endpoint: Endpoint) -> None:
    client.post(page_of(cast, endpoint, "pause/"))
    assert "Paused" in client.get(page_of(cast, endpoint)).content.decode()
    client.post(page_of(cast, endpoint, "resume/"), {"how": "all"})
    endpoint.refresh_from_db()
    assert endpoint.state == "active"


def test_endpoint_that_is_off_is_shown_on_every_page_of_admins(
    cast: Cast, client: Client, endpoint: Endpoint
) -> None:
    Endpoint.objects.update(state="off", off_because="failing")
    page = client.get(page_of(cast, endpoint)).content.decode()
    assert "Nothing reached it for three days" in page
    link = client.get(cast.url()).content.decode().partition('/settings/"')[2].partition("</a>")[0]
    assert 'class="count"' in link


def test_deleting_forgets_what_was_sent(cast: Cast, client: Client, endpoint: Endpoint) -> None:
    make_delivery(endpoint)
    client.post(page_of(cast, endpoint, "test/"))
    client.post(page_of(cast, endpoint, "delete/"))
    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()
