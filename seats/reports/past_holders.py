"""Who held seats at a past moment: the ledger says who and until when, and names are today's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.ids import array_of
from orgs.listing import Column, Listing, ListPage, list_page
from orgs.models import Organisation
from seats.models import Enrolment
from seats.querysets import EnrolmentQuerySet
from seats.reports import past_sql
from seats.reports.enrolment_list import EnrolmentRow, rows_of

HOLDERS = Listing(
    id="enrolments",
    fragment="seats/_past_holders_list.html",
    first="-started",
    columns=(
        Column(name="person", label=_("Person"), by="member__search"),
        Column(name="product", label=_("Product")),
        Column(name="team", label=_("Team")),
        Column(name="started", label=_("Since"), by="started_at", kind="moment", descends=True),
        Column(name="ends", label=_("Until")),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """The seats of some pools that were held at a moment; of one team, or by whomever."""

    organisation: Organisation
    pools: Collection[UUID]
    moment: datetime
    team_id: UUID | None = None

    def enrolments(self) -> EnrolmentQuerySet:
        """Return the enrolments that occupied a seat then."""
        team = self.team_id and str(self.team_id)
        asked = [self.organisation.pk, array_of(self.pools), self.moment, team, team]
        held = RawSQL(past_sql.HOLDING, asked)  # noqa: S611 - a constant, with its parameters
        return Enrolment.objects.filter(pk__in=held)

    def ends(self, ids: Collection[UUID]) -> dict[UUID, tuple[datetime | None, bool]]:
        """Return until when enrolments were to last then, and whether they kept a seat longer."""
        asked: dict[str, Any] = {
            "org": self.organisation.pk,
            "pools": array_of(self.pools),
            "moment": self.moment,
            "ids": array_of(ids),
        }
        with connection.cursor() as cursor:
            cursor.execute(past_sql.ENDS, asked)
            return {pk: (until, keeps) for pk, until, keeps in cursor.fetchall()}


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A row of the list; `until` is the end that the enrolment had then.

    `is_over` where that was past already, though not booked yet; `keeps` where it was booked, and
    the seat stayed used.
    """

    row: EnrolmentRow
    until: datetime | None
    is_over: bool
    keeps: bool


def holders_page(
    held: Held, enrolments: EnrolmentQuerySet, listing: Listing, query: QueryDict
) -> ListPage[Holder]:
    """Return the page that the address asks for of `enrolments`, of those that were held."""
    return list_page(enrolments, listing.asked(query), partial(_dressed, held))


def _dressed(held: Held, ids: list[UUID]) -> dict[UUID, Holder]:
    rows, ends = rows_of(ids), held.ends(ids)
    return {pk: _holder(rows[pk], held.moment, *ends[pk]) for pk in ids if pk in rows}


def _holder(row: EnrolmentRow, moment: datetime, until: datetime | None, keeps: bool) -> Holder:  # noqa: FBT001 - as the statement has it
    is_over = until is not None and until <= moment
    return Holder(row=row, until=until, is_over=is_over, keeps=keeps)
