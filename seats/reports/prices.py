"""A product's prices as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seats import clock
from seats.models import Price, Product
from seats.reports.amounts import amount_of

FOR: Mapping[str, str | Promise] = {
    Price.Basis.SEATS: gettext_lazy("for each seat given"),
    Price.Basis.SEAT_DAYS: gettext_lazy("for each seat in use, by the day"),
    Price.Basis.ENROLMENTS: gettext_lazy("for each enrolment"),
}


@dataclass(frozen=True)
class PriceLine:
    """A price in words; `is_now` the one in force, `is_to_come` one that is planned."""

    price: Price
    words: str
    is_now: bool
    is_to_come: bool


def prices_of(product: Product) -> list[PriceLine]:
    """Return the prices that a product had, has and will have, the latest first."""
    now = clock.now()
    prices = list(product.prices.newest_first())
    present = next((price for price in prices if price.valid_from <= now), None)
    return [
        PriceLine(price, words_of(price), price is present, price.valid_from > now)
        for price in prices
    ]


def words_of(price: Price) -> str:
    """Say a price: 12.50 EUR for each enrolment."""
    if price.amount is None:
        return _("Nothing is charged")
    return f"{amount_of(price.amount, price.currency)} {price.currency} {FOR[price.basis]}"
