"""Usage: how much of each pool each team uses, now or at a past moment."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from seatdash.api.application import router
from seatdash.api.door import Scoped
from seatdash.api.finding import caller_of, product_named, team_named
from seatdash.api.problems import of_fields
from seatdash.api.schemas.fields import NO_NUL, ProductName, TeamName
from seatdash.api.schemas.lists import Listed
from seatdash.api.schemas.usage import UsageOut, UsagePaged
from seatdash.api.usage import Wanted, usage_page
from seats.forms.moments import PastMomentField

usage = router()


class Asked(UsagePaged):
    product: ProductName | None = None
    team: TeamName | None = None
    as_of: Annotated[str, Field(pattern=NO_NUL, max_length=40)] | None = Field(
        None,
        description="A past moment in ISO 8601, or a day, in UTC, for its end; now if not given.",
        examples=["2026-11-01T00:00:00Z"],
    )


@usage.get("", auth=Scoped("read"), response=Listed[UsageOut], summary="Usage, now or then")
def read_usage(request: HttpRequest, asked: Annotated[Asked, Query()]) -> Any:
    """One object for each pool and team, and one without a team for a pool that none draws on."""
    organisation = caller_of(request).organisation_id
    wanted = Wanted(
        organisation_id=organisation,
        product=product_named(organisation, asked.product) if asked.product else None,
        team=team_named(organisation, asked.team) if asked.team else None,
        moment=_moment(asked.as_of),
    )
    return usage_page(wanted, asked)


def _moment(text: str | None) -> Any:
    try:
        return PastMomentField().clean(text)
    except ValidationError as error:
        detail = str(error.messages[0])
        raise of_fields([{"in": "query", "field": "as_of", "detail": detail}]) from error
