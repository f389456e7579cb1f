"""P4 and P9: whole calls of the API, against one that authenticates and answers a constant.

Eight processes call the real server over connections that they keep; calls and constants in turn.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from django.core.management import CommandError

from orgs.models import Member
from seatdash import tenancy
from seatdash.api.models import HIGHEST_RATE
from seatdash.api.services.tokens import make_token
from seats.models import Product
from tests.bench.crew import Crew
from tests.bench.results import Compared, Round, Together
from tests.bench.world import World
from tests.servers import web_server

# As many as the server has threads for, so that several commits are written at once.
PROCESSES = 8
ROUNDS, CALLS_A_ROUND = 7, 1_200
SETTINGS = "tests.bench.constant_settings"
CONSTANT = "/api/v1/bench/constant"
PATIENCE = 60.0
DONE = {200, 201}


@dataclass(frozen=True)
class Call:
    port: int
    secret: str
    method: str
    path: str
    body: str = ""


class Caller:
    """A program, with a connection that it keeps."""

    def __init__(self) -> None:
        self._connection: HTTPConnection | None = None

    def call(self, calls: Sequence[Call]) -> Callable[[], None]:
        """Answer what makes these calls, one after the other."""
        first = calls[0]
        connection = self._connection = self._connection or HTTPConnection(
            "127.0.0.1", first.port, timeout=PATIENCE
        )
        headers = {"Authorization": f"Bearer {first.secret}", "Content-Type": "application/json"}

        def do() -> None:
            for each in calls:
                connection.request(each.method, each.path, each.body or None, headers)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status not in DONE:
                    raise CommandError(f"{each.path} answered {answer.status}: {text[:300]!r}")

        return do


def measure_enrolling(world: World, scale: float) -> Together:
    """Measure P4: people of the team, and such as nobody has heard of."""
    with _serving(world) as (port, secret):
        bodies = _bodies(world)
        known = [Call(port, secret, "POST", "/api/v1/enrolments", body) for body in bodies]
        new = [
            Call(port, secret, "POST", "/api/v1/enrolments", _of_somebody_new(body, number))
            for number, body in enumerate(bodies)
        ]
        parts = [
            _measure("P4", "POST /enrolments, people of the team", known, 0.5, scale),
            _measure("P4", "POST /enrolments, people not known yet", new, 0.5, scale),
        ]
    return Together("P4", parts, holds=True)


def measure_access(world: World, scale: float) -> Compared:
    """Measure P9; that it is one query, tests/api/test_calls.py says."""
    with _serving(world) as (port, secret):
        asked = [json.loads(body) for body in _bodies(world)]
        calls = [
            Call(port, secret, "GET", f"/api/v1/access?email={a['email']}&product={a['product']}")
            for a in asked
        ]
        return _measure("P9", "GET /access", calls, 0.8, scale)


def _bodies(world: World) -> list[str]:
    """Give what enrols each member of each team in the team's free pool, in any order."""
    with tenancy.scope(world.organisation_id):
        emails = dict(Member.objects.values_list("pk", "email"))
        codes = dict(Product.objects.values_list("pk", "code"))
    bodies = [
        {"team": str(place.team_id), "product": codes[place.product_id], "email": emails[member]}
        for place, members in world.spread
        for member in members
    ]
    random.Random(4).shuffle(bodies)  # noqa: S311 - a shuffle, not a secret
    return [json.dumps(body) for body in bodies]


def _of_somebody_new(body: str, number: int) -> str:
    return json.dumps(json.loads(body) | {"email": f"somebody-{number}@new.example"})


@contextmanager
def _serving(world: World) -> Iterator[tuple[int, str]]:
    actor = Member(pk=world.actor_id, organisation_id=world.organisation_id)
    scopes = ["read", "enrol"]
    made = make_token(actor=actor, name="Bench", scopes=scopes, per_minute=HIGHEST_RATE)
    with web_server(DJANGO_SETTINGS_MODULE=SETTINGS) as (_process, port):
        yield port, made.secret


def _measure(name: str, what: str, calls: Sequence[Call], goal: float, scale: float) -> Compared:
    size = max(4 * PROCESSES, min(round(CALLS_A_ROUND * max(scale, 0.05)), len(calls) // ROUNDS))
    plain = Call(calls[0].port, calls[0].secret, "GET", CONSTANT)
    rounds = []
    with Crew(PROCESSES, f"{__name__}:Caller") as crew:
        crew.per_second("call", [plain] * size)
        for number in range(ROUNDS):
            ours = calls[number * size : (number + 1) * size]
            order = (ours, [plain] * size) if number % 2 else ([plain] * size, ours)
            rates = [crew.per_second("call", each) for each in order]
            ceiling, measured = rates[::-1] if number % 2 else rates
            rounds.append(Round(ceiling, measured))
    return Compared(name, what, " /s", rounds[1:], goal=goal, at_least=True)
