"""The statements that are exported: their columns, and what stands in them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from seats.resources.tables import PRODUCT, PRODUCT_CODE, TEAM_LABEL, Kind, Shown, Table


def _number(name: str, label: Any, meaning: Any) -> Shown:
    return Shown(name, label, meaning, Kind.NUMBER)


def _decimal(name: str, label: Any, meaning: Any) -> Shown:
    return Shown(name, label, meaning, Kind.DECIMAL)


OPENING_SEATS = _number("opening_seats", _("Seats, start"), _("Seats before the period."))
CLOSING_SEATS = _number(
    "closing_seats", _("Seats, end"), _("What there was and what moved, together.")
)
OPENING_USED = _number("opening_used", _("In use, start"), _("Seats in use before the period."))
ENROLLED = _number("enrolled", _("Enrolled"), _("Enrolments that were made."))
REVOKED = _number("revoked", _("Revoked"), _("Enrolments revoked, or ended by leaving a team."))
EXPIRED = _number("expired", _("Expired"), _("Enrolments that ended and freed their seat."))
CLOSING_USED = _number(
    "closing_used", _("In use, end"), _("What was in use and what moved, together.")
)
PEAK_USED = _number("peak_used", _("Peak"), _("The most that were in use at one moment."))


class StatementTable(Table):
    product_code, product, opening_seats = PRODUCT_CODE, PRODUCT, OPENING_SEATS
    issued = _number("issued", _("Issued"), _("Seats issued; of a team, those that moved in."))
    retired = _number("retired", _("Retired"), _("Seats retired; of a team, those that moved out."))
    closing_seats, opening_used, enrolled = CLOSING_SEATS, OPENING_USED, ENROLLED
    revoked, expired, closing_used, peak_used = REVOKED, EXPIRED, CLOSING_USED, PEAK_USED


class TeamStatementTable(Table):
    product_code, product = PRODUCT_CODE, PRODUCT
    kind = Shown("kind", _("Kind"), _("team, shared (pools of several teams) or unallocated."))
    team = Shown("team", TEAM_LABEL, _("Whose seats and use; empty for the two others."))
    cost_centre = Shown(
        "cost_centre", _("Cost centre"), _("Of the team, at the end of the period.")
    )
    opening_seats = OPENING_SEATS
    issued = _number("issued", _("Issued"), _("Seats issued; they begin unallocated."))
    retired = _number("retired", _("Retired"), _("Seats retired; they were unallocated."))
    moved_in = _number("moved_in", _("Moved in"), _("Seats that came from another line."))
    moved_out = _number("moved_out", _("Moved out"), _("Seats that went to another line."))
    closing_seats, opening_used, enrolled = CLOSING_SEATS, OPENING_USED, ENROLLED
    revoked, expired = REVOKED, EXPIRED
    held = _number("held", _("Held"), _("Enrolments that ended and keep their seat."))
    closing_used, peak_used = CLOSING_USED, PEAK_USED
    peak_at = Shown("peak_at", _("Peak at"), _("When that was first so."), Kind.MOMENT)
    seat_days_allocated = _decimal(
        "seat_days_allocated", _("Seat-days allocated"), _("Seats by time, in days of 24 hours.")
    )
    seat_days_used = _decimal(
        "seat_days_used", _("Seat-days used"), _("Seats in use by time, in days of 24 hours.")
    )
    price = _decimal("price", _("Price"), _("The price at the end of the period."))
    basis = Shown("basis", _("Price for"), _("seats, seat_days or enrolments."))
    price_changes = _number(
        "price_changes", _("Price changes"), _("How often the price changed in the period.")
    )
    amount = _decimal("amount", _("Amount"), _("What is charged; empty without a price."))
    currency = Shown("currency", _("Currency"), _("Of price and amount, by ISO 4217."))
