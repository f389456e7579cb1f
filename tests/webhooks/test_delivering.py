"""Events reach their receivers: from the ledger, in its order for each pool, at least once."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import transaction

from seatdash import tenancy
from seatdash.webhooks.models import Attempt
from seatdash.webhooks.services import queueing, rounds
from seatdash.webhooks.services.endpoints import go_on, pause
from seats import clock
from seats.models import Enrolment
from seats.services.requests import ask, decline
from seats.services.revocation import revoke
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.receiver import Answer, Received, Receiver, receiving
from tests.webhooks.delivering import (
    make_endpoint,
    messages,
    next_attempt,
    states_of,
    types_of,
    verified,
    work,
    work_until_all_is_delivered,
)


def test_enrolling_is_told_with_the_balances_after_it(stage: Cast, receiver: Receiver) -> None:
    allocation = make_allocation(stage.admin, stage.team, stage.product, seats=2)
    endpoint = make_endpoint(stage.admin, receiver, ["enrolment.created"])
    enrol_new(stage.admin, allocation, 2)
    work()
    told = [verified(endpoint, each)["data"]["pool"] for each in receiver.received]
    assert [(each["used"], each["available"]) for each in told] == [(1, 1), (2, 0)]
    assert states_of(endpoint) == ["done", "done"]


def test_endpoint_gets_what_happens_from_its_creation_on(stage: Cast, receiver: Receiver) -> None:
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    enrol_new(stage.admin, allocation)
    make_endpoint(stage.admin, receiver, ["enrolment.created", "pool.changed"])
    work()
    assert receiver.received == []


def test_endpoint_gets_the_types_it_asked_for(stage: Cast, receiver: Receiver) -> None:
    make_endpoint(stage.admin, receiver, ["enrolment.ended", "pool.threshold"])
    allocation = make_allocation(stage.admin, stage.team, stage.product, seats=1)
    enrol_new(stage.admin, allocation)
    with tenancy.scope(stage.organisation.pk):
        revoke(actor=stage.admin, enrolment=Enrolment.objects.get())
    work()
    assert types_of(receiver) == ["pool.threshold", "enrolment.ended"]


def test_nothing_is_told_of_what_was_rolled_back(stage: Cast, receiver: Receiver) -> None:
    make_endpoint(stage.admin, receiver)
    with tenancy.scope(stage.organisation.pk):
        make_allocation(stage.admin, stage.team, stage.product)
        ask(actor=stage.manager, team=stage.team, product=stage.product, seats=1, reason="one")
        transaction.set_rollback(True)
    work()
    assert receiver.received == []


def test_request_and_its_answer_are_told_in_this_order(stage: Cast, receiver: Receiver) -> None:
    endpoint = make_endpoint(stage.admin, receiver)
    asked = ask(actor=stage.manager, team=stage.team, product=stage.product, seats=2, reason="two")
    decline(actor=stage.admin, request=asked, answer="not now")
    work()
    first, second = (verified(endpoint, each) for each in receiver.received)
    assert (first["type"], first["data"]["request"]["seats"]) == ("request.created", 2)
    assert (second["type"], second["data"]["request"]["answer"]) == ("request.decided", "not now")


def test_nothing_is_told_to_another_organisation(stage: Cast, receiver: Receiver) -> None:
    make_endpoint(stage.outsider, receiver)
    make_allocation(stage.admin, stage.team, stage.product)
    work()
    assert receiver.received == []


def test_failing_delivery_holds_back_its_own_pool_and_no_other(
    stage: Cast, receiver: Receiver
) -> None:
    endpoint = make_endpoint(stage.admin, receiver, ["enrolment.created"])
    failing = make_allocation(stage.admin, stage.team, stage.product)
    other = make_allocation(stage.admin, stage.other_team, stage.product)

    def answer(received: Received) -> Answer:
        pool = json.loads(received.body)["data"]["pool"]["id"]
        return Answer(500 if pool == str(failing.pool_id) else 204)

    receiver.answer = answer
    enrol_new(stage.admin, failing, 2)
    enrol_new(stage.admin, other, 2)
    work()
    pools = [each["data"]["pool"]["id"] for each in messages(receiver)]
    assert pools.count(str(failing.pool_id)) == 1
    assert pools.count(str(other.pool_id)) == 2
    assert states_of(endpoint) == ["waiting", "waiting", "done", "done"]


def test_receiver_that_was_away_for_an_hour_gets_everything_in_order(
    stage: Cast, receiver: Receiver
) -> None:
    endpoint = make_endpoint(stage.admin, receiver)
    pools = [
        make_allocation(stage.admin, team, stage.product) for team in (stage.team, stage.other_team)
    ]
    for _round in range(3):
        for allocation in pools:
            enrol_new(stage.admin, allocation)
    begin = clock.now()
    back = begin + timedelta(hours=1)
    taken: list[Received] = []

    def answer(received: Received) -> Answer:
        if now[0] < back:
            return Answer(503)
        taken.append(received)
        return Answer(204)

    now = [begin]
    receiver.answer = answer
    while (due := next_attempt(endpoint)) or now[0] == begin:
        now[0] = max(now[0], due or begin) + timedelta(milliseconds=1)
        with clock.telling(now[0]):
            work()
    assert now[0] >= back
    ids = {each.headers["webhook-id"] for each in taken}
    told = [verified(endpoint, each)["data"] for each in taken]
    assert len(ids) == len(taken) == 2 * (2 + 3 * 2)
    for pool_id in {str(each.pool_id) for each in pools}:
        used = [each["pool"]["used"] for each in told if each["pool"]["id"] == pool_id]
        assert used == [0, 0, 1, 1, 2, 2, 3, 3]


def test_same_event_has_the_same_id_in_every_attempt(stage: Cast, receiver: Receiver) -> None:
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    endpoint = make_endpoint(stage.admin, receiver, ["enrolment.created"])
    receiver.answer = lambda _received: Answer(204 if len(receiver.received) == 3 else 500)
    enrol_new(stage.admin, allocation)
    work_until_all_is_delivered(endpoint, clock.now())
    assert len(receiver.received) == 3
    assert len({each.headers["webhook-id"] for each in receiver.received}) == 1


def test_answers_are_kept_up_to_a_kibibyte(stage: Cast, receiver: Receiver) -> None:
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    make_endpoint(stage.admin, receiver, ["enrolment.created"])
    receiver.answer = lambda _received: Answer(200, b"a\0" + b"x" * 5000)
    enrol_new(stage.admin, allocation)
    work()
    with tenancy.scope(stage.organisation.pk):
        attempt = Attempt.objects.get()
    assert (attempt.status, len(attempt.answer)) == (200, 1024)


def test_redirect_is_a_failure(stage: Cast, receiver: Receiver) -> None:
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    with receiving() as other:
        receiver.answer = lambda _received: Answer(302, headers={"Location": other.address})
        endpoint = make_endpoint(stage.admin, receiver, ["enrolment.created"])
        enrol_new(stage.admin, allocation)
        work()
    assert other.received == []
    assert states_of(endpoint) == ["waiting"]


def test_paused_endpoint_goes_on_where_it_stopped(stage: Cast, receiver: Receiver) -> None:
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    endpoint = make_endpoint(stage.admin, receiver, ["enrolment.created"])
    pause(actor=stage.admin, endpoint=endpoint)
    enrol_new(stage.admin, allocation)
    work()
    assert receiver.received == []
    go_on(actor=stage.admin, endpoint=endpoint)
    work()
    assert types_of(receiver) == ["enrolment.created"]


def test_paused_endpoint_may_skip_what_happened_meanwhile(stage: Cast, receiver: Receiver) -> None:
    endpoint = make_endpoint(stage.admin, receiver)
    pause(actor=stage.admin, endpoint=endpoint)
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    ask(actor=stage.manager, team=stage.team, product=stage.product, seats=1, reason="one")
    go_on(actor=stage.admin, endpoint=endpoint, skip=True)
    work()
    assert receiver.received == []
    enrol_new(stage.admin, allocation)
    work()
    assert types_of(receiver) == ["enrolment.created", "pool.changed"]


def test_ledger_is_read_to_its_end_however_long_it_is(
    stage: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "AT_ONCE", 2)
    monkeypatch.setattr(queueing, "AT_ONCE", 2)
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    endpoint = make_endpoint(stage.admin, receiver, ["enrolment.created"])
    enrol_new(stage.admin, allocation, 7)
    work()
    used = [each["data"]["pool"]["used"] for each in messages(receiver)]
    assert used == [1, 2, 3, 4, 5, 6, 7]
    assert states_of(endpoint) == ["done"] * 7


def test_slow_receiver_delays_no_other(stage: Cast, receiver: Receiver) -> None:
    other_was_told = threading.Event()
    waited: list[bool] = []

    def wait(_received: Received) -> Answer:
        waited.append(other_was_told.wait(10))
        return Answer()

    def tell(_received: Received) -> Answer:
        other_was_told.set()
        return Answer()

    allocation = make_allocation(stage.admin, stage.team, stage.product)
    receiver.answer = wait
    make_endpoint(stage.admin, receiver, ["enrolment.created"])
    with receiving(Receiver(tell)) as other:
        make_endpoint(stage.admin, other, ["enrolment.created"])
        enrol_new(stage.admin, allocation)
        work()
    assert waited == [True]
