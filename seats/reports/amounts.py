"""Decimals as the reader's language writes them."""

from decimal import Decimal

from django.utils.formats import number_format

from orgs.currencies import places


def decimal(number: Decimal, decimals: int | None) -> str:
    """Return a number with so many decimals, and a proper minus."""
    text = number_format(abs(number), decimals, use_l10n=True, force_grouping=True)
    return f"\N{MINUS SIGN}{text}" if number < 0 else text


def amount_of(amount: Decimal, currency: str) -> str:
    """Return an amount with the decimals of its currency, or more where it has them."""
    exponent = amount.normalize().as_tuple().exponent
    return decimal(amount, max(places(currency), -int(exponent)))
