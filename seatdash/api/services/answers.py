"""Keeping the first answer to a key, so that whoever asks again gets it again.

The IETF's draft of the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header), with
one difference: of two that come at once, the second waits and is answered as the first was.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from orgs.ids import new_id
from orgs.models import Organisation
from seatdash import tenancy
from seatdash.api.models import KeptAnswer
from seatdash.api.services.tokens import Caller

# Longer than is promised, for whoever tries again on the day after.
KEPT = timedelta(hours=48)
REPLAY = "Idempotent-Replay"

# Whoever comes second waits here until the first has committed, or was rolled back.
BEGIN = """
    INSERT INTO api_keptanswer
        (id, organisation_id, token_id, key, digest, status, content_type, body, made_at)
    VALUES (%s, %s, %s, %s, %s, 0, '', '', clock_timestamp())
    ON CONFLICT (organisation_id, token_id, key) DO NOTHING
"""


class OtherBodyError(Exception):
    """The key came with something else before."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """The answer that is being found for a key; what is done for it can be taken back by itself."""

    answer_id: UUID
    organisation_id: UUID
    savepoint: str

    def undo(self) -> None:
        """Take back what was done since the key was noted, but keep the key."""
        transaction.savepoint_rollback(self.savepoint)

    def keep(self, response: HttpResponse) -> None:
        """Store the answer beside what it tells of: both are committed, or neither."""
        rows = KeptAnswer.objects.for_org(self.organisation_id).filter(pk=self.answer_id)
        rows.update(
            status=response.status_code,
            content_type=response["Content-Type"],
            body=response.content,
        )


def begin(*, caller: Caller, key: str, digest: bytes) -> Keeping | HttpResponse:
    """Note a key, or return the answer that it got before. Raises OtherBodyError.

    `digest` stands for all that was asked. Within a transaction that ends with the call.
    """
    answer_id = new_id()
    params: list[Any] = [answer_id, caller.organisation_id, caller.token_id, key, digest]
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, params)
        is_first = cursor.rowcount == 1
    if is_first:
        return Keeping(answer_id, caller.organisation_id, transaction.savepoint())
    return _again(caller, key, digest)


def _again(caller: Caller, key: str, digest: bytes) -> HttpResponse:
    kept = KeptAnswer.objects.for_org(caller.organisation_id).get(token=caller.token_id, key=key)
    if bytes(kept.digest) != digest:
        raise OtherBodyError
    return HttpResponse(
        bytes(kept.body),
        status=kept.status,
        content_type=kept.content_type,
        headers={REPLAY: "true"},
    )


def forget_old_answers(*, organisation: Organisation) -> int:
    """Forget answers that nobody will ask for again; answers how many."""
    with tenancy.scope(organisation.pk):
        rows = KeptAnswer.objects.for_org(organisation)
        return rows.made_before(timezone.now() - KEPT).delete()[0]
