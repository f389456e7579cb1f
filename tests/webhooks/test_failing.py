"""What becomes of endpoints that fail: pauses, rests, and being switched off."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from seatdash import tenancy
from seatdash.webhooks.models import Attempt, Delivery, Endpoint
from seatdash.webhooks.services.endpoints import go_on
from seatdash.webhooks.services.pauses import JITTER, PAUSES, asked_for, pause_after
from seatdash.webhooks.services.resending import send_again, send_failed_again
from seatdash.webhooks.tasks import mail_off
from seats import clock
from seats.models import Allocation
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.receiver import Answer, Receiver
from tests.webhooks.delivering import (
    make_endpoint,
    next_attempt,
    states_of,
    verified,
    work,
)

CREATED = ["enrolment.created"]


@pytest.fixture
def endpoint(stage: Cast, receiver: Receiver) -> Endpoint:
    """An endpoint to which one enrolment is to be told, whose receiver fails."""
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    made = make_endpoint(stage.admin, receiver, CREATED)
    receiver.answer = lambda _received: Answer(500, b"no")
    enrol_new(stage.admin, allocation)
    return made


def now_of(endpoint: Endpoint) -> Endpoint:
    with tenancy.scope(endpoint.organisation_id):
        return Endpoint.objects.get(pk=endpoint.pk)


def letters_about(endpoint: Endpoint) -> list[dict[str, Any]]:
    jobs = ProcrastinateJob.objects.filter(task_name=mail_off.name)
    return [job.args for job in jobs if job.args["endpoint_id"] == str(endpoint.pk)]


def test_pauses_grow_and_come_to_three_days() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(days=2, hours=23) < sum(PAUSES, timedelta()) < timedelta(days=3)
    assert pause_after(len(PAUSES)) is None


def test_pause_is_up_to_a_tenth_longer() -> None:
    pauses = [pause_after(3) for _ in range(200)]
    assert len(set(pauses)) > 100
    assert all(each and PAUSES[3] <= each <= PAUSES[3] * (1 + JITTER) for each in pauses)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999999", 24 * 3600),
        ("", None),
        ("-5", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("\N{SUPERSCRIPT TWO}", None),
    ],
)
def test_retry_after_is_read_in_seconds(header: str, seconds: int | None) -> None:
    asked = asked_for(header)
    assert (asked and asked.total_seconds()) == seconds or asked == timedelta()


def test_endpoint_is_switched_off_after_three_days_of_failure_and_keeps_what_waits(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    begin = clock.now()
    moment = begin
    while (due := next_attempt(endpoint)) or moment == begin:
        moment = max(due or begin, moment) + timedelta(milliseconds=1)
        with clock.telling(moment):
            work()
    off = now_of(endpoint)
    assert (off.state, off.off_because) == ("off", "failing")
    assert timedelta(days=2, hours=23) < moment - begin < timedelta(days=3, hours=8)
    assert len(receiver.received) == 1 + len(PAUSES)
    assert states_of(endpoint) == ["waiting"]


def test_endpoint_that_was_switched_off_goes_on_where_it_stopped(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _received: Answer(410)
    work()
    assert now_of(endpoint).off_because == "gone"
    receiver.answer = lambda _received: Answer()
    go_on(actor=stage.admin, endpoint=endpoint)
    work()
    assert states_of(endpoint) == ["done"]
    assert now_of(endpoint).state == "active"


def test_admins_are_told_by_letter_of_an_endpoint_that_is_off(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _received: Answer(410)
    work()
    (job,) = letters_about(endpoint)
    assert job["member_id"] == str(stage.admin.pk)
    mail_off(**job)
    (letter,) = mail.outbox
    assert letter.to == ["admin@north.example"]
    assert f"/settings/webhooks/{endpoint.pk}/" in letter.body
    assert receiver.address in letter.subject


def test_letter_is_not_written_once_the_endpoint_is_on_again(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _received: Answer(410)
    work()
    go_on(actor=stage.admin, endpoint=endpoint)
    (job,) = letters_about(endpoint)
    mail_off(**job)
    assert mail.outbox == []


def test_event_that_alone_fails_for_three_days_is_given_up_and_the_next_of_its_pool_sent(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    work()
    with tenancy.scope(stage.organisation.pk):
        # It has had all its pauses, and in that time another was delivered.
        Delivery.objects.update(step=len(PAUSES), next_at=clock.now())
        Endpoint.objects.update(failing_since=None, failures=0, due_at=clock.now())
        enrol_new(stage.admin, Allocation.objects.get())
    receiver.answer = lambda _received: Answer(500 if len(receiver.received) == 2 else 204)
    work()
    assert states_of(endpoint) == ["failed", "done"]
    assert now_of(endpoint).state == "active"


def test_retry_after_is_respected_for_the_whole_endpoint(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _received: Answer(429, headers={"Retry-After": "900"})
    begin = clock.now() + timedelta(seconds=1)
    with clock.telling(begin):
        work()
    with clock.telling(begin + timedelta(seconds=890)):
        work()
    assert len(receiver.received) == 1
    receiver.answer = lambda _received: Answer()
    with clock.telling(begin + timedelta(seconds=901)):
        work()
    assert states_of(endpoint) == ["done"]


def test_receiver_that_is_away_is_asked_with_one_request_at_a_time(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    with tenancy.scope(stage.organisation.pk):
        Endpoint.objects.update(failures=20, failing_since=clock.now())
    others = make_allocation(stage.admin, stage.other_team, stage.product, seats=100)
    enrol_new(stage.admin, others)
    work()
    assert len(receiver.received) == 1
    receiver.answer = lambda _received: Answer()
    with clock.telling(clock.now() + timedelta(seconds=61)):
        work()
    assert states_of(endpoint) == ["done", "done"]


def test_what_failed_is_sent_again_by_itself_and_under_the_same_id(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    work()
    with tenancy.scope(stage.organisation.pk):
        Delivery.objects.update(state="failed")
    receiver.answer = lambda _received: Answer()
    assert send_failed_again(actor=stage.admin, endpoint=endpoint) == 1
    work()
    assert states_of(endpoint) == ["done"]
    assert len({each.headers["webhook-id"] for each in receiver.received}) == 1


def test_what_was_delivered_can_be_sent_again(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _received: Answer()
    work()
    with tenancy.scope(stage.organisation.pk):
        delivery = Delivery.objects.get()
    send_again(actor=stage.admin, delivery=delivery)
    work()
    assert len(receiver.received) == 2
    with tenancy.scope(stage.organisation.pk):
        assert Attempt.objects.count() == 2


def test_receiver_that_cannot_be_reached_is_a_failure_with_words(
    stage: Cast, endpoint: Endpoint, receiver: Receiver
) -> None:
    with tenancy.scope(stage.organisation.pk):
        Endpoint.objects.update(address="http://127.0.0.1:1/")
    work()
    with tenancy.scope(stage.organisation.pk):
        attempt = Attempt.objects.get()
    assert attempt.status is None
    assert attempt.problem


def test_address_that_became_private_is_not_sent_to(
    stage: Cast, endpoint: Endpoint, receiver: Receiver, settings: Settings
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    work()
    assert receiver.received == []
    assert states_of(endpoint) == ["waiting"]


def test_nothing_is_lost_while_the_secret_cannot_be_read(
    endpoint: Endpoint, receiver: Receiver, settings: Settings
) -> None:
    receiver.answer = lambda _received: Answer(200, b"")
    key = settings.SECRET_KEY
    settings.SECRET_KEY = "another key, and the one before is not told"
    work()
    assert not receiver.received
    with tenancy.scope(endpoint.organisation_id):
        assert "SECRET_KEY that is gone" in Attempt.objects.get().problem
    settings.SECRET_KEY_FALLBACKS = [key]
    with clock.telling(clock.now() + timedelta(minutes=1)):
        work()
    (received,) = receiver.received
    assert verified(endpoint, received)["type"] == "enrolment.created"
