"""What a product costs, from when on."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from orgs.models import Member, Organisation
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import InvalidPrice, NoCurrency, PastPrice
from seats.models import Price, Product
from seats.services.locks import lock_product

MOST = Decimal(99_999_999)
SMALLEST = Decimal("0.0001")


@atomically
def set_price(
    *,
    actor: Member,
    product: Product,
    amount: Decimal | None,
    basis: Price.Basis,
    since: date | None = None,
) -> Price:
    """Set what a product costs from a day on, in the organisation's time zone and currency.

    A first price may begin on any day; later ones today, which is from now on, or on a day to come,
    where they take the place of one planned for it. None ends the price. Raises NoCurrency,
    InvalidPrice, PastPrice or Archived.
    """
    locked = lock_product(product)
    _check(amount)
    # Asked anew: an actor may carry the organisation as it was when the page was made.
    organisation = Organisation.objects.get(pk=locked.organisation_id)
    if not organisation.currency:
        raise NoCurrency(_("Choose a currency in the settings first."))
    price, _made = Price.objects.update_or_create(
        organisation=organisation,
        product=locked,
        valid_from=_begin(locked, organisation, since),
        defaults={
            "amount": amount,
            "basis": basis,
            "currency": organisation.currency,
            "set_by": actor,
        },
    )
    return price


def _check(amount: Decimal | None) -> None:
    if amount is None:
        return
    if not 0 <= amount <= MOST or amount % SMALLEST:
        raise InvalidPrice(_("Give an amount from 0, with four decimals at most."))


def _begin(product: Product, organisation: Organisation, since: date | None) -> datetime:
    now = clock.now()
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    day = since or today
    midnight = clock.midnight(day, organisation.time_zone)
    if not Price.objects.for_org(organisation).filter(product=product).begun().exists():
        return midnight
    if day < today:
        raise PastPrice(_("Statements of the past stay as they are. Give today or a later day."))
    return max(now, midnight)
