"""Sealing: once a day the head of each chain is signed, with a key that the database lacks.

Whoever may write to the database can change entries and reckon the whole chain anew; the digests
that were sealed before then no longer fit, and new seals cannot be made without the secret key.
The signature is HMAC-SHA256 (RFC 2104), its key derived from SECRET_KEY.
"""

import hmac
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.crypto import salted_hmac

from orgs.models import Organisation
from seatdash import tenancy
from seats import clock
from seats.models import Link, Seal
from seats.services.chaining import link_entries_of

PURPOSE = "seatdash.seal.1"


def seal(*, organisation: Organisation) -> Seal | None:
    """Seal the day that has ended, where that is not done and entries have come since the last."""
    with tenancy.scope(organisation.pk):
        today = clock.now().astimezone(ZoneInfo(organisation.time_zone)).date()
        day = today - timedelta(days=1)
        last = Seal.objects.for_org(organisation).latest_one()
        if last and last.day >= day:
            return None
        link_entries_of(organisation)
        head = Link.objects.for_org(organisation).head()
        if head is None or (last and last.position == head.position):
            return None
        return _sealed(head, day)


def _sealed(head: Link, day: date) -> Seal:
    return Seal.objects.create(
        organisation_id=head.organisation_id,
        day=day,
        sealed_at=clock.now(),
        position=head.position,
        digest=head.digest,
        signature=_signature(head.organisation_id, day, head, settings.SECRET_KEY),
    )


def is_genuine(given: Seal) -> bool:
    """Say whether a seal was made with this installation's key, or one that it had before."""
    return any(
        hmac.compare_digest(
            _signature(given.organisation_id, given.day, given, key), bytes(given.signature)
        )
        for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    )


def _signature(organisation_id: UUID, day: date, head: Link | Seal, key: str) -> bytes:
    said = f"{organisation_id} {day.isoformat()} {head.position} {bytes(head.digest).hex()}"
    return salted_hmac(PURPOSE, said, secret=key, algorithm="sha256").digest()
