"""The tokens and the log of calls, as the settings show them."""

import json
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.models import Organisation
from seatdash.api.models import Call, Token
from seatdash.api.querysets import CallQuerySet, TokenQuerySet

MOST_TOKENS = 500
CALLS = Listing(
    id="calls",
    fragment="api/_call_list.html",
    first="-at",
    columns=(
        Column(name="at", label=_("When"), by="at", kind="moment"),
        Column(label=_("Call")),
        Column(label=_("Answer")),
        Column(label=_("Token")),
        Column(label=_("Key")),
        Column(label=_("Took"), is_number=True),
    ),
)


def tokens_of(organisation: Organisation) -> TokenQuerySet:
    """Return the tokens, the newest first."""
    tokens = Token.objects.for_org(organisation).select_related("made_by")
    return tokens.newest_first()[:MOST_TOKENS]


def call_page(calls: CallQuerySet, query: QueryDict) -> ListPage[Call]:
    """Return the page of the log that the address asks for."""
    return list_page(calls, CALLS.asked(query), _dressed)


def laid_out(text: str) -> str:
    """Lay JSON out to be read; what is none, or was cut, is shown as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _dressed(ids: list[UUID]) -> dict[UUID, Call]:
    return Call.objects.select_related("token").in_bulk(ids)
