"""Endpoints: made, changed, held, deleted; and their secrets."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from orgs.errors import Refusal
from orgs.models import Member
from seatdash.outgoing import AddressRefusedError, check_url
from seatdash.secrets import decrypt, encrypt
from seatdash.tenancy import atomically
from seatdash.webhooks.events import THRESHOLDS
from seatdash.webhooks.models import Attempt, Delivery, Endpoint
from seatdash.webhooks.signing import new_secret
from seats import clock
from seats.models import Link
from seats.services.chaining import link_entries_of

State = Endpoint.State
# While both are good, a receiver can change over to the new secret.
OLD_SECRET_FOR = timedelta(hours=24)
MOST_ENDPOINTS = 100


class AddressNotAllowed(Refusal):
    title = _("Nothing can be sent to this address.")


class TooManyEndpoints(Refusal):
    title = _("There are too many endpoints. Delete one that is no longer needed.")


@atomically
def add_endpoint(
    *,
    actor: Member,
    address: str,
    types: Sequence[str],
    thresholds: Sequence[int] = THRESHOLDS,
    is_hook: bool = False,
) -> Endpoint:
    """Send events from now on to an address. Raises AddressNotAllowed or TooManyEndpoints."""
    _check(address)
    endpoints = Endpoint.objects.for_org(actor.organisation_id)
    if endpoints.count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints(endpoints=MOST_ENDPOINTS)
    return Endpoint.objects.create(
        organisation_id=actor.organisation_id,
        address=address,
        types=sorted(types),
        thresholds=sorted(set(thresholds)),
        secret=encrypt(new_secret()),
        is_hook=is_hook,
        position=_end_of_ledger(actor),
        created_by=actor,
        created_at=clock.now(),
    )


@atomically
def change_endpoint(
    *,
    actor: Member,
    endpoint: Endpoint,
    address: str,
    types: Sequence[str],
    thresholds: Sequence[int],
) -> Endpoint:
    """Send somewhere else, or other events, from now on. Raises AddressNotAllowed."""
    _check(address)
    locked = lock_endpoint(endpoint)
    locked.address, locked.types = address, sorted(types)
    locked.thresholds = sorted(set(thresholds))
    locked.save(update_fields=["address", "types", "thresholds"])
    return locked


@atomically
def pause(*, actor: Member, endpoint: Endpoint) -> Endpoint:
    """Send nothing until somebody goes on; what happens meanwhile waits."""
    locked = lock_endpoint(endpoint)
    if locked.state == State.ACTIVE:
        locked.state, locked.due_at = State.PAUSED, None
        locked.save(update_fields=["state", "due_at"])
    return locked


@atomically
def go_on(*, actor: Member, endpoint: Endpoint, skip: bool = False) -> Endpoint:
    """Send again, from where it stopped, or with `skip` only what happens from now on."""
    locked = lock_endpoint(endpoint)
    waiting = Delivery.objects.to(locked).waiting()
    if skip:
        waiting.update(state=Delivery.State.SKIPPED)
        locked.position = _end_of_ledger(actor)
    else:
        waiting.update(step=0, tried_since=None, next_at=clock.now())
    locked.state, locked.off_because = State.ACTIVE, ""
    locked.failures, locked.failing_since, locked.rest_until = 0, None, None
    locked.due_at = clock.now()
    locked.save()
    return locked


@atomically
def renew_secret(*, actor: Member, endpoint: Endpoint) -> str:
    """Sign with a new secret, which is answered, and for a day with the old one as well."""
    locked = lock_endpoint(endpoint)
    secret = new_secret()
    locked.old_secret, locked.secret = locked.secret, encrypt(secret)
    locked.old_secret_until = clock.now() + OLD_SECRET_FOR
    locked.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return secret


@atomically
def delete_endpoint(*, actor: Member, endpoint: Endpoint) -> None:
    """Send nothing to it any more, and forget what was sent."""
    forget(lock_endpoint(endpoint))


def forget(endpoint: Endpoint) -> None:
    """Delete a locked endpoint with all that was or is to be sent to it."""
    deliveries = Delivery.objects.to(endpoint)
    Attempt.objects.filter(delivery__in=deliveries.order_by().values("pk")).delete()
    deliveries.delete()
    endpoint.delete()


def secret_of(endpoint: Endpoint) -> str:
    """Return the secret that events are signed with; raises UnreadableSecretError."""
    return decrypt(bytes(endpoint.secret))


def lock_endpoint(endpoint: Endpoint | UUID) -> Endpoint:
    """Lock an endpoint of the present organisation."""
    pk = endpoint.pk if isinstance(endpoint, Endpoint) else endpoint
    return Endpoint.objects.select_for_update(no_key=True).get(pk=pk)


def _check(address: str) -> None:
    try:
        check_url(address)
    except AddressRefusedError as refused:
        raise AddressNotAllowed(str(refused)) from refused


def _end_of_ledger(actor: Member) -> int:
    link_entries_of(actor.organisation)
    head = Link.objects.filter(organisation=actor.organisation_id).head()
    return head.position if head else 0
