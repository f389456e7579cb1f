"""The figures of a statement's line, each leading to the entries that make it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from orgs.currencies import places
from orgs.words import grouped
from seats.models import LedgerEntry, Price
from seats.reports.amounts import amount_of, decimal
from seats.reports.periods import ONE_DAY, Period
from seats.statements import Direction, Figures, Line, Peak

Kind = LedgerEntry.Kind
USING = (Kind.ENROLLED, Kind.REVOKED, Kind.LEFT, Kind.EXPIRED)
SHOWN_PLACES = 2


@dataclass(frozen=True)
class Cell:
    """A figure, where its entries are ('' for nowhere), and what is said below it."""

    label: str
    text: str
    url: str = ""
    below: str = ""
    is_day: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether it is 0, and nothing is said of it."""
        return not self.below and not self.text.strip("0,.")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What all rows share: whose statement it is, of when, and which columns of seats it has."""

    slug: str
    period: Period
    currency: str
    has_issued: bool
    has_moved: bool


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a row is about: its figures, and how the activity page is asked for their entries."""

    figures: Figures
    peak: Peak
    about: dict[str, str] = field(default_factory=dict)
    holder: str = ""
    line: Line | None = None
    # Where the lines are that a sum is of.
    lines_url: str = ""


def cells_of(sheet: Sheet, subject: Subject) -> list[Cell]:
    """Return the figures of a row, in the order of the columns."""
    entries = _Entries(sheet, subject)
    return [*_seats(entries), *_use(entries), *_cost(entries)]


def strip_of(sheet: Sheet, subject: Subject) -> list[Cell]:
    """Return the figures that stand above the lines."""
    entries, figures = _Entries(sheet, subject), subject.figures
    strip = [
        entries.seats(_("Seats at the end"), figures.closing_seats),
        entries.use(_("In use at the end"), figures.closing_used),
        entries.peak(_("Most in use"), "DATETIME_FORMAT"),
        entries.days_used(),
    ]
    amount = entries.amount()
    return [*strip, replace(amount, below=sheet.currency)] if amount.text else strip


def _seats(entries: "_Entries") -> Iterator[Cell]:
    figures, sheet = entries.subject.figures, entries.sheet
    yield entries.seats(_("Seats, start"), figures.opening_seats, before=True)
    if sheet.has_issued:
        yield entries.cell(_("Issued"), figures.issued, Kind.ISSUED)
        yield entries.cell(_("Retired"), figures.retired, Kind.RETIRED)
    if sheet.has_moved:
        yield entries.moved(_("Moved in"), figures.moved_in, "in")
        yield entries.moved(_("Moved out"), figures.moved_out, "out")
    yield entries.seats(_("Seats, end"), figures.closing_seats)


def _use(entries: "_Entries") -> Iterator[Cell]:
    figures = entries.subject.figures
    left = _unbroken(_("%(n)s left"), figures.leaving)
    held = _unbroken(_("%(n)s held"), figures.held)
    yield entries.use(_("In use, start"), figures.opening_used, before=True)
    yield entries.cell(_("Enrolled"), figures.enrolled, Kind.ENROLLED)
    yield entries.cell(_("Revoked"), figures.revoked, Kind.REVOKED, Kind.LEFT, below=left)
    expired = (Kind.EXPIRED, Kind.HELD) if held else (Kind.EXPIRED,)
    yield entries.cell(_("Expired"), figures.expired, *expired, below=held)
    yield entries.use(_("In use, end"), figures.closing_used)
    yield entries.peak(_("Peak"), "SHORT_DATE_FORMAT")


def _unbroken(words: str, number: int) -> str:
    return (words % {"n": grouped(number)}).replace(" ", "\N{NO-BREAK SPACE}") if number else ""


def _cost(entries: "_Entries") -> Iterator[Cell]:
    yield entries.days_allocated()
    yield entries.days_used()
    yield entries.amount()


def _price(line: Line, currency: str) -> str:
    if line.price_changes:
        return _("price changed")
    if line.price is None or line.basis is None:
        return ""
    return (
        f"{Price.Basis(line.basis).label} \N{MULTIPLICATION SIGN} {amount_of(line.price, currency)}"
    )


@dataclass(frozen=True)
class _Entries:
    """Cells that lead to the activity page, narrowed to the entries that make them."""

    sheet: Sheet
    subject: Subject

    def cell(self, label: str, number: int, *kinds: Kind, below: str = "") -> Cell:
        url = self._url(kinds=_names(*kinds)) if number or below else ""
        return Cell(label, grouped(number), url, below)

    def moved(self, label: str, number: int, direction: Direction) -> Cell:
        url = self._moved_url(direction) if number else ""
        return Cell(label, grouped(number), url)

    def seats(self, label: str, number: int, *, before: bool = False) -> Cell:
        """All that ever came and went, up to the beginning or the end."""
        return Cell(label, grouped(number), self.seats_url(before=before) if number else "")

    def seats_url(self, *, before: bool = False) -> str:
        until = {"first": "", "last": self._last(before=before)}
        if self.subject.holder:
            return self._moved_url("all", **until)
        return self._url(kinds=_names(Kind.ISSUED, Kind.RETIRED), **until)

    def use(self, label: str, number: int, *, before: bool = False) -> Cell:
        return Cell(label, grouped(number), self.use_url(before=before) if number else "")

    def use_url(self, *, before: bool = False) -> str:
        return self._url(kinds=_names(*USING), first="", last=self._last(before=before))

    def peak(self, label: str, moment_format: str) -> Cell:
        peak = self.subject.peak
        if peak.at is None or not peak.used:
            return Cell(label, grouped(peak.used))
        at = localtime(peak.at)
        day = at.date().isoformat()
        url = self._url(first=day, last=day, kinds=_names(*USING))
        return Cell(label, grouped(peak.used), url, date_format(at, moment_format), is_day=True)

    def days_allocated(self) -> Cell:
        days = self.subject.figures.seat_days_allocated
        url = self.seats_url() if days else ""
        return Cell(_("Seat-days allocated"), decimal(days, SHOWN_PLACES), url)

    def days_used(self) -> Cell:
        days = self.subject.figures.seat_days_used
        url = self.use_url() if days else ""
        return Cell(_("Seat-days used"), decimal(days, SHOWN_PLACES), url)

    def amount(self) -> Cell:
        amount, line, currency = self.subject.figures.amount, self.subject.line, self.sheet.currency
        if amount is None:
            return Cell(_("Amount"), "")
        # The shared pools of all products have no lines of their own; only seats are charged there.
        url = self._charged_url(line) if line else self.subject.lines_url or self._moved_url("all")
        below = _price(line, currency) if line else ""
        return Cell(_("Amount"), decimal(amount, places(currency)), url if amount else "", below)

    def _charged_url(self, line: Line) -> str:
        """What was charged for; where the price changed, the prices are with the product."""
        if line.price_changes:
            return reverse("product", args=[self.sheet.slug, line.product_id])
        if line.basis == Price.Basis.SEATS:
            return self._moved_url("all")
        if line.basis == Price.Basis.ENROLMENTS:
            return self._url(kinds=_names(Kind.ENROLLED))
        return self.use_url()

    def _last(self, *, before: bool) -> str:
        period = self.sheet.period
        return (period.first - ONE_DAY if before else period.last).isoformat()

    def _moved_url(self, direction: Direction, **asked: str) -> str:
        # Entries that move a pool's seats name no team, so the holder says whose they are.
        moved = f"{direction}:{self.subject.holder or 'any'}"
        return self._url(team="", moved=moved, **asked)

    def _url(self, **asked: str) -> str:
        period = self.sheet.period
        days = {"first": period.first.isoformat(), "last": period.last.isoformat()}
        query = days | self.subject.about | asked
        found = urlencode({name: value for name, value in query.items() if value})
        return f"{reverse('activity', args=[self.sheet.slug])}?{found}"


def _names(*kinds: Kind) -> str:
    return ",".join(kind.value for kind in kinds)
