"""What is selected in a list, to be changed in one step: how many, and who stands in the way."""

from collections.abc import Sequence, Sized

from django.utils.translation import gettext as _

from orgs.errors import spelled
from seats.errors import TooManySelected
from seats.models import Enrolment

# One step holds the rows of all; beyond this, others would wait too long for them.
MOST_SELECTED = 1_000
# A refusal names no more people than fit the screen.
SOME = 5


def check_many(selected: Sized, most: int = MOST_SELECTED) -> None:
    """Raise TooManySelected unless so many can be changed in one step."""
    if not selected:
        raise TooManySelected(_("Nothing is selected."), selected=0)
    if len(selected) > most:
        detail = _("%(selected)s are selected; the most is %(most)s.")
        numbers = {"selected": len(selected), "most": most}
        raise TooManySelected(detail % spelled(**numbers), **numbers)


def people_of(enrolments: Sequence[Enrolment]) -> str:
    """Name the people of some enrolments, and count the rest."""
    names = ", ".join(str(each.member) for each in enrolments[:SOME])
    more = len(enrolments) - SOME
    if more <= 0:
        return names
    return _("%(names)s and %(more)s more") % spelled(names=names, more=more)
