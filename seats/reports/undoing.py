"""What undoing did, said in a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.words import grouped
from seats.reports.allocations import said_of_transfer
from seats.services.undoing import Undone


def said_of_undoing(undone: Undone) -> str:
    if undone.transfer:
        return said_of_transfer(undone.transfer)
    restored = ngettext(
        "Undone: %(n)s enrolment is live again.",
        "Undone: %(n)s enrolments are live again.",
        undone.restored,
    ) % {"n": grouped(undone.restored)}
    if not undone.spared:
        return restored
    spared = ngettext(
        "%(n)s needed nothing: enrolled again already, or over by now.",
        "%(n)s needed nothing: enrolled again already, or over by now.",
        undone.spared,
    ) % {"n": grouped(undone.spared)}
    return _("%(restored)s %(spared)s") % {"restored": restored, "spared": spared}
