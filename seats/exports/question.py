"""What an export is, and which part of it is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from django.utils.functional import Promise

from orgs.models import Organisation
from seats.resources.tables import Table
from seats.services.discretion import told_since


@dataclass(frozen=True, kw_only=True)
class Export:
    """A table to download: what it is called, its columns, and the query that has them in order.

    The query gives texts, numbers and moments as they are. It is asked with `org`, `product` and
    `team` (NULL for all), `below` (the teams below that one too), `moment`, and `begin`, which is
    NULL but for what is `of_period`: that is from `begin` up to `moment`, and without it.
    `told_since` says from when on it is told who and why (docs/privacy.md). Names are those of the
    moment; `unrenamed` is the same where nothing was renamed since, and quicker.
    `rows` asks for as many rows and nothing in them; where its plan knows too little,
    `estimate` is a query of about as many.

    Rows that are `in_order_of_an_index` come one by one from the start; sorting them would keep the
    client waiting, and write them all to disk before the first is sent.
    """

    name: str
    label: str | Promise
    hint: str | Promise
    table: type[Table]
    query: LiteralString
    unrenamed: LiteralString | None = None
    rows: LiteralString
    estimate: LiteralString | None = None
    of_period: bool = False
    in_order_of_an_index: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.table.fields)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which part of it is asked for; None for all, and for now."""

    product: UUID | None = None
    team: UUID | None = None
    with_below: bool = False
    begin: datetime | None = None
    moment: datetime | None = None

    @property
    def is_all(self) -> bool:
        return not (self.product or self.team or self.begin)

    def params(self, organisation: Organisation) -> dict[str, Any]:
        """Return the parameters of the query."""
        return {
            "org": organisation.pk,
            "product": self.product,
            "team": self.team,
            "below": self.with_below,
            "begin": self.begin,
            "moment": self.moment,
            "told_since": told_since(organisation),
        }
