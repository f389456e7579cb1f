"""The proof that the books balance, as a page shows it: what differs first, then the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from seats.books import Balance, PoolBooks, ProductBooks

PER_PAGE = 50
# So many differences are written out; the number of all of them stands beside.
NAMED = 20


@dataclass(frozen=True, kw_only=True)
class BooksReport:
    """A balance, and the page of its pools or of its products that is asked for."""

    balance: Balance
    differences: Sequence[str]
    more: int
    shows_products: bool
    page: Page[PoolBooks | ProductBooks]
    topics: list[str] = field(default_factory=list)


def books_report(balance: Balance, *, shows_products: bool, page: str | None) -> BooksReport:
    """Lay a balance out; what differs comes first."""
    found = balance.differences
    books: Sequence[PoolBooks | ProductBooks]
    books = balance.products if shows_products else balance.pools
    ordered: list[PoolBooks | ProductBooks] = sorted(books, key=_is_right)
    return BooksReport(
        balance=balance,
        differences=found[:NAMED],
        more=max(0, len(found) - NAMED),
        shows_products=shows_products,
        page=Paginator(ordered, PER_PAGE).get_page(page),
    )


def _is_right(books: PoolBooks | ProductBooks) -> bool:
    return not books.differences
