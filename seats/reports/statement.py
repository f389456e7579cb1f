"""A statement as the screen shows it: a table whose every figure leads to its entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from orgs.models import Organisation
from seats.models import Product
from seats.reports.periods import Period, presets, today_of
from seats.reports.statement_cells import Cell, Sheet, Subject, cells_of, strip_of
from seats.statements import Figures, Line, Peak, Statement, statement, total
from teams.models import Team

# Where the lines stand on the page itself.
LINES = "#lines"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line or a sum of lines: its name, what stands below that, and where it leads."""

    name: str
    below: str = ""
    url: str = ""
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True)
class StatementPage:
    """A statement of all products or all teams, of one product's holders, or a team's products."""

    organisation: Organisation
    period: Period
    statement: Statement
    product: Product | None
    team: Team | None
    by_teams: bool

    @cached_property
    def rows(self) -> list[Row]:
        return list(_rows(self))

    @cached_property
    def total(self) -> Row:
        return Row(name=_("Total"), cells=cells_of(self.sheet, self._whole))

    @cached_property
    def strip(self) -> list[Cell]:
        return strip_of(self.sheet, self._whole)

    @cached_property
    def _whole(self) -> Subject:
        about = {name: str(each.pk) for name, each in self._things if each}
        # Between several holders there is no one direction in which seats move.
        holder = str(self.team.pk) if self.team else ""
        return Subject(
            figures=self.figures, peak=self.peak, about=about, holder=holder, lines_url=LINES
        )

    @cached_property
    def figures(self) -> Figures:
        return total(line.figures for line in self.statement.lines)

    @property
    def peak(self) -> Peak:
        return self.statement.peak(_id(self.product), _id(self.team))

    @cached_property
    def sheet(self) -> Sheet:
        of_products = not (self.product or self.team or self.by_teams)
        return Sheet(
            slug=self.organisation.slug,
            period=self.period,
            currency=self.statement.currency,
            # Teams have nothing issued; of a whole product, what moves in it stays in it.
            has_issued=of_products or bool(self.product and not self.team),
            has_moved=not of_products,
        )

    @property
    def cost_centre(self) -> str:
        """The team's at the end of the period, '' without a team."""
        lines = self.statement.lines if self.team else ()
        return next((line.cost_centre or "" for line in lines), "")

    @property
    def is_running(self) -> bool:
        return self.period.last >= today_of(self.organisation)

    @property
    def presets(self) -> list[tuple[str, str, bool]]:
        """The periods that are asked for most: name, address, and whether it is this one."""
        named = presets(today_of(self.organisation))
        return [(name, self.address(each), each == self.period) for name, each in named]

    @property
    def previous_url(self) -> str:
        return self.address(self.period.before)

    @property
    def next_url(self) -> str:
        return "" if self.is_running else self.address(self.period.after)

    @property
    def products_url(self) -> str:
        return _address(self.period)

    @property
    def teams_url(self) -> str:
        return _address(self.period, by="teams")

    @property
    def topics(self) -> list[str]:
        return []

    def address(self, period: Period) -> str:
        """Return the address of the same statement of another period."""
        asked = {name: str(each.pk) for name, each in self._things if each}
        return _address(period, **asked, by="teams" if self.by_teams else "")

    @property
    def _things(self) -> tuple[tuple[str, Product | Team | None], ...]:
        return ("product", self.product), ("team", self.team)


def statement_page(
    organisation: Organisation,
    period: Period,
    *,
    product: Product | None = None,
    team: Team | None = None,
    by_teams: bool = False,
) -> StatementPage:
    """Report the statement of a period, drawn for what is asked."""
    since, until = period.within(organisation)
    found = statement(
        organisation,
        since=since,
        until=until,
        product=_id(product),
        team=_id(team),
    )
    return StatementPage(
        organisation=organisation,
        period=period,
        statement=found,
        product=product,
        team=team,
        by_teams=by_teams,
    )


def _rows(page: StatementPage) -> Iterator[Row]:
    if page.product or page.team:
        yield from (_line(page, line) for line in page.statement.lines)
    elif page.by_teams:
        yield from _teams(page)
    else:
        yield from _products(page)


def _products(page: StatementPage) -> Iterator[Row]:
    sums = page.statement.sums(lambda line: (line.product_id, line.product, line.product_code))
    for (product, name, code), figures in sums.items():
        about = {"product": str(product)}
        url = _address(page.period, **about)
        peak = page.statement.peak(product)
        subject = Subject(figures=figures, peak=peak, about=about, lines_url=url)
        yield Row(name=name, below=code, url=url, cells=cells_of(page.sheet, subject))


def _teams(page: StatementPage) -> Iterator[Row]:
    sums = page.statement.sums(lambda line: (line.team or "", line.team_id, line.kind))
    centres = {line.team_id: line.cost_centre for line in page.statement.lines}
    for name, team, kind in sorted(sums, key=_place):
        figures = sums[name, team, kind]
        about = {"team": str(team)} if team else {}
        peak = page.statement.peak(team=team) if team else Peak()
        url = _address(page.period, **about) if team else ""
        subject = Subject(
            figures=figures, peak=peak, about=about, holder=str(team or kind), lines_url=url
        )
        yield Row(
            name=name or _holder(kind),
            below=centres.get(team) or "",
            url=url,
            cells=cells_of(page.sheet, subject),
        )


def _place(key: tuple[str, object, str]) -> tuple[bool, bool, str]:
    name, _team, kind = key
    return kind == "unallocated", kind == "shared", name.lower()


def _line(page: StatementPage, line: Line) -> Row:
    team, product = str(line.team_id or ""), str(line.product_id)
    about = {"product": product} | ({"team": team} if team else {})
    subject = Subject(
        figures=line.figures, peak=line.peak, about=about, holder=team or line.kind, line=line
    )
    cells = cells_of(page.sheet, subject)
    if page.team:
        url = _address(page.period, product=product)
        return Row(name=line.product, below=line.product_code, url=url, cells=cells)
    url = _address(page.period, team=team) if team else ""
    name = line.team or _holder(line.kind)
    return Row(name=name, below=line.cost_centre or "", url=url, cells=cells)


def _id(thing: Product | Team | None) -> UUID | None:
    return thing.pk if thing else None


def _holder(kind: str) -> str:
    return _("Shared pools") if kind == "shared" else _("Not allocated")


def _address(period: Period, **asked: str) -> str:
    query = {"first": period.first.isoformat(), "last": period.last.isoformat()} | asked
    return "?" + urlencode({name: value for name, value in query.items() if value})
