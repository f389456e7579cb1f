"""Withholding: a reason that names somebody who was erased is told to nobody any more."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from orgs.models import Member
from seatdash.tenancy import atomically

# The entry stays as it is: its digest is part of the chain.
WITHHOLD = """
    INSERT INTO seats_withheld (entry_id, organisation_id, by_id)
    SELECT id, organisation_id, %(by)s FROM seats_ledgerentry
    WHERE organisation_id = %(org)s AND reason <> '' AND EXISTS (
        SELECT FROM unnest(%(words)s::text[]) AS word WHERE strpos(lower(reason), word) > 0)
    ON CONFLICT DO NOTHING
"""


@atomically
def withhold(*, actor: Member, words: Sequence[str]) -> int:
    """Withhold every reason that contains one of these words, whatever the case; says how many."""
    lowered = [word.lower() for word in words if word]
    with connection.cursor() as cursor:
        params: dict[str, Any] = {"org": actor.organisation_id, "by": actor.pk, "words": lowered}
        cursor.execute(WITHHOLD, params)
        count: int = cursor.rowcount
    return count
