"""A person is erased: what programs said of them is forgotten, and what was done for them stays."""

from typing import Any
from urllib.parse import quote

from django.db.models import Q, QuerySet

from orgs.models import Member
from seatdash.api.models import Call, KeptAnswer

# What is left of an answer that named the person. Its key stays used: nothing happens twice.
NOTHING = b"{}"


def forget_caller_words(member: Member) -> None:
    """Take a member's name and address out of the log of calls, and of the answers kept.

    For `ERASERS` of seats.services.erasing: within its transaction, while the address is known.
    """
    words = [word for word in (member.email, member.name.strip()) if word]
    calls = Call.objects.for_org(member.organisation_id)
    _naming(calls, words, "body", "answer").update(body="", answer="")
    for call in _naming(calls, [*words, quote(member.email)], "path").only("path"):
        call.path = call.path.partition("?")[0]
        call.save(update_fields=["path"])
    answers = KeptAnswer.objects.for_org(member.organisation_id)
    named = [each.pk for each in answers.only("body") if _names(bytes(each.body), words)]
    answers.filter(pk__in=named).update(body=NOTHING)


def _naming(rows: QuerySet[Any], words: list[str], *columns: str) -> QuerySet[Any]:
    found = Q()
    for word in words:
        for column in columns:
            found |= Q(**{f"{column}__icontains": word})
    return rows.filter(found)


def _names(body: bytes, words: list[str]) -> bool:
    text = body.decode(errors="replace").lower()
    return any(word.lower() in text for word in words)
