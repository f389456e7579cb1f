"""The tables that are exported: what their columns are called and mean, and what stands in them.

What can be imported as well has its label from the resource that imports it, and each of these
columns is known to the import by its name here (`words`).
"""

from enum import StrEnum
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource

from seats.resources.enrolments import EnrolmentSheet
from seats.resources.people import PeopleSheet
from seats.resources.products import ProductSheet


class Kind(StrEnum):
    """What stands in a column. A `STAMP` is a moment told in full, to the microsecond."""

    TEXT = "text"
    ID = "id"
    NUMBER = "number"
    DECIMAL = "decimal"
    MOMENT = "moment"
    STAMP = "stamp"


class Shown(Field):  # type: ignore[misc]  # the library has no types
    """A column of an export: its name is a promise, its label and meaning are for the page."""

    def __init__(self, name: str, label: Any, meaning: Any, kind: Kind = Kind.TEXT) -> None:
        # Any: what is translated when it is drawn has a type of its own in each library.
        super().__init__(attribute=name, column_name=name)
        self.label, self.meaning, self.kind = label, meaning, kind


class Table(Resource):  # type: ignore[misc]
    """A resource that only tells; its rows come from the database by COPY or a cursor."""

    fields: ClassVar[dict[str, Shown]]


def _number(name: str, label: Any, meaning: Any) -> Shown:
    return Shown(name, label, meaning, Kind.NUMBER)


def _moment(name: str, label: Any, meaning: Any) -> Shown:
    return Shown(name, label, meaning, Kind.MOMENT)


PRODUCT_CODE = Shown(
    "product_code", ProductSheet.fields["code"].label, _("The product's code (SKU).")
)
PRODUCT = Shown("product", ProductSheet.fields["name"].label, _("The product's name."))
POOL_ID = Shown("pool_id", _("Pool id"), _("Stays the same when the pool is renamed."), Kind.ID)
POOL = Shown("pool", _("Pool"), _("The pool's name."))
TEAM_LABEL = EnrolmentSheet.fields["team"].label


class UsageTable(Table):
    product_code, product, pool_id, pool = PRODUCT_CODE, PRODUCT, POOL_ID, POOL
    kind = Shown("kind", _("Kind"), _("dedicated, shared or unallocated."))
    team = Shown("team", TEAM_LABEL, _("Who draws on the pool; empty where nobody does."))
    capacity = _number("capacity", _("Seats"), _("Seats of the pool; empty where unlimited."))
    team_used = _number("team_used", _("Used by the team"), _("Seats that this team uses."))
    pool_used = _number("pool_used", _("Used in all"), _("Seats that all teams use."))
    available = _number(
        "available", _("Available"), _("What the team could still take; empty where unlimited.")
    )
    over_committed = _number(
        "over_committed", _("Over-committed"), _("By how many more seats are used than there are.")
    )
    as_of = Shown(
        "as_of",
        _("As of"),
        _("Of when the figures are; asked for, it gives them again."),
        Kind.STAMP,
    )


class EnrolmentTable(Table):
    enrolment_id = Shown("enrolment_id", _("Enrolment id"), _("Stays the same."), Kind.ID)
    product_code, pool_id, pool = PRODUCT_CODE, POOL_ID, POOL
    team = Shown("team", TEAM_LABEL, _("On whose behalf."))
    email = Shown("email", PeopleSheet.fields["email"].label, _("Who is enrolled."))
    name = Shown("name", PeopleSheet.fields["name"].label, _("Their name."))
    status = Shown("status", _("Status"), _("live, expired, revoked or left, at that moment."))
    started_at = _moment("started_at", _("Started"), _("When it began."))
    expires_at = _moment(
        "expires_at",
        _("Expires"),
        _("When it ends by itself, as was planned then; empty for never."),
    )
    ended_at = _moment("ended_at", _("Ended"), _("When it ended."))
    end_reason = Shown("end_reason", _("End reason"), _("expired, revoked or left."))


class LedgerTable(Table):
    entry_id = Shown("entry_id", _("Entry id"), _("Entries are never changed."), Kind.ID)
    at = _moment("at", _("When"), _("When it happened."))
    kind = Shown("kind", _("What"), _("issued, allocated, enrolled, revoked and so on."))
    product_code, pool_id, pool = PRODUCT_CODE, POOL_ID, POOL
    team = Shown("team", TEAM_LABEL, _("On whose behalf."))
    email = Shown("email", PeopleSheet.fields["email"].label, _("Whose enrolment it was."))
    actor = Shown("actor", _("By"), _("Who did it; empty where time did."))
    reason = Shown("reason", _("Reason"), _("What was given as the reason."))
    seats = _number(
        "seats", _("Seats moved"), _("Into the pool or out of it; without a pool, of the stock.")
    )
    used = _number("used", _("Use moved"), _("Seats that came into use, or were freed."))
    stock_after = _number("stock_after", _("Stock after"), _("The product's stock after it."))
    capacity_after = _number(
        "capacity_after", _("Seats after"), _("The pool's seats after it; empty where unlimited.")
    )
    used_after = _number("used_after", _("Used after"), _("Seats of the pool in use after it."))
