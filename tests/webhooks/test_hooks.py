"""REST hooks: programs subscribe, unsubscribe, and poll."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from pytest_django import Settings

from seatdash import tenancy
from seatdash.api.journal import journal
from seatdash.webhooks.models import Endpoint
from seats.services.requests import ask
from tests.api.conftest import Program, program_of
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.receiver import Answer, Receiver
from tests.webhooks.delivering import make_endpoint, verified, work


@pytest.fixture(autouse=True)
def own_journal() -> Iterator[None]:
    yield
    journal.forget()


@pytest.fixture
def zap(cast: Cast) -> Program:
    return program_of(cast.admin, "read")


def test_program_subscribes_is_told_and_unsubscribes(stage: Cast, receiver: Receiver) -> None:
    zap = program_of(stage.admin, "read")
    made = zap.post("hooks", {"target_url": receiver.address, "event": "enrolment.created"})
    assert made.status_code == 201
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    enrol_new(stage.admin, allocation)
    work()
    (received,) = receiver.received
    with tenancy.scope(stage.organisation.pk):
        assert verified(Endpoint.objects.get(), received)["type"] == "enrolment.created"
    assert zap.delete(f"hooks/{made.json()['id']}").status_code == 204
    enrol_new(stage.admin, allocation)
    work()
    assert len(receiver.received) == 1


def test_program_that_answers_gone_is_unsubscribed(stage: Cast, receiver: Receiver) -> None:
    zap = program_of(stage.admin, "read")
    receiver.answer = lambda _received: Answer(410)
    zap.post("hooks", {"target_url": receiver.address, "event": "pool.changed"})
    make_allocation(stage.admin, stage.team, stage.product)
    work()
    assert zap.get("hooks").json()["items"] == []


def test_subscribing_again_changes_nothing(zap: Program, receiver: Receiver) -> None:
    body = {"target_url": receiver.address, "event": "pool.changed"}
    first, again = zap.post("hooks", body), zap.post("hooks", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(zap.get("hooks").json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"target_url": "https://example.org/", "event": "test"}, 422),
        ({"target_url": "https://example.org/", "event": "pool.changed\n"}, 422),
        ({"target_url": "", "event": "pool.changed"}, 422),
        ({"target_url": "ftp://example.org/", "event": "pool.changed"}, 409),
        ({"target_url": "https://\ud7ff\x7f/", "event": "pool.changed"}, 409),
    ],
)
def test_nonsense_is_refused(zap: Program, body: dict[str, str], status: int) -> None:
    answer = zap.post("hooks", body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_private_address_is_refused_by_its_rule(zap: Program, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    answer = zap.post("hooks", {"target_url": "https://127.0.0.1/", "event": "pool.changed"})
    assert answer.json()["type"] == "urn:seatdash:AddressNotAllowed"


def test_subscription_of_another_organisation_is_not_there(
    cast: Cast, zap: Program, receiver: Receiver
) -> None:
    with tenancy.scope(cast.outsider.organisation_id):
        other = program_of(cast.outsider, "read")
        made = other.post("hooks", {"target_url": receiver.address, "event": "pool.changed"}).json()
    assert zap.delete(f"hooks/{made['id']}").status_code == 404
    assert zap.get("hooks").json()["items"] == []
    assert zap.delete(f"hooks/{UUID(int=0)}").status_code == 404


def test_endpoint_made_by_hand_is_no_subscription(
    cast: Cast, zap: Program, receiver: Receiver
) -> None:
    endpoint = make_endpoint(cast.admin, receiver)
    assert zap.delete(f"hooks/{endpoint.pk}").status_code == 404


def test_polling_lists_the_newest_first_under_the_ids_that_are_sent(
    stage: Cast, receiver: Receiver
) -> None:
    zap = program_of(stage.admin, "read")
    allocation = make_allocation(stage.admin, stage.team, stage.product, seats=2)
    zap.post("hooks", {"target_url": receiver.address, "event": "enrolment.created"})
    enrol_new(stage.admin, allocation)
    enrol_new(stage.admin, allocation)
    work()
    sent = [each.headers["webhook-id"] for each in receiver.received]
    polled = zap.get("hooks/samples/enrolment.created").json()["items"]
    assert [each["id"] for each in polled] == sent[::-1]
    assert polled[0]["data"]["pool"]["used"] == 2
    (newest,) = zap.get("hooks/samples/enrolment.created", limit=1).json()["items"]
    assert newest == polled[0]


def test_every_type_can_be_polled(cast: Cast, zap: Program) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1)
    enrol_new(cast.admin, allocation)
    ask(actor=cast.manager, team=cast.team, product=cast.product, seats=1, reason="one")
    numbers = {
        name: len(zap.get(f"hooks/samples/{name}").json()["items"])
        for name in ("pool.changed", "pool.threshold", "enrolment.ended", "request.created")
    }
    assert numbers == {
        "pool.changed": 3,
        "pool.threshold": 1,
        "enrolment.ended": 0,
        "request.created": 1,
    }
    assert zap.get("hooks/samples/test").status_code == 404
