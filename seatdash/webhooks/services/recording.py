"""What became of a round: attempts, pauses, and endpoints that are switched off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Min

from orgs.ids import new_id
from orgs.mail import write_to_each
from orgs.models import Member
from seatdash import tenancy
from seatdash.webhooks.models import LONGEST_ANSWER, Attempt, Delivery, Endpoint, is_success
from seatdash.webhooks.services.endpoints import forget
from seatdash.webhooks.services.pauses import MANY_FAILURES, REST, asked_for, pause_after
from seatdash.webhooks.services.rounds import Round
from seats import clock

GONE = 410
ASKS_FOR_TIME = {429, 503}
LONGEST_PROBLEM = 300


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that was sent: when it was answered with what, or what hindered it."""

    delivery_id: UUID
    at: datetime
    ms: int
    status: int | None = None
    answer: str = ""
    problem: str = ""
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        return is_success(self.status)


def record_round(made: Round, results: Sequence[Sent]) -> bool:
    """Write down what was sent, and give the endpoint back; says whether there is more to send."""
    with tenancy.scope(made.organisation_id):
        rows = Endpoint.objects.select_for_update(no_key=True)
        endpoint = rows.filter(pk=made.endpoint_id).first()
        if endpoint is None:
            # Deleted meanwhile, with all that was to be sent to it.
            return False
        note(endpoint, results)
        if endpoint.is_hook and endpoint.off_because == Endpoint.Off.GONE:
            # So a program unsubscribes; nobody needs to be told.
            forget(endpoint)
            return False
        endpoint.claimed_until = None
        if endpoint.state == Endpoint.State.ACTIVE and endpoint.due_at is None:
            endpoint.due_at = _next(endpoint)
        endpoint.save()
        return endpoint.due_at is not None and endpoint.due_at <= clock.now()


def note(endpoint: Endpoint, results: Sequence[Sent]) -> None:
    """Write down attempts and what they mean for a locked endpoint, which is not saved yet."""
    in_order = sorted(results, key=lambda result: result.at)
    Attempt.objects.bulk_create(attempt_of(endpoint, each) for each in in_order)
    failed = Delivery.objects.in_bulk(each.delivery_id for each in in_order if not each.is_success)
    was_silent = endpoint.failures >= MANY_FAILURES
    for result in in_order:
        if result.is_success:
            endpoint.failures, endpoint.failing_since = 0, None
            endpoint.succeeded_at, endpoint.rest_until = result.at, None
        else:
            _note_failure(endpoint, failed[result.delivery_id], result)
    _note_successes([each for each in in_order if each.is_success])
    Delivery.objects.bulk_update(
        failed.values(), ["state", "step", "tried", "tried_since", "last_status", "next_at"]
    )
    if was_silent and endpoint.failures == 0:
        # It is back: what waited for it need wait no longer.
        Delivery.objects.to(endpoint).held_up().update(next_at=clock.now())


def attempt_of(endpoint: Endpoint, result: Sent) -> Attempt:
    """Return a request that was sent, as it is kept; not saved yet."""
    return Attempt(
        id=new_id(),
        organisation_id=endpoint.organisation_id,
        delivery_id=result.delivery_id,
        at=result.at,
        status=result.status,
        ms=result.ms,
        # PostgreSQL takes no NUL in a text.
        answer=result.answer.replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST_ANSWER],
        problem=result.problem.replace("\0", "")[:LONGEST_PROBLEM],
    )


def _note_successes(results: Sequence[Sent]) -> None:
    by_status: dict[int | None, list[UUID]] = {}
    for result in results:
        by_status.setdefault(result.status, []).append(result.delivery_id)
    for status, ids in by_status.items():
        Delivery.objects.filter(pk__in=ids).update(
            state=Delivery.State.DONE, last_status=status, tried=F("tried") + 1
        )


def _note_failure(endpoint: Endpoint, delivery: Delivery, result: Sent) -> None:
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or result.at
    delivery.tried += 1
    delivery.tried_since = delivery.tried_since or result.at
    delivery.last_status = result.status
    pause = pause_after(delivery.step)
    if result.status == GONE:
        switch_off(endpoint, Endpoint.Off.GONE)
    elif pause:
        delivery.step += 1
        delivery.next_at = result.at + pause
    elif endpoint.failing_since <= delivery.tried_since:
        # Nothing got through in all the time in which this was tried: it keeps its place.
        switch_off(endpoint, Endpoint.Off.FAILING)
    else:
        delivery.state = Delivery.State.FAILED
    _rest(endpoint, result)


def _rest(endpoint: Endpoint, result: Sent) -> None:
    wished = asked_for(result.retry_after) if result.status in ASKS_FOR_TIME else None
    if wished is None and endpoint.failures >= MANY_FAILURES:
        wished = REST
    if wished:
        until = result.at + wished
        endpoint.rest_until = max(endpoint.rest_until or until, until)


def switch_off(endpoint: Endpoint, reason: Endpoint.Off) -> None:
    """Send nothing more to a locked endpoint, and tell the admins."""
    if endpoint.state == Endpoint.State.OFF:
        return
    endpoint.state, endpoint.off_because = Endpoint.State.OFF, reason
    endpoint.due_at = None
    if not (endpoint.is_hook and reason == Endpoint.Off.GONE):
        admins = Member.objects.for_org(endpoint.organisation_id).admins()
        task = "seatdash.webhooks.tasks.mail_off"
        write_to_each(admins, task, endpoint.organisation_id, endpoint_id=endpoint.pk)


def _next(endpoint: Endpoint) -> datetime | None:
    """Return when there is something to do for the endpoint, None for not before it is told."""
    now = clock.now()
    if endpoint.rest_until and endpoint.rest_until > now:
        return endpoint.rest_until
    if Delivery.objects.sendable(endpoint).exists():
        return now
    held = Delivery.objects.to(endpoint).held_up().order_by()
    next_at: datetime | None = held.aggregate(at=Min("next_at"))["at"]
    return next_at
