"""R6: the worker stands still for an hour, then tells a receiver that fails half the time."""

import asyncio
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db.models import Min
from django.test import override_settings
from standardwebhooks import Webhook, WebhookVerificationError

from orgs.errors import Refusal
from seatdash import tenancy
from seatdash.webhooks.events import MESSAGE, OFFERED, Type, events_of, message_id
from seatdash.webhooks.models import Delivery, Endpoint
from seatdash.webhooks.sending import deliver_what_is_due
from seatdash.webhooks.services.endpoints import add_endpoint, secret_of
from seats import clock
from seats.models import LedgerEntry, SeatRequest
from seats.services.chaining import link_new_entries
from seats.services.followers import Telling
from seats.services.requests import ask, decline
from tests.endure.deeds import DEEDS
from tests.endure.place import Place
from tests.receiver import Answer, Received, Receiver, receiving

STOOD_STILL = timedelta(hours=1)
TYPES = [name for name, _label in OFFERED]
# One operation in so many is a request for seats instead.
REQUESTS = 20
# So far the clock is put on at least, so that many pools are due at once.
LEAP = timedelta(minutes=10)
MOST_TURNS = 100_000


@dataclass
class Told:
    """What happened, what the receiver was sent and took, and what differs."""

    operations: int
    seed: int
    expected: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    turns: int = 0
    simulated: timedelta = timedelta()
    seconds: float = 0.0
    differences: list[str] = field(default_factory=list)


def run(place: Place, operations: int, *, seed: int) -> Told:
    """Do so much to a place, deliver all of it, and compare it with the ledger."""
    told, chance, began = Told(operations, seed), random.Random(seed), monotonic()  # noqa: S311
    receiver = Receiver()
    with override_settings(ALLOW_PRIVATE_ADDRESSES=True), receiving(receiver):
        endpoint = add_endpoint(actor=place.admin, address=receiver.address, types=TYPES)
        receiver.answer = _half(told, chance, secret_of(endpoint))
        _happen(place, operations, chance)
        _deliver(told, endpoint, clock.now() + STOOD_STILL)
        _compare(told, endpoint)
    told.seconds = monotonic() - began
    return told


def _half(told: Told, chance: random.Random, secret: str) -> Any:
    def answer(received: Received) -> Answer:
        try:
            message = Webhook(secret).verify(received.body, received.headers)
        except WebhookVerificationError as error:
            told.differences.append(f"{received.headers['webhook-id']}: {error}")
            return Answer(401)
        if chance.random() < 0.5:
            told.refused += 1
            return Answer(chance.choice([500, 502, 429]))
        told.taken.append(message | {"id": received.headers["webhook-id"]})
        return Answer()

    return answer


def _happen(place: Place, operations: int, chance: random.Random) -> None:
    """The worker stands still: nothing is linked, nothing told."""
    for number in range(operations):
        try:
            if number % REQUESTS == 0:
                _ask(place, chance, number)
            else:
                (deed,) = chance.choices(list(DEEDS), list(DEEDS.values()))
                deed(place, chance)
        except Refusal:
            continue


def _ask(place: Place, chance: random.Random, number: int) -> None:
    team, product = chance.choice(place.teams), chance.choice(place.products)
    reason = f"request {number}"
    asked = ask(actor=place.admin, team=team, product=product, seats=1, reason=reason)
    if chance.random() < 0.7:
        decline(actor=place.admin, request=asked)


def _deliver(told: Told, endpoint: Endpoint, moment: datetime) -> None:
    """The worker works again; where it would wait, the clock is put on."""
    begin = moment
    for turn in range(MOST_TURNS):
        with clock.telling(moment):
            Telling().tell(link_new_entries())
            asyncio.run(deliver_what_is_due())
        due = _next(endpoint)
        told.turns, told.simulated = turn + 1, moment - begin
        if due is None:
            return
        moment = max(moment + LEAP, due)
    told.differences.append("It did not come to an end.")


def _next(endpoint: Endpoint) -> datetime | None:
    with tenancy.scope(endpoint.organisation_id):
        present = Endpoint.objects.get(pk=endpoint.pk)
        waiting = Delivery.objects.to(endpoint).waiting().order_by()
        at: datetime | None = waiting.aggregate(at=Min("next_at"))["at"]
    if at is None or present.state != Endpoint.State.ACTIVE:
        return None
    return present.due_at or at


def _compare(told: Told, endpoint: Endpoint) -> None:
    with tenancy.scope(endpoint.organisation_id):
        lanes = _expected(endpoint)
        states = Counter(Delivery.objects.to(endpoint).values_list("state", flat=True))
    told.expected = sum(map(len, lanes.values()))
    arrived = [each["id"] for each in told.taken]
    wanted = {each for lane in lanes.values() for each in lane}
    told.differences += [f"{each} was lost" for each in sorted(wanted - set(arrived))]
    told.differences += [f"{each} never happened" for each in sorted(set(arrived) - wanted)]
    twice = [each for each, times in Counter(arrived).items() if times > 1]
    told.differences += [f"{each} was taken twice, though nobody died" for each in twice]
    told.differences += [
        f"{n} deliveries are {state}" for state, n in states.items() if state != "done"
    ]
    for lane, ids in lanes.items():
        of_lane = set(ids)
        if [each for each in arrived if each in of_lane] != ids:
            told.differences.append(f"{lane} was told in another order")


def _expected(endpoint: Endpoint) -> dict[str, list[str]]:
    """The ids of what is to be told, in order for each pool and request: from ledger and rows."""
    lanes: dict[str, list[str]] = defaultdict(list)
    entries = LedgerEntry.objects.for_org(endpoint.organisation_id).after(endpoint.position)
    for entry in entries.order_by("pool", "seq"):
        for event in events_of(entry, endpoint.thresholds):
            lanes[f"pool {entry.pool_id}"].append(_id(entry, event.type))
    for asked in SeatRequest.objects.for_org(endpoint.organisation_id):
        lanes[f"request {asked.pk}"] = [_id(asked, Type.REQUEST_CREATED)]
        if asked.decided_at:
            lanes[f"request {asked.pk}"].append(_id(asked, Type.REQUEST_DECIDED))
    return lanes


def _id(thing: Any, event_type: str) -> str:
    return MESSAGE + message_id(thing.pk, event_type).hex


def tell(told: Told) -> str:
    """Say what was done, what was compared, and what was found."""
    sent = len(told.taken) + told.refused
    head = (
        f"R6: {told.operations:,} operations while the worker stood still for an hour (the clock"
        f" was put on, nobody waited), then {sent:,} requests to a receiver that refused"
        f" {told.refused:,} of them, seed {told.seed}."
    )
    compared = (
        f"{told.expected:,} events were to be told, {len(told.taken):,} were taken: compared with"
        f" the ledger by id, in order for each pool, every signature checked; {told.turns:,} turns"
        f" over {told.simulated} of simulated time, in {told.seconds:.0f} s."
    )
    return "\n".join([head, compared, *told.differences[:50]])
