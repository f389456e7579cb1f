"""What admins do to stock and pools, twice."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from orgs.models import Organisation
from seats import models
from seats.services.allocation import allocate, clone, create_pool, increment, share, take_off
from seats.services.archive import archive_pool
from seats.services.stock import issue, retire
from seats.services.taking import take_away
from seats.services.terms import Terms, set_cap, set_terms
from seats.services.transfer import transfer
from tests.endure import words
from tests.endure.strategies import any_one, capacities, few, several, some_terms
from tests.endure.twice import TEAMS, Twice


def real(terms: words.Terms) -> Terms:
    return Terms(terms_days=terms.days, terms_date=terms.last_day, reusable=terms.reusable)


class PoolOperations(Twice):
    @initialize(seats=several, terms=some_terms)
    def begin_with_a_dedicated_and_a_shared_pool(self, seats: int, terms: words.Terms) -> None:
        self.allocate_to_a_team(number=0, team=0, seats=seats, terms=terms)
        self.make_a_pool(number=1, seats=seats, terms=terms)
        for team in range(TEAMS):
            self.share_a_pool(number=1, team=team, cap=None)

    @rule(number=any_one, seats=several, gone=st.booleans())
    def buy_or_retire(self, number: int, seats: int, *, gone: bool) -> None:
        product, row = self.product(number)
        plain, really = (self.model.retire, retire) if gone else (self.model.issue, issue)
        self.both(
            lambda: plain(product, seats),
            lambda: really(actor=self.admin, product=row, seats=seats),
        )
        self.done()

    @rule(strict=st.booleans())
    def keep_a_strict_stock(self, *, strict: bool) -> None:
        self.model.strict = strict
        Organisation.objects.filter(pk=self.organisation.pk).update(strict_stock=strict)

    @rule(number=any_one, team=any_one, seats=capacities, terms=some_terms)
    def allocate_to_a_team(
        self, number: int, team: int, seats: int | None, terms: words.Terms
    ) -> None:
        product, row = self.product(number)
        team %= TEAMS
        done = self.both(
            lambda: self.model.allocate(team, product, seats, terms),
            lambda: allocate(
                actor=self.admin,
                team=self.teams[team],
                product=row,
                seats=seats,
                terms=real(terms),
            ),
        )
        if done:
            self.learn(done[0], done[1].pool.pk)
        self.done()

    @rule(number=any_one, seats=capacities, terms=some_terms)
    def make_a_pool(self, number: int, seats: int | None, terms: words.Terms) -> None:
        product, row = self.product(number)
        done = self.both(
            lambda: self.model.create_pool(product, seats, terms),
            lambda: create_pool(
                actor=self.admin, product=row, name="Pool", seats=seats, terms=real(terms)
            ),
        )
        if done:
            self.learn(done[0], done[1].pk)
        self.done()

    @precondition(lambda self: self.model.pools)
    @rule(number=any_one, seats=few)
    def add_to_a_pool(self, number: int, seats: int) -> None:
        pool = self.pick(self.model.pools, number)
        self.both(
            lambda: self.model.increment(pool, seats),
            lambda: increment(actor=self.admin, pool=self.pool_row(pool), seats=seats),
        )
        self.done()

    @precondition(lambda self: self.model.pools)
    @rule(number=any_one, team=any_one, cap=st.one_of(st.none(), few))
    def share_a_pool(self, number: int, team: int, cap: int | None) -> None:
        pool = self.pick(self.model.pools, number)
        team %= TEAMS
        done = self.both(
            lambda: self.model.share(pool, team, cap),
            lambda: share(
                actor=self.admin, pool=self.pool_row(pool), team=self.teams[team], cap=cap
            ),
        )
        if done:
            self.draws[done[0]] = done[1].pk
        self.done()

    @precondition(lambda self: self.model.pools)
    @rule(number=any_one, team=any_one)
    def clone_a_pool(self, number: int, team: int) -> None:
        pool = self.pick(self.model.pools, number)
        team %= TEAMS
        done = self.both(
            lambda: self.model.clone(pool, team),
            lambda: clone(actor=self.admin, pool=self.pool_row(pool), team=self.teams[team]),
        )
        if done:
            self.learn(done[0], done[1].pool.pk)
        self.done()

    @precondition(lambda self: self.model.pools)
    @rule(number=any_one, seats=several, gone=st.booleans())
    def take_from_a_pool(self, number: int, seats: int, *, gone: bool) -> None:
        pool = self.pick(self.model.pools, number)
        self.both(
            lambda: self.model.take_away(pool, seats, retire=gone),
            lambda: take_away(actor=self.admin, pool=self.pool_row(pool), seats=seats, retire=gone),
        )
        self.done()

    @rule(number=any_one, giver=any_one, taker=any_one, seats=few)
    def move_seats(self, number: int, giver: int, taker: int, seats: int) -> None:
        product, row = self.product(number)
        giver, taker = giver % TEAMS, taker % TEAMS
        done = self.both(
            lambda: self.model.transfer(product, giver, taker, seats),
            lambda: transfer(
                actor=self.admin,
                product=row,
                source=self.teams[giver],
                target=self.teams[taker],
                seats=seats,
            ),
        )
        if done and done[0] not in self.pools:
            allocations = models.Allocation.objects.current().filter(team=self.teams[taker])
            self.learn(done[0], allocations.get(product=row).pool_id)
        self.done()

    @precondition(lambda self: self.model.pools)
    @rule(number=any_one, terms=some_terms)
    def change_terms(self, number: int, terms: words.Terms) -> None:
        pool = self.pick(self.model.pools, number)
        self.both(
            lambda: self.model.set_terms(pool, terms),
            lambda: set_terms(actor=self.admin, pool=self.pool_row(pool), terms=real(terms)),
        )
        self.done()

    @precondition(lambda self: self.model.draws)
    @rule(number=any_one, cap=st.one_of(st.none(), few))
    def change_a_cap(self, number: int, cap: int | None) -> None:
        draw = self.pick(self.model.draws, number)
        self.both(
            lambda: self.model.set_cap(draw, cap),
            lambda: set_cap(actor=self.admin, allocation=self.draw_row(draw), cap=cap),
        )
        self.done()

    @precondition(lambda self: self.model.draws)
    @rule(number=any_one)
    def take_a_team_off(self, number: int) -> None:
        draw = self.pick(self.model.draws, number)
        self.both(
            lambda: self.model.take_off(draw, self.now),
            lambda: take_off(actor=self.admin, allocation=self.draw_row(draw)),
        )
        self.done()

    @precondition(lambda self: not all(pool.archived for pool in self.model.pools))
    @rule(number=any_one)
    def archive_a_pool(self, number: int) -> None:
        pool = self.pick([pool for pool in self.model.pools if not pool.archived], number)
        self.both(
            lambda: self.model.archive(pool, self.now),
            lambda: archive_pool(actor=self.admin, pool=self.pool_row(pool)),
        )
        self.done()
