"""The history of a pool, told as sentences: who, what, how many, from where, when, why."""

from seats.models import LedgerEntry, Pool
from seats.reports.history import events
from seats.services.allocation import create_pool, increment, share, take_off
from seats.services.archive import archive_pool
from seats.services.stock import issue
from seats.services.taking import take_away
from seats.services.terms import Terms, set_cap, set_terms
from seats.services.transfer import transfer
from tests.conftest import Cast
from tests.factories import make_allocation, make_shared_pool


def told(pool: Pool) -> list[str]:
    """Tell what happened to a pool, the first first."""
    entries = LedgerEntry.objects.filter(pool=pool).order_by("-seq")
    return [event.what for event in reversed(events(entries, 50))]


def test_seats_are_said_to_come_from_stock_or_newly_issued(cast: Cast) -> None:
    issue(actor=cast.admin, product=cast.product, seats=13)
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    increment(actor=cast.admin, pool=allocation.pool, seats=5, reason="Order 7")
    increment(actor=cast.admin, pool=allocation.pool, seats=1)
    assert told(allocation.pool) == [
        "added 10 seats for Classroom A, from stock",
        "made it available to Classroom A",
        "added 5 seats for Classroom A, 3 from stock and 2 newly issued",
        "added 1 seat for Classroom A, newly issued",
    ]


def test_seats_taken_back_are_said_to_go_to_stock_or_to_be_retired(cast: Cast) -> None:
    pool = make_allocation(cast.admin, cast.other_team, cast.product, seats=10).pool
    take_away(actor=cast.admin, pool=pool, seats=5, reason="term ended")
    take_away(actor=cast.admin, pool=pool, seats=1, retire=True)
    assert told(pool)[2:] == [
        "took back 5 seats from Classroom B, into stock",
        "took back 1 seat from Classroom B, and retired them",
    ]
    event = events(LedgerEntry.objects.filter(kind="taken_back").order_by("seq"), 1)[0]
    assert (event.who, event.reason) == (str(cast.admin), "term ended")


def test_shared_pool_names_no_team_for_its_seats(cast: Cast) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    take_away(actor=cast.admin, pool=pool, seats=5)
    assert told(pool)[-1] == "took back 5 seats, into stock"


def test_both_sides_of_a_transfer_say_from_where_to_where(cast: Cast) -> None:
    giving = make_allocation(cast.admin, cast.team, cast.product, seats=10).pool
    between = {"product": cast.product, "source": cast.team, "target": cast.other_team}
    transfer(actor=cast.admin, seats=4, **between)  # type: ignore[arg-type]
    transfer(actor=cast.admin, seats=1, **between)  # type: ignore[arg-type]
    taking = Pool.objects.exclude(pk=giving.pk).get()
    moved = [f"moved {n} from Classroom A to Classroom B" for n in ("4 seats", "1 seat")]
    assert told(giving)[-2:] == moved
    assert told(taking)[-2:] == moved


def test_caps_and_teams_and_terms_are_told(cast: Cast) -> None:
    pool = create_pool(actor=cast.admin, product=cast.product, name="School year", seats=9)
    allocation = share(actor=cast.admin, pool=pool, team=cast.team, cap=7)
    set_cap(actor=cast.admin, allocation=allocation, cap=1)
    set_cap(actor=cast.admin, allocation=allocation, cap=None)
    set_terms(actor=cast.admin, pool=pool, terms=Terms(terms_days=9))
    take_off(actor=cast.admin, allocation=allocation)
    archive_pool(actor=cast.admin, pool=pool)
    assert told(pool)[1:] == [
        "made it available to Classroom A, up to 7 seats of it",
        "let Classroom A use up to 1 seat of it",
        "lifted the cap of Classroom A",
        "changed the terms for enrolments to come",
        "took Classroom A off it",
        "archived it; 9 seats went back to stock",
    ]
