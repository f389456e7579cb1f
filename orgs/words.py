"""Numbers put into words: as the reader's language groups their digits."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart: 1,234 in English, 1.234 in German."""
    return number_format(number, use_l10n=True, force_grouping=True)
