"""Withholding: a reason that names somebody who was erased is told to nobody any more."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from orgs.models import Member
from seatdash.tenancy import atomically

# Only whole words count: whoever is called Ann is not in "planned". What stands between letters and
# digits is as good as a space, on both sides.
NAMING = """
    organisation_id = %(org)s AND reason <> '' AND EXISTS (
        SELECT FROM unnest(%(words)s::text[]) AS word
        WHERE strpos(' ' || regexp_replace(lower(reason), '[^[:alnum:]]+', ' ', 'g') || ' ',
            ' ' || trim(regexp_replace(lower(word), '[^[:alnum:]]+', ' ', 'g')) || ' ') > 0)
"""

# The entry stays as it is: its digest is part of the chain.
WITHHOLD = f"""
    INSERT INTO seats_withheld (entry_id, organisation_id, by_id)
    SELECT id, organisation_id, %(by)s FROM seats_ledgerentry WHERE {NAMING}
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - parts of this file

COUNT = f"SELECT count(*) FROM seats_ledgerentry WHERE {NAMING}"  # noqa: S608 - as above


@atomically
def withhold(*, actor: Member, words: Sequence[str]) -> int:
    """Withhold every reason that contains one of these words, whatever the case; says how many."""
    with connection.cursor() as cursor:
        params: dict[str, Any] = {
            "org": actor.organisation_id,
            "by": actor.pk,
            "words": list(words),
        }
        cursor.execute(WITHHOLD, params)
        count: int = cursor.rowcount
    return count


def reasons_naming(member: Member, words: Sequence[str]) -> int:
    """Return how many reasons of the ledger name a person by one of these words."""
    with connection.cursor() as cursor:
        params: dict[str, Any] = {"org": member.organisation_id, "words": list(words)}
        cursor.execute(COUNT, params)
        count: int = cursor.fetchone()[0]
    return count
