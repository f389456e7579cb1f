"""Rule 12: terms are read at the moment of enrolment."""

from datetime import UTC, date, datetime, timedelta

import pytest

from seats import clock
from seats.errors import Archived, ChangedMeanwhile, InvalidTerms, TermsOver
from seats.models import LedgerEntry, Pool
from seats.services.allocation import allocate, create_pool
from seats.services.archive import archive_pool
from seats.services.terms import LAST_DAY, MOST_DAYS, Terms, set_terms
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation

JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def end_of_one_enrolment(cast: Cast, terms: Terms) -> datetime | None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, 5, terms)
    (line,) = enrol_new(cast.manager, allocation)
    enrolment = enrolment_of(line)
    assert enrolment.expires_at == line.expires_at
    return enrolment.expires_at


def test_enrolment_lasts_for_the_days_of_the_terms(cast: Cast) -> None:
    with clock.telling(JUNE):
        assert end_of_one_enrolment(cast, Terms(terms_days=90)) == JUNE + timedelta(days=90)


def test_enrolment_without_terms_never_ends(cast: Cast) -> None:
    assert end_of_one_enrolment(cast, Terms()) is None


def test_last_day_counts_in_full(cast: Cast) -> None:
    with clock.telling(JUNE):
        end = end_of_one_enrolment(cast, Terms(terms_date=date(2026, 6, 30)))
    assert end == datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Europe/Berlin", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 6, 30, 10, tzinfo=UTC)),
    ],
)
def test_last_day_ends_at_midnight_where_the_organisation_is(
    cast: Cast, zone: str, end: datetime
) -> None:
    cast.organisation.time_zone = zone
    cast.organisation.save()
    with clock.telling(JUNE):
        assert end_of_one_enrolment(cast, Terms(terms_date=date(2026, 6, 30))) == end


def test_nobody_is_enrolled_after_the_last_day(cast: Cast) -> None:
    terms = Terms(terms_date=date(2026, 6, 30))
    allocation = make_allocation(cast.admin, cast.team, cast.product, 5, terms)
    with clock.telling(datetime(2026, 6, 30, 23, 59, tzinfo=UTC)):
        enrol_new(cast.manager, allocation)
    with clock.telling(datetime(2026, 7, 1, tzinfo=UTC)), pytest.raises(TermsOver) as refusal:
        enrol_new(cast.manager, allocation)
    assert refusal.value.numbers == {"last_day": date(2026, 6, 30)}


def test_changed_terms_change_no_enrolment(cast: Cast) -> None:
    with clock.telling(JUNE):
        allocation = make_allocation(cast.admin, cast.team, cast.product, 5, Terms(terms_days=90))
        (line,) = enrol_new(cast.manager, allocation)
        changed = Terms(terms_days=1, reusable=False)
        set_terms(actor=cast.admin, pool=allocation.pool, terms=changed)
    enrolment = enrolment_of(line)
    assert (enrolment.expires_at, enrolment.reusable) == (JUNE + timedelta(days=90), True)


def test_changed_terms_hold_for_the_next_enrolment(cast: Cast) -> None:
    with clock.telling(JUNE):
        allocation = make_allocation(cast.admin, cast.team, cast.product, 5, Terms(terms_days=90))
        changed = Terms(terms_days=1, reusable=False)
        set_terms(actor=cast.admin, pool=allocation.pool, terms=changed)
        (line,) = enrol_new(cast.manager, allocation)
    enrolment = enrolment_of(line)
    assert (enrolment.expires_at, enrolment.reusable) == (JUNE + timedelta(days=1), False)


def test_change_of_terms_is_booked(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    terms = Terms(terms_days=5, extendable=True)
    pool = set_terms(actor=cast.admin, pool=allocation.pool, terms=terms, reason="board")
    assert Terms.of(pool) == terms
    entry = LedgerEntry.objects.get(kind="terms")
    assert (entry.actor, entry.reason, entry.capacity_after) == (cast.admin, "board", 10)


def test_second_of_two_admins_is_told_of_the_first(cast: Cast) -> None:
    pool = make_allocation(cast.admin, cast.team, cast.product).pool
    seen = pool.version
    set_terms(actor=cast.admin, pool=pool, terms=Terms(terms_days=5), seen=seen)
    with pytest.raises(ChangedMeanwhile):
        set_terms(actor=cast.admin, pool=pool, terms=Terms(), seen=seen)
    assert Pool.objects.get().terms_days == 5


def test_terms_of_an_archived_pool_stay(cast: Cast) -> None:
    pool = make_allocation(cast.admin, cast.team, cast.product).pool
    archive_pool(actor=cast.admin, pool=pool)
    with pytest.raises(Archived):
        set_terms(actor=cast.admin, pool=pool, terms=Terms(terms_days=5))


IMPOSSIBLE = [
    Terms(terms_days=0),
    Terms(terms_days=-1),
    Terms(terms_days=MOST_DAYS + 1),
    Terms(terms_days=10**18),
    Terms(terms_date=date.max),
    Terms(terms_days=1, terms_date=date(2027, 1, 1)),
]


@pytest.mark.parametrize("terms", IMPOSSIBLE)
def test_impossible_terms_are_refused(cast: Cast, terms: Terms) -> None:
    with pytest.raises(InvalidTerms):
        allocate(actor=cast.admin, team=cast.team, product=cast.product, seats=1, terms=terms)
    with pytest.raises(InvalidTerms):
        create_pool(actor=cast.admin, product=cast.product, name="New", seats=1, terms=terms)
    assert not Pool.objects.exists()
    pool = make_allocation(cast.admin, cast.team, cast.product).pool
    with pytest.raises(InvalidTerms):
        set_terms(actor=cast.admin, pool=pool, terms=terms)


@pytest.mark.parametrize("terms", [Terms(terms_days=MOST_DAYS), Terms(terms_date=LAST_DAY)])
def test_longest_terms_are_possible(cast: Cast, terms: Terms) -> None:
    assert end_of_one_enrolment(cast, terms) is not None
