"""What the project exists for: products, pools, allocations, enrolments and the ledger."""

from seats.models.chain import Link, LinkedUntil
from seats.models.days import ClosedDay
from seats.models.enrolments import Enrolment
from seats.models.imports import Import, ImportRow
from seats.models.ledger import LedgerEntry
from seats.models.naming import Naming
from seats.models.pools import Allocation, Pool, Product
from seats.models.prices import Price
from seats.models.privacy import Withheld
from seats.models.proof import Proof, Seal
from seats.models.requests import SeatRequest
from seats.models.schedules import ReportReader, ScheduledReport
from seats.models.watch import Watch

# The most seats that one movement, pool or stock may have: far beyond any use, and far from the
# end of a 32-bit integer.
MOST_SEATS = 100_000_000

__all__ = [
    "MOST_SEATS",
    "Allocation",
    "ClosedDay",
    "Enrolment",
    "Import",
    "ImportRow",
    "LedgerEntry",
    "Link",
    "LinkedUntil",
    "Naming",
    "Pool",
    "Price",
    "Product",
    "Proof",
    "ReportReader",
    "ScheduledReport",
    "Seal",
    "SeatRequest",
    "Watch",
    "Withheld",
]
