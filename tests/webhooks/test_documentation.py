"""docs/webhooks.md: its examples are what is really sent, and its schedule is the real one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from seatdash import tenancy
from seatdash.webhooks.events import OFFERED
from seatdash.webhooks.services.pauses import PAUSES
from seats.models import Enrolment
from seats.services.enrolment import enrol
from seats.services.requests import approve, ask
from seats.services.revocation import revoke
from teams.services import Person, join
from tests.conftest import Cast
from tests.factories import make_allocation
from tests.pages import IDENTIFIER
from tests.receiver import Receiver
from tests.webhooks.delivering import EVERY_TYPE, make_endpoint, messages, work

PAGE = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"
EXAMPLE = re.compile(r"### `(?P<type>[a-z.]+)`.*?```json\n(?P<body>.*?)```", re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def without_chance(value: Any) -> Any:
    """Return a message with its ids and times replaced by words."""
    text = json.dumps(value, sort_keys=True)
    return json.loads(TIME.sub("<time>", re.sub(IDENTIFIER, "<id>", text)))


def written() -> dict[str, Any]:
    page = PAGE.read_text(encoding="utf-8")
    return {each["type"]: json.loads(each["body"]) for each in EXAMPLE.finditer(page)}


@pytest.fixture
def story(stage: Cast, receiver: Receiver) -> list[dict[str, Any]]:
    """What is sent when Kim is enrolled and revoked, and a manager asks for seats and gets them."""
    with tenancy.scope(stage.organisation.pk):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=1)
        (kim,) = join(
            actor=stage.admin, team=stage.team, people=[Person("kim@north.example", "Kim Lee")]
        )
    make_endpoint(stage.admin, receiver, EVERY_TYPE)
    enrol(actor=stage.manager, allocation=allocation, members=[kim], reason="order 1001")
    with tenancy.scope(stage.organisation.pk):
        revoke(actor=stage.admin, enrolment=Enrolment.objects.get())
    asked = ask(
        actor=stage.manager, team=stage.team, product=stage.product, seats=5, reason="A new class"
    )
    approve(actor=stage.admin, request=asked, answer="Enjoy")
    work()
    return list(messages(receiver))


def test_every_example_is_what_is_sent(story: list[dict[str, Any]]) -> None:
    sent: dict[str, Any] = {}
    for message in story:
        sent.setdefault(message["type"], message)
    examples = written()
    assert set(examples) == {name for name, _label in OFFERED}
    for name, example in examples.items():
        assert without_chance(example) == without_chance(sent[name]), name


def test_schedule_is_written_down_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    units = {"second": 1, "minute": 60, "hour": 3600}
    (line,) = re.findall(r"tries again after (.*?) \(each", page, re.DOTALL)
    found = re.findall(r"(\d+) (second|minute|hour)s?", line)
    assert [int(number) * units[unit] for number, unit in found] == [
        pause.total_seconds() for pause in PAUSES
    ]
