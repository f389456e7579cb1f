"""Prices: from when they hold, that the past stays as it was, and what they make of a period."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from orgs.currencies import CODES, places
from orgs.errors import CurrencyInUse
from orgs.models import Organisation
from orgs.services import change_settings
from seats import clock
from seats.errors import Archived, InvalidPrice, NoCurrency, PastPrice
from seats.models import Price, Product
from seats.services.allocation import increment, share
from seats.services.archive import archive_product
from seats.services.pricing import set_price
from seats.services.revocation import revoke
from seats.services.taking import take_away
from seats.statements import Line, statement
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_price

MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))
DAY = timedelta(days=1)
Basis = Price.Basis


def april(cast: Cast) -> list[Line]:
    organisation = Organisation.objects.get(pk=cast.organisation.pk)
    return list(statement(organisation, since=APRIL, until=MAY).lines)


def of_team(cast: Cast, team: str = "Classroom A") -> Line:
    return next(line for line in april(cast) if line.team == team)


def test_first_price_may_begin_in_the_past(cast: Cast) -> None:
    price = make_price(cast.admin, cast.product, since=date(2026, 1, 1))
    assert price.valid_from == datetime(2026, 1, 1, tzinfo=UTC)


def test_day_begins_where_the_organisation_is(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(time_zone="Europe/Berlin")
    price = make_price(cast.admin, cast.product, since=date(2026, 1, 2))
    assert price.valid_from == datetime(2026, 1, 1, 23, tzinfo=UTC)


def test_later_price_changes_nothing_that_was_charged(cast: Cast) -> None:
    make_price(cast.admin, cast.product, since=date(2026, 1, 1))
    with pytest.raises(PastPrice):
        make_price(cast.admin, cast.product, "13", since=date(2026, 2, 1))


def test_price_from_today_holds_from_now_on(cast: Cast) -> None:
    make_price(cast.admin, cast.product, since=date(2026, 1, 1))
    with clock.telling(MARCH + timedelta(hours=9)):
        price = make_price(cast.admin, cast.product, "13", since=MARCH.date())
    assert price.valid_from == MARCH + timedelta(hours=9)


def test_price_still_to_come_may_be_corrected(cast: Cast) -> None:
    make_price(cast.admin, cast.product, since=date(2026, 1, 1))
    day = clock.now().date() + 9 * DAY
    for amount in ("13", "14"):
        make_price(cast.admin, cast.product, amount, since=day)
    amounts = Price.objects.newest_first().values_list("amount", flat=True)
    assert list(amounts) == [Decimal(14), Decimal("12.5")]


def test_database_keeps_a_price_that_has_begun(cast: Cast) -> None:
    price = make_price(cast.admin, cast.product, since=date(2026, 1, 1))
    rows = Price.objects.filter(pk=price.pk)
    for change in (lambda: rows.update(amount=1), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_price_needs_a_currency(cast: Cast) -> None:
    with pytest.raises(NoCurrency):
        set_price(actor=cast.admin, product=cast.product, amount=Decimal(1), basis=Basis.SEAT_DAYS)


@pytest.mark.parametrize("amount", ["-1", "0.00001", "100000000"])
def test_amount_that_is_no_price_is_refused(cast: Cast, amount: str) -> None:
    with pytest.raises(InvalidPrice):
        make_price(cast.admin, cast.product, amount)


def test_archived_product_gets_no_price(cast: Cast) -> None:
    archive_product(actor=cast.admin, product=cast.product)
    with pytest.raises(Archived):
        make_price(cast.admin, Product.objects.get(pk=cast.product.pk))


def test_currency_stays_while_there_are_prices(cast: Cast) -> None:
    make_price(cast.admin, cast.product)
    settings = {"strict_stock": False, "managers_may_revoke": False, "time_zone": "UTC"}
    with pytest.raises(CurrencyInUse):
        change_settings(actor=cast.admin, name="North", currency="USD", **settings)  # type: ignore[arg-type]
    change_settings(actor=cast.admin, name="North", currency="EUR", **settings)  # type: ignore[arg-type]
    assert Organisation.objects.get(pk=cast.organisation.pk).currency == "EUR"


def test_currencies_are_three_letters_once() -> None:
    assert len(set(CODES)) == len(CODES) > 150
    assert {len(code) for code in CODES} == {3}
    assert (places("EUR"), places("JPY"), places("KWD"), places("")) == (2, 0, 3, 2)


def test_enrolments_are_charged_when_they_are_made(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    make_price(cast.admin, cast.product, "12.50", Basis.ENROLMENTS, date(2026, 1, 1))
    with clock.telling(APRIL + DAY):
        (line, *_more) = enrol_new(cast.manager, allocation, 3)
    with clock.telling(APRIL + 2 * DAY):
        revoke(actor=cast.admin, enrolment=enrolment_of(line))
    assert of_team(cast).figures.amount == Decimal("37.50")


def test_days_in_use_are_charged_by_the_time(cast: Cast) -> None:
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
        enrol_new(cast.manager, allocation, 2)
    make_price(cast.admin, cast.product, "0.333", Basis.SEAT_DAYS, date(2026, 1, 1))
    with clock.telling(APRIL + 10 * DAY):
        enrol_new(cast.manager, allocation, 1)
    # 2 x 30 + 20 days at 0.333 are 26.64
    assert of_team(cast).figures.amount == Decimal("26.64")


def test_seats_given_are_charged_less_those_taken_back(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "40", Basis.SEATS, date(2026, 1, 1))
    with clock.telling(APRIL + DAY):
        allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    with clock.telling(APRIL + 2 * DAY):
        take_away(actor=cast.admin, pool=allocation.pool, seats=3)
    assert of_team(cast).figures.amount == Decimal("280.00")


def test_more_taken_back_than_given_is_a_credit(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "40", Basis.SEATS, date(2026, 1, 1))
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    with clock.telling(APRIL + 2 * DAY):
        take_away(actor=cast.admin, pool=allocation.pool, seats=3)
    assert of_team(cast).figures.amount == Decimal("-120.00")


def test_seats_of_shared_pools_are_charged_on_a_line_of_their_own(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "40", Basis.SEATS, date(2026, 1, 1))
    with clock.telling(APRIL + DAY):
        allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
        share(actor=cast.admin, pool=allocation.pool, team=cast.other_team)
    amounts = {line.kind: line.figures.amount for line in april(cast)}
    assert amounts == {"team": Decimal("0.00"), "shared": Decimal("400.00"), "unallocated": None}


def test_each_moment_has_the_price_in_force_then(cast: Cast) -> None:
    with clock.telling(MARCH):
        allocation = make_allocation(cast.admin, cast.team, cast.product)
        enrol_new(cast.manager, allocation, 2)
        make_price(cast.admin, cast.product, "1", Basis.SEAT_DAYS, date(2026, 1, 1))
    with clock.telling(APRIL + 10 * DAY):
        make_price(cast.admin, cast.product, "2", Basis.SEAT_DAYS, APRIL.date() + 10 * DAY)
    with clock.telling(APRIL + 20 * DAY):
        enrol_new(cast.manager, allocation, 1)
        make_price(cast.admin, cast.product, "50", Basis.ENROLMENTS, APRIL.date() + 25 * DAY)
    with clock.telling(APRIL + 26 * DAY):
        enrol_new(cast.manager, allocation, 3)
    line = of_team(cast)
    # Ten days of 2 at 1; ten of 2 and five of 3 at 2; three enrolments at 50.
    assert line.figures.amount == 20 + 40 + 30 + 150
    assert (line.price, line.basis, line.price_changes) == (Decimal(50), "enrolments", 2)


def test_price_of_later_leaves_the_statement_as_it_was(cast: Cast) -> None:
    with clock.telling(APRIL):
        make_price(cast.admin, cast.product, "1", Basis.SEAT_DAYS, date(2026, 1, 1))
        enrol_new(cast.manager, make_allocation(cast.admin, cast.team, cast.product), 2)
    before = april(cast)
    make_price(cast.admin, cast.product, "7", Basis.SEAT_DAYS)
    with clock.telling(MAY):
        make_price(cast.admin, cast.product, "9", Basis.SEATS, MAY.date())
    assert april(cast) == before


def test_ended_price_charges_nothing_more(cast: Cast) -> None:
    with clock.telling(MARCH):
        enrol_new(cast.manager, make_allocation(cast.admin, cast.team, cast.product), 1)
        make_price(cast.admin, cast.product, "1", Basis.SEAT_DAYS, MARCH.date())
    with clock.telling(APRIL + 10 * DAY):
        set_price(actor=cast.admin, product=cast.product, amount=None, basis=Basis.SEAT_DAYS)
    line = of_team(cast)
    assert (line.figures.amount, line.price) == (Decimal("10.00"), None)


def test_product_without_a_price_has_no_amount(cast: Cast) -> None:
    with clock.telling(APRIL + DAY):
        make_allocation(cast.admin, cast.team, cast.product)
    assert of_team(cast).figures.amount is None


def test_line_is_rounded_once_half_up_and_sums_are_sums_of_lines(cast: Cast) -> None:
    make_price(cast.admin, cast.product, "0.0050", Basis.ENROLMENTS, date(2026, 1, 1))
    with clock.telling(APRIL + DAY):
        for team in (cast.team, cast.other_team):
            enrol_new(cast.admin, make_allocation(cast.admin, team, cast.product))
    organisation = Organisation.objects.get(pk=cast.organisation.pk)
    found = statement(organisation, since=APRIL, until=MAY)
    assert of_team(cast).figures.amount == Decimal("0.01")
    assert found.sums(lambda line: line.product_id)[cast.product.pk].amount == Decimal("0.02")


def test_amounts_have_the_decimals_of_the_currency(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(currency="JPY")
    set_price(
        actor=cast.admin,
        product=cast.product,
        amount=Decimal("10.5"),
        basis=Basis.SEATS,
        since=date(2026, 1, 1),
    )
    with clock.telling(APRIL + DAY):
        allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1)
        increment(actor=cast.admin, pool=allocation.pool, seats=2)
    assert str(of_team(cast).figures.amount) == "32"
