"""What is imported, defined once: django-import-export resources whose writes go through services.

A resource reads a row, says what becomes of it (new, changed, same, wrong and why), and remembers
what is to be written. `write` does it, through the services, after all rows have been judged.
"""

from orgs.models import Member
from seats.models import Import
from seats.resources.enrolments import EnrolmentSheet
from seats.resources.people import PeopleSheet
from seats.resources.products import ProductSheet
from seats.resources.sheet import Sheet
from seats.resources.teams import TeamSheet

SHEETS: dict[str, type[Sheet]] = {
    Import.Kind.TEAMS: TeamSheet,
    Import.Kind.PRODUCTS: ProductSheet,
    Import.Kind.PEOPLE: PeopleSheet,
    Import.Kind.ENROLMENTS: EnrolmentSheet,
}


def sheet_of(source: Import, actor: Member) -> Sheet:
    """Return the resource for a file, that knows which columns the file has."""
    return SHEETS[source.kind](actor=actor, matched=source.columns)
