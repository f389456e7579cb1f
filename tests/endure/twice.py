"""One organisation, twice: in the database, and plain; and how the two are compared."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine

from orgs.errors import Refusal
from orgs.ids import new_id
from orgs.models import Member, Organisation, User
from orgs.services import create_organisation
from seatdash import tenancy
from seats import books, clock, models
from seats.reports.past_holders import Held
from seats.reports.past_overview import product_figures_as_of
from seats.services.catalogue import create_product
from seats.services.closing import close_days
from teams.services import Person, create_team, join
from tests.endure import words
from tests.endure.model import Model
from tests.endure.words import Draw, No, Pool, Seat

TEAMS, MEMBERS, PRODUCTS = 3, 8, 2
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# The past is asked for as it was after every so many operations.
SNAPSHOTS = 10


class Figures(NamedTuple):
    """All that can be asked for as of a moment: what pools and teams used, who held a seat and
    until when, and what the products had."""

    usage: set[Any]
    holders: set[Any]
    products: set[Any]
    ends: set[Any]


class Twice(RuleBasedStateMachine):
    """What is in the database is within a transaction that never commits."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGINNING
        self.steps = 0
        self.past: list[tuple[datetime, Figures]] = []
        self.pools: dict[Pool, UUID] = {}
        self.draws: dict[Draw, UUID] = {}
        self.seats: dict[Seat, UUID] = {}
        self._transaction: AbstractContextManager[Any] = transaction.atomic()
        self._transaction.__enter__()
        self._make_world()

    def teardown(self) -> None:
        try:
            self._compare_past()
            # Closed days are a shortcut: with them, everything is told the same.
            with clock.telling(self.now + timedelta(days=2)):
                close_days(organisation=self.organisation)
            self._compare_past()
            assert books.check(self.organisation).differences == ()
        finally:
            transaction.set_rollback(True)
            self._transaction.__exit__(None, None, None)

    def _make_world(self) -> None:
        slug = f"endure-{new_id().hex}"
        user = User.objects.create_user(f"{slug}@endure.example")
        self.admin = create_organisation(name="Endurance", slug=slug, admin=user)
        self.organisation: Organisation = self.admin.organisation
        tenancy.name(org=str(self.organisation.pk))
        with clock.telling(self.now):
            self.teams = [create_team(actor=self.admin, name=str(n)) for n in range(TEAMS)]
            self.products = [
                create_product(actor=self.admin, code=str(n), name=str(n)) for n in range(PRODUCTS)
            ]
            people = [Person(f"{number}@endure.example") for number in range(MEMBERS)]
            for team, team_people in zip(self.teams, (people, people[:6], people[4:]), strict=True):
                ids = join(actor=self.admin, team=team, people=team_people)
                if team is self.teams[0]:
                    members = Member.objects.filter(pk__in=ids)
                    self.members = list(members.order_by("email"))
        belonging = {
            number: {0} | ({1} if number < 6 else set()) | ({2} if number >= 4 else set())
            for number in range(MEMBERS)
        }
        self.model = Model([words.Product() for _ in range(PRODUCTS)], belonging)

    # Doing it twice

    def both(self, plain: Callable[[], Any], really: Callable[[], Any]) -> Any:
        """Do it on both sides; answers both results, or None where both refuse alike."""
        self.now += timedelta(minutes=1)
        try:
            expected = plain()
        except No as no:
            expected = no
        with clock.telling(self.now):
            try:
                found = really()
            except Refusal as refusal:
                found = refusal
        if isinstance(expected, No) or isinstance(found, Refusal):
            told = getattr(found, "kind", found)
            assert str(expected) == told, f"expected {expected}, got {found!r}"
            result = None
        else:
            result = expected, found
        return result

    def done(self) -> None:
        self.steps += 1
        self._compare_present()
        if self.steps % SNAPSHOTS == 0:
            self.past.append((self.now, self._figures()))

    def pick(self, things: list[Any], number: int) -> Any:
        return things[number % len(things)]

    def pool_row(self, pool: Pool) -> models.Pool:
        return models.Pool.objects.get(pk=self.pools[pool])

    def draw_row(self, draw: Draw) -> models.Allocation:
        return models.Allocation.objects.select_related("pool").get(pk=self.draws[draw])

    def learn(self, pool: Pool, pool_id: UUID) -> None:
        """Remember which rows stand for a new pool and the teams on it."""
        self.pools[pool] = pool_id
        for draw in self.model.teams_on(pool):
            if draw not in self.draws:
                current = models.Allocation.objects.current().filter(pool=pool_id)
                self.draws[draw] = current.get(team=self.teams[draw.team]).pk

    def product(self, number: int) -> tuple[words.Product, models.Product]:
        number %= PRODUCTS
        return self.model.products[number], self.products[number]

    # Comparing

    def _compare_present(self) -> None:
        stocks = dict(models.Product.objects.values_list("pk", "stock"))
        for product, row in zip(self.model.products, self.products, strict=True):
            assert stocks[row.pk] == product.stock
        assert {
            pool_id: (pool.capacity, pool.used, pool.archived)
            for pool, pool_id in self.pools.items()
        } == {
            pk: (capacity, used, archived is not None)
            for pk, capacity, used, archived in models.Pool.objects.for_org(
                self.organisation
            ).values_list("pk", "capacity", "used", "archived_at")
        }
        assert {
            draw_id: (draw.cap, draw.used, draw.ended) for draw, draw_id in self.draws.items()
        } == {
            pk: (cap, used, ended is not None)
            for pk, cap, used, ended in models.Allocation.objects.for_org(
                self.organisation
            ).values_list("pk", "cap", "used", "ended_at")
        }
        assert {
            seat_id: (seat.ended, seat.occupied, seat.ends) for seat, seat_id in self.seats.items()
        } == {
            pk: (reason, occupies, ends)
            for pk, reason, occupies, ends in models.Enrolment.objects.for_org(
                self.organisation
            ).values_list("pk", "end_reason", "occupies", "expires_at")
        }

    def _usage(self) -> set[Any]:
        rows: set[Any] = set()
        for pool, pool_id in self.pools.items():
            draws = self.model.teams_on(pool)
            if not pool.archived and not draws:
                rows.add((pool_id, None, pool.capacity, pool.used, 0, None))
            for draw in draws:
                mine = [seat for seat in pool.seats if seat.draw.team == draw.team]
                used = sum(seat.occupied for seat in mine)
                team = self.teams[draw.team].pk
                rows.add((pool_id, team, pool.capacity, pool.used, used, draw.cap))
        return rows

    def _holders(self) -> set[Any]:
        return {
            (self.seats[seat], seat.ended == "expired")
            for seat in self.model.seats()
            if seat.occupied
        }

    def _figures(self) -> Figures:
        holders = self._holders()
        return Figures(self._usage(), holders, self._products(), self._ends(holders))

    def _products(self) -> set[Any]:
        """Say for each product what the overview says: stock, use, capacity and open pools."""
        rows: set[Any] = set()
        for product, row in zip(self.model.products, self.products, strict=True):
            pools = [pool for pool in self.pools if pool.product is product]
            limited = [(pool, pool.capacity) for pool in pools if pool.capacity is not None]
            free = [max(0, seats - pool.used) for pool, seats in limited if not pool.archived]
            used = sum(pool.used for pool in pools)
            unlimited = used - sum(pool.used for pool, _seats in limited)
            capacity = sum(seats for _pool, seats in limited)
            still_open = sum(not pool.archived for pool in pools)
            rows.add((row.pk, product.stock, used, capacity, sum(free), unlimited, still_open))
        return rows

    def _ends(self, holders: set[Any]) -> set[Any]:
        ids = {seat_id for seat_id, _held in holders}
        return {(self.seats[seat], seat.ends) for seat in self.seats if self.seats[seat] in ids}

    def _compare_past(self) -> None:
        for moment, figures in self.past:
            assert figures == self._told_by_the_ledger(moment)

    def _told_by_the_ledger(self, moment: datetime) -> Figures:
        usage = books.as_of(self.organisation, moment)
        assert books.as_of(self.organisation, moment, pools=set(self.pools.values())) == usage
        holders = books.holders_as_of(self.organisation, moment)
        held = Held(organisation=self.organisation, pools=self.pools.values(), moment=moment)
        products = product_figures_as_of(self.organisation, moment)
        ends = held.ends([each.enrolment_id for each in holders])
        assert set(held.enrolments().values_list("pk", flat=True)) == set(ends)
        return Figures(
            {
                (
                    each.pool_id,
                    each.team_id,
                    each.capacity,
                    each.pool_used,
                    each.team_used,
                    each.cap,
                )
                for each in usage
            },
            {(each.enrolment_id, each.held) for each in holders},
            {
                (of.id, of.stock, of.used, of.capacity, of.available, of.without_limit, of.pools)
                for of in products
            },
            {(enrolment_id, until) for enrolment_id, (until, _keeps) in ends.items()},
        )
