"""Imports as the screen shows them: those there are, one with its rows."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.listing import Column, Listing, ListPage, list_page
from orgs.models import Organisation
from seats.imports.results import words_for
from seats.imports.running import UNDER_WAY
from seats.models import Import, ImportRow
from seats.resources.sheet import State

RECENT = 20
ROWS = Listing(
    id="rows",
    fragment="seats/_import_rows.html",
    first="row",
    columns=(
        Column(label=_("Row"), name="row", by="number", kind="number", is_number=True),
        Column(label=_("Outcome")),
    ),
)
TONES = {State.NEW: "live", State.CHANGED: "soon", State.SAME: "", State.WRONG: "over"}


def recent_imports(organisation: Organisation) -> QuerySet[Import]:
    """Return the imports of late, newest first."""
    imports = Import.objects.for_org(organisation).without_file().newest_first()
    return imports.select_related("created_by")[:RECENT]


@dataclass(frozen=True, kw_only=True)
class Tab:
    """The rows of one state, and how many they are."""

    state: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row as it is shown: only the cells that are imported, each with its header."""

    number: int
    state: str
    word: str
    tone: str
    reason: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    """An import, with a page of its rows where they have been judged."""

    source: Import
    under_way: bool
    percent: int
    tabs: list[Tab]
    shown: str
    headers: list[str]
    rows: ListPage[Line]

    @property
    def to_write(self) -> int:
        """How many rows would be written."""
        return self.source.new + self.source.changed

    @property
    def may_confirm(self) -> bool:
        """Whether all rows may be written, and any would."""
        return self.source.state == "checked" and not self.source.wrong and bool(self.to_write)


def import_page(source: Import, query: QueryDict) -> ImportPage:
    """Return the import, with the page of its rows that the address asks for."""
    shown = query.get("state", "")
    rows = ImportRow.objects.of(source)
    places = sorted(source.columns.values())
    words = words_for(source)

    def lines(ids: list[UUID]) -> dict[UUID, Line]:
        found = ImportRow.objects.in_bulk(ids)
        return {pk: _line(row, words, source, places) for pk, row in found.items()}

    if shown in State.values:
        rows = rows.filter(state=shown)
    return ImportPage(
        source=source,
        under_way=source.state in UNDER_WAY,
        percent=100 * source.done // source.todo if source.todo else 0,
        tabs=_tabs(source, words),
        shown=shown,
        headers=[source.headers[place] for place in places],
        rows=list_page(rows, ROWS.asked(query), lines),
    )


def _tabs(source: Import, words: dict[str, str]) -> list[Tab]:
    counts = {state: getattr(source, state) for state in State.values}
    return [
        Tab(state=state, label=words[state], count=count)
        for state, count in counts.items()
        if count
    ]


def _line(row: ImportRow, words: dict[str, str], source: Import, places: list[int]) -> Line:
    return Line(
        number=row.number,
        state=row.state,
        word=words[row.state],
        tone=TONES[State(row.state)],
        reason=row.reason,
        cells=[(source.headers[place], row.cells[place]) for place in places],
    )
