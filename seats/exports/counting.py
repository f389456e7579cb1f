"""How many rows a file would have: exactly where that is quick to say, about so many elsewhere."""

# ruff: noqa: S608 - put together from constants; what is asked for goes in as parameters

from dataclasses import dataclass
from typing import Any, LiteralString

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from orgs.errors import spelled
from orgs.models import Organisation
from seats.errors import TooManyRows
from seats.exports.question import Asked, Export
from seats.exports.xlsx_files import MOST_ROWS

QUICK = "300ms"


@dataclass(frozen=True)
class Count:
    """A number of rows; an estimate of the database where it is not exact."""

    rows: int
    is_exact: bool

    @property
    def fits_a_sheet(self) -> bool:
        return self.rows <= MOST_ROWS


def count_quickly(organisation: Organisation, export: Export, asked: Asked) -> Count:
    """Count the rows, for a third of a second at most; in an open transaction."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{QUICK}'")
            counted = _count(organisation, export, asked)
            # What was set goes with the savepoint.
            transaction.set_rollback(True)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return _estimated(organisation, export, asked)
    if counted.is_exact:
        return counted
    return _estimated(organisation, export, asked, at_least=counted.rows)


def check_fits_a_sheet(organisation: Organisation, export: Export, asked: Asked) -> None:
    """Raise TooManyRows beyond what Excel holds; may take as long as reading so many."""
    if not _count(organisation, export, asked).fits_a_sheet:
        words = _("A sheet holds %(most)s rows. Take the CSV, or ask for a part of it.")
        raise TooManyRows(words % spelled(most=MOST_ROWS), most=MOST_ROWS)


def _count(organisation: Organisation, export: Export, asked: Asked) -> Count:
    # One more than a sheet has is enough to know.
    statement = f"SELECT count(*) FROM ({export.rows} LIMIT {MOST_ROWS + 1}) AS line"
    rows: int = _ask(statement, organisation, asked)
    return Count(rows, is_exact=rows <= MOST_ROWS)


def _estimated(
    organisation: Organisation, export: Export, asked: Asked, at_least: int = 0
) -> Count:
    query: LiteralString = export.estimate or export.rows
    plan = _ask(f"EXPLAIN (FORMAT JSON) {query}", organisation, asked)
    return Count(max(at_least, int(plan[0]["Plan"]["Plan Rows"])), is_exact=False)


def _ask(statement: LiteralString, organisation: Organisation, asked: Asked) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked.params(organisation))
        return cursor.fetchone()[0]
