"""The demo world: what it shows, and that it is true to the last seat."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import Count, F, Min, Sum
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from orgs.models import Member, Organisation
from seatdash import demo, tenancy
from seatdash.orders.models import Order
from seats.models import Allocation, Enrolment, LedgerEntry, Pool, Product, SeatRequest
from seats.reports.periods import Period, of_months, today_of
from seats.statements import statement
from teams.models import Team, TeamMember

# Whatever a pool says that its ledger, its enrolments or its allocations do not.
OUT_OF_BALANCE = """
    SELECT pool.name FROM seats_pool AS pool WHERE (coalesce(capacity, 0), used, used, used) <> (
        (SELECT coalesce(sum(capacity_moved), 0) FROM seats_ledgerentry WHERE pool_id = pool.id),
        (SELECT coalesce(sum(used_moved), 0) FROM seats_ledgerentry WHERE pool_id = pool.id),
        (SELECT count(*) FROM seats_enrolment WHERE pool_id = pool.id AND occupies),
        (SELECT coalesce(sum(used), 0) FROM seats_allocation WHERE pool_id = pool.id))
    UNION ALL
    SELECT code FROM seats_product AS product WHERE stock <> (
        SELECT coalesce(sum(stock_moved), 0) FROM seats_ledgerentry WHERE product_id = product.id)
"""
BACK_IN_TIME = """
    SELECT pool_id FROM (
        SELECT pool_id, at < lag(at) OVER (PARTITION BY pool_id ORDER BY seq) AS back
        FROM seats_ledgerentry WHERE pool_id IS NOT NULL) AS entry
    WHERE back
"""


@dataclass
class World:
    made: bool
    north: Organisation


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = demo.ensure_demo_world()
        with tenancy.system():
            north = Organisation.objects.get(slug="north-high")
        with tenancy.scope(north.pk):
            yield World(made, north)
        transaction.set_rollback(True)


def rows(statement: str) -> list[tuple[object, ...]]:
    with tenancy.system(), connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_five_classrooms_share_one_pool(world: World) -> None:
    pool = Pool.objects.get(product__code="ACC-101")
    assert (pool.capacity, pool.used) == (100, 65)
    allocations = Allocation.objects.current().filter(pool=pool).order_by("team__name")
    used = allocations.values_list("team__name", "team__external_id", "used", "cap")
    assert list(used) == [
        (f"Classroom {letter}", f"classroom-{letter.lower()}", number, None)
        for letter, number in zip("ABCDE", (10, 20, 35, 0, 0), strict=True)
    ]


def test_books_balance(world: World) -> None:
    assert rows(OUT_OF_BALANCE) == []


def test_every_ledger_is_in_order_of_time(world: World) -> None:
    assert rows(BACK_IN_TIME) == []


def test_story_covers_five_months_and_none_to_come(world: World) -> None:
    now = timezone.now()
    moments = list(LedgerEntry.objects.order_by("at").values_list("at", flat=True))
    assert now - timedelta(days=146) < moments[0] < now - timedelta(days=141)
    assert now - timedelta(days=1) < moments[-1] <= now
    days = {moment.date() for moment in moments}
    assert len(days) > 45


def test_pools_of_every_kind(world: World) -> None:
    pools = Pool.objects.open()
    assert pools.filter(used__gt=F("capacity")).get().product.code == "PRG-130"
    assert pools.filter(capacity=None).get().used > 0
    held = Enrolment.objects.held().values_list("pool__reusable", flat=True)
    assert set(held) == {False}
    assert pools.filter(capacity=F("used") + 1, capacity__gte=10).exists()
    template = pools.annotate(copies=Count("clones")).get(copies__gt=1)
    assert (template.terms_days, template.used) == (90, 0)
    assert Pool.objects.filter(archived_at__isnull=False).exists()


def test_ledger_has_every_kind_of_entry(world: World) -> None:
    with tenancy.system():
        kinds = set(LedgerEntry.objects.values_list("kind", flat=True))
    assert kinds == set(LedgerEntry.Kind.values) - {"terms", "unshared"}


def test_each_month_is_stated_from_where_the_last_one_ended(world: World) -> None:
    for slug in ("north-high", "acme"):
        with tenancy.system():
            organisation = Organisation.objects.get(slug=slug)
        months = months_of(organisation)
        # The ninety days of the story reach into a fourth month on most days of a year, not all.
        assert len(months) >= 3
        closing: dict[object, tuple[int, int]] = {}
        for month in months:
            since, until = month.within(organisation)
            lines = statement(organisation, since=since, until=until).lines
            figures = {(line.product_id, line.kind, line.team_id): line.figures for line in lines}
            assert all(each.balances for each in figures.values())
            opening = {key: (f.opening_seats, f.opening_used) for key, f in figures.items()}
            assert {key: both for key, both in opening.items() if any(both)} == closing
            ends = {key: (f.closing_seats, f.closing_used) for key, f in figures.items()}
            closing = {key: both for key, both in ends.items() if any(both)}
        assert closing
        assert totals_of(closing.values()) == seats_and_use_now(organisation)


def test_everybody_joined_before_they_were_enrolled(world: World) -> None:
    with tenancy.system():
        early = Enrolment.objects.filter(started_at__lt=F("member__created_at"))
        assert not early.values_list("member__email", flat=True)


def months_of(organisation: Organisation) -> list[Period]:
    """Return the months of the story, the last of them up to now."""
    with tenancy.scope(organisation.pk):
        first = LedgerEntry.objects.earliest("at").at.date()
    months = [of_months(first.replace(day=1))]
    while months[-1].last < today_of(organisation):
        months.append(months[-1].after)
    return months


def totals_of(both: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(sum(each) for each in zip(*both, strict=True))


def seats_and_use_now(organisation: Organisation) -> tuple[int, int]:
    """Return what the counters on the screen say."""
    with tenancy.scope(organisation.pk):
        pools = Pool.objects.aggregate(used=Sum("used"), capacity=Sum("capacity"))
        stock = Product.objects.aggregate(stock=Sum("stock"))["stock"]
    return stock + pools["capacity"], pools["used"]


def test_statements_of_the_story_charge_for_it(world: World) -> None:
    month = months_of(world.north)[2]
    since, until = month.within(world.north)
    found = statement(world.north, since=since, until=until)
    charged = [line for line in found.lines if line.figures.amount]
    assert {line.basis for line in charged} >= {"enrolments", "seat_days"}
    assert any(line.cost_centre for line in charged)


def test_team_with_teams_below(world: World) -> None:
    department = Team.objects.get(name="Science Department")
    assert Team.objects.below(department).count() == 4


def test_someone_in_two_teams_with_both_their_seats(world: World) -> None:
    both = Enrolment.objects.live().filter(pool__product__code="MCK-090")
    twice = both.values("member").annotate(pools=Count("pool")).filter(pools=2)
    assert twice.count() == 2


def test_open_requests_of_managers(world: World) -> None:
    managers = TeamMember.objects.managers().values("member")
    waiting = SeatRequest.objects.undecided()
    assert waiting.count() >= 3
    assert waiting.filter(asked_by__in=managers).count() == waiting.count()


def test_one_order_was_given_and_one_waits_for_its_mapping(world: World) -> None:
    with tenancy.system():
        acme = Organisation.objects.get(slug="acme")
    with tenancy.scope(acme.pk):
        states = dict(Order.objects.values_list("vendor_id", "state"))
        given = LedgerEntry.objects.get(reason__contains="5583", kind="allocated")
        assert given.capacity_moved == 3
        assert str(given.pool) == "Lifting and Carrying, Juniper & Daughters"
    assert states == {"5583": "done", "5584": "waiting"}


def test_someone_offboarded_has_no_seats(world: World) -> None:
    gone = Member.objects.get(offboarded_at__isnull=False)
    assert not Enrolment.objects.live().of_member(gone).exists()
    left = LedgerEntry.objects.filter(member=gone, kind="left").aggregate(first=Min("at"))
    assert left["first"] == gone.offboarded_at


@pytest.mark.parametrize(
    ("email", "slug", "role", "manages"),
    [
        ("admin@north.example", "north-high", "admin", []),
        ("finance@north.example", "north-high", "finance", []),
        ("manager-a@north.example", "north-high", "", ["Classroom A"]),
        ("manager-b@north.example", "north-high", "", ["Classroom B"]),
        ("admin@acme.example", "acme", "admin", []),
    ],
)
def test_sign_ins(world: World, email: str, slug: str, role: str, manages: list[str]) -> None:
    user = authenticate(None, email=email, password="demo-seatdash")
    assert user is not None
    with tenancy.system():
        member = Member.objects.select_related("organisation").get(user=user)
        assert (member.organisation.slug, member.role) == (slug, role)
        teams = Team.objects.managed_by(member).values_list("name", flat=True)
        assert list(teams) == manages


def test_world_that_is_there_is_left_alone(world: World) -> None:
    before = LedgerEntry.objects.count()
    assert world.made
    assert not demo.ensure_demo_world()
    assert LedgerEntry.objects.count() == before


@pytest.mark.django_db
def test_world_half_made_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def be_killed(cast: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "tell_acme", be_killed)
    with pytest.raises(KeyboardInterrupt):
        demo.ensure_demo_world()
    with tenancy.system():
        assert not Organisation.objects.exists()
