"""The worker dies between a commit and its delivery, and nothing is lost."""

import os
import subprocess
import sys
import threading
from urllib.parse import urlsplit

from django.db import connection

from seatdash import tenancy
from seatdash.webhooks.models import Endpoint
from seats import clock
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.receiver import Answer, Received, Receiver
from tests.servers import ROOT
from tests.webhooks.delivering import make_endpoint, messages, states_of, work

PATIENCE = 120


def worker() -> subprocess.Popen[bytes]:
    address = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    given = {
        "DATABASE_URL": address._replace(path=f"/{name}").geturl(),
        "SEATDASH_ALLOW_PRIVATE_ADDRESSES": "1",
    }
    command = [sys.executable, "-m", "django", "worker"]
    return subprocess.Popen(command, env=os.environ | given, cwd=ROOT)


def test_worker_that_is_killed_while_it_delivers_loses_nothing(
    stage: Cast, receiver: Receiver
) -> None:
    arrived, may_answer = threading.Event(), threading.Event()

    def hold(_received: Received) -> Answer:
        arrived.set()
        may_answer.wait(PATIENCE)
        return Answer()

    receiver.answer = hold
    allocation = make_allocation(stage.admin, stage.team, stage.product)
    endpoint = make_endpoint(stage.admin, receiver, ["enrolment.created"])
    process = worker()
    try:
        enrol_new(stage.admin, allocation, 3)
        assert arrived.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
    may_answer.set()
    assert states_of(endpoint) == ["waiting"] * 3
    with tenancy.scope(stage.organisation.pk):
        # Its claim ends by itself; here nobody waits for that.
        Endpoint.objects.update(claimed_until=clock.now())
    work()
    used = [each["data"]["pool"]["used"] for each in messages(receiver)]
    assert used == [1, 1, 2, 3]
    assert states_of(endpoint) == ["done"] * 3
    first, again = receiver.received[:2]
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
