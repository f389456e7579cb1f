"""What a shop's message says, whatever the shop: the one shape that all are read into."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from seatdash.orders.errors import NotUnderstood
from seats.models import MOST_SEATS

# Money is counted in ten-thousandths where a shop writes decimals: no currency is finer.
FINEST = Decimal("0.0001")
MOST_MONEY = 10**17
MOST_LINES = 500


@dataclass(frozen=True, kw_only=True)
class Customer:
    id: str = ""
    email: str = ""
    name: str = ""
    company: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """`externals` are the ids that a mapping may speak of, the most particular first."""

    key: str
    externals: tuple[str, ...]
    quantity: int
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Refund:
    """`units` of a line, or of every line for ""; or an `amount` of money; or all, for neither."""

    key: str
    line_key: str = ""
    units: int | None = None
    amount: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One message about one order. `lines` None says nothing of them: the message is of a refund.

    `needs_lines` where they must be fetched; `is_cancelled` counts where `revision` is the latest.
    """

    order_id: str
    number: str = ""
    customer: Customer | None = None
    lines: tuple[Line, ...] | None = None
    needs_lines: bool = False
    total: int | None = None
    is_paid: bool = False
    refunds: tuple[Refund, ...] = ()
    revision: str = ""
    is_cancelled: bool = False


class Box:
    """A JSON object of a shop, read with care: nothing in it need be what it should."""

    def __init__(self, content: Any, path: str = "") -> None:
        self.content: Mapping[str, Any] = content if isinstance(content, dict) else {}
        self.path = path

    def text(self, name: str, most: int = 200) -> str:
        """Return words or a number as words; '' for anything else."""
        value = self.content.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        written = str(value).replace("\0", "").strip()
        return written.encode(errors="replace").decode()[:most]

    def needed(self, name: str) -> str:
        """Return words that must be there; raises NotUnderstood."""
        found = self.text(name)
        if not found:
            raise NotUnderstood(_("It has no %(field)s.") % {"field": f"{self.path}{name}"})
        return found

    def number(self, name: str) -> int:
        """Return a whole number of units, from 0; raises NotUnderstood."""
        value = self.content.get(name)
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value.strip()[:12])
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_SEATS:
            words = _("%(field)s is no whole number of units.")
            raise NotUnderstood(words % {"field": f"{self.path}{name}"})
        return value

    def money(self, name: str) -> int | None:
        """Return money that is written with decimals, without its sign; None for none."""
        try:
            amount = abs(Decimal(self.text(name) or "x"))
        except InvalidOperation:
            return None
        if not amount.is_finite() or amount > MOST_MONEY * FINEST:
            return None
        return int(amount / FINEST)

    def cents(self, name: str) -> int | None:
        """Return money that is counted in its smallest unit; None for none."""
        value = self.content.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_MONEY:
            return None
        return value

    def box(self, name: str) -> "Box":
        return Box(self.content.get(name), f"{self.path}{name}.")

    def boxes(self, name: str) -> list["Box"]:
        """Return the objects in a list; raises NotUnderstood where they are too many."""
        found = self.content.get(name)
        items = found if isinstance(found, list) else []
        if len(items) > MOST_LINES:
            raise NotUnderstood(
                _("%(field)s has too many parts.") % {"field": f"{self.path}{name}"}
            )
        return [Box(each, f"{self.path}{name}[{place}].") for place, each in enumerate(items)]


def person(first: str, last: str) -> str:
    """Return a full name."""
    return f"{first} {last}".strip()
