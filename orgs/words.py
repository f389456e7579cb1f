"""Numbers and people put into words, in the reader's language."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

# What stands in the place of the address of somebody who was erased; RFC 2606 keeps it unused.
ERASED = "@erased.invalid"


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart: 1,234 in English, 1.234 in German."""
    return number_format(number, use_l10n=True, force_grouping=True)


def called(name: str) -> str:
    """Return a name or address as it is shown: of somebody erased, only that they are."""
    return _("Erased person") if name.endswith(ERASED) else name
