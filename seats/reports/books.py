"""The proof that the books balance, as a page shows it: what differs first, then the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from orgs.models import Organisation
from seats.books import Balance, PoolBooks, ProductBooks
from seats.models import Proof
from seats.services.findings import Finding, tell
from seats.services.proving import flaws_of

PER_PAGE = 50
# So many differences are written out; the number of all of them stands beside.
NAMED = 20


@dataclass(frozen=True, kw_only=True)
class BooksReport:
    """A balance, and the page of its pools or of its products that is asked for."""

    balance: Balance
    differences: Sequence[str]
    more: int
    proof: Proof | None
    findings: Sequence[Finding]
    shows_products: bool
    page: Page[PoolBooks | ProductBooks]
    topics: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.balance.holds and not self.findings


def books_report(
    organisation: Organisation, balance: Balance, *, shows_products: bool, page: str | None
) -> BooksReport:
    """Lay a balance out; what differs comes first, and what the last proof of all found with it."""
    found = balance.differences
    proof = Proof.objects.for_org(organisation).first()
    books: Sequence[PoolBooks | ProductBooks]
    books = balance.products if shows_products else balance.pools
    ordered: list[PoolBooks | ProductBooks] = sorted(books, key=_is_right)
    return BooksReport(
        balance=balance,
        differences=found[:NAMED],
        more=max(0, len(found) - NAMED),
        proof=proof,
        findings=_findings(organisation, balance, proof),
        shows_products=shows_products,
        page=Paginator(ordered, PER_PAGE).get_page(page),
    )


def _findings(
    organisation: Organisation, balance: Balance, proof: Proof | None
) -> Sequence[Finding]:
    """Return what was found just now; of the part not gone through, what was found before."""
    if balance.chain.is_whole or proof is None:
        return balance.findings
    before = [flaw for flaw in flaws_of(proof) if (flaw.position or 0) < balance.chain.first]
    return [*balance.findings, *tell(organisation, before)]


def _is_right(books: PoolBooks | ProductBooks) -> bool:
    return not books.differences
