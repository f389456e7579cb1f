"""Statements hold whatever was done: random stories, told to a plain model as well."""

import os
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from seats.books import as_of, holders_as_of
from seats.statements import Line, Statement, statement
from tests.endure.machine import Seats
from tests.endure.words import Pool

A_MOMENT = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
# A product's number, and a team's or the kind of whoever else holds seats.
Place = tuple[int, int | str]


@dataclass(frozen=True)
class State:
    """What the model says from a moment on, until the next."""

    at: datetime
    seats: Counter[Place]
    used: Counter[Place]
    issued: Counter[int]


class Stated(Seats):
    """The machine of R2; afterwards statements are asked for, and held against the model."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[State] = []
        self.holders: dict[Pool, int | str] = {}

    def done(self) -> None:
        super().done()
        self.states.append(self._state())

    def _state(self) -> State:
        seats, used = Counter[Place](), Counter[Place]()
        numbers = {id(product): n for n, product in enumerate(self.model.products)}
        for product in self.model.products:
            seats[numbers[id(product)], "unallocated"] += product.stock
        for pool in self.model.pools:
            number = numbers[id(pool.product)]
            seats[number, self._holder(pool)] += pool.capacity or 0
            for seat in pool.seats:
                used[number, seat.draw.team] += seat.occupied
        issued = Counter({n: each.issued for n, each in enumerate(self.model.products)})
        return State(self.now, +seats, +used, issued)

    def _holder(self, pool: Pool) -> int | str:
        # An archived pool has no teams; its seats stay with who held them.
        if not pool.archived:
            teams = [draw.team for draw in self.model.teams_on(pool)]
            one = teams[0] if teams else "unallocated"
            self.holders[pool] = "shared" if len(teams) > 1 else one
        return self.holders.get(pool, "unallocated")

    def teardown(self) -> None:
        try:
            if self.states:
                self._compare_statements()
        finally:
            super().teardown()

    def _compare_statements(self) -> None:
        count = len(self.states)
        places = sorted({0, count // 3, count // 2, count - 1})
        first = self.states[0].at - ONE_DAY
        moments = [first, *(self.states[n].at + A_MOMENT for n in places)]
        found = [self._statement(since, until) for since, until in pairwise(moments)]
        for each in found:
            self._compare(each)
        for before, after in pairwise(found):
            assert self._closing(before) == self._opening(after)
        self._compare_whole(self._statement(moments[0], moments[-1]), found)

    def _statement(self, since: datetime, until: datetime) -> Statement:
        return statement(self.organisation, since=since, until=until)

    def _compare(self, found: Statement) -> None:
        assert all(line.figures.balances for line in found.lines)
        state = self._state_at(found.until - A_MOMENT)
        seats, used = self._closing(found)
        assert (seats, used) == (state.seats, state.used)
        self._compare_with_as_of(found)
        self._compare_over_time(found)

    def _compare_with_as_of(self, found: Statement) -> None:
        moment = found.until - A_MOMENT
        usage = as_of(self.organisation, moment)
        of_pools = {row.pool_id: row.capacity or 0 for row in usage if row.teams > 1}
        shared = sum(line.figures.closing_seats for line in found.lines if line.kind == "shared")
        archived = sum(
            pool.capacity or 0
            for pool in self.model.pools
            if self.pools[pool] not in {row.pool_id for row in usage}
            and self.holders.get(pool) == "shared"
        )
        if moment == self.states[-1].at:
            assert shared == sum(of_pools.values()) + archived
        there = Counter(holder.team_id for holder in holders_as_of(self.organisation, moment))
        teams = found.sums(lambda line: line.team_id)
        assert there == +Counter({id_: each.closing_used for id_, each in teams.items() if id_})

    def _compare_over_time(self, found: Statement) -> None:
        steps = self._steps(found)
        for line in found.lines:
            place = self._place(line)
            for name, days in (("seats", "seat_days_allocated"), ("used", "seat_days_used")):
                exact = sum(
                    getattr(state, name)[place] * (length // A_MOMENT) for state, length in steps
                )
                assert getattr(line.figures, days) == _days(exact)
            assert line.peak.used == max(state.used[place] for state, _length in steps)

    def _compare_whole(self, whole: Statement, parts: list[Statement]) -> None:
        movements = ("issued", "retired", "enrolled", "revoked", "expired")
        for name in movements:
            of_parts = sum(getattr(line.figures, name) for part in parts for line in part.lines)
            assert of_parts == sum(getattr(line.figures, name) for line in whole.lines)
        products = whole.sums(lambda line: line.product_id)
        for number, product in enumerate(self.products):
            figures = products.get(product.pk)
            assert (figures.issued if figures else 0) == self.model.products[number].issued
            assert figures is None or figures.moved_in == figures.moved_out

    def _steps(self, found: Statement) -> list[tuple[State, timedelta]]:
        """Return the states that held in a period, each with how long it did."""
        nothing = State(found.since, Counter(), Counter(), Counter())
        states = [nothing, *self.states]
        ends = [*(state.at for state in self.states), found.until]
        held = [
            (state, min(end, found.until) - max(state.at, found.since))
            for state, end in zip(states, ends, strict=True)
        ]
        return [(state, length) for state, length in held if length > timedelta(0)]

    def _state_at(self, moment: datetime) -> State:
        return next(state for state in reversed(self.states) if state.at <= moment)

    def _place(self, line: Line) -> Place:
        numbers = {product.pk: n for n, product in enumerate(self.products)}
        teams = {team.pk: n for n, team in enumerate(self.teams)}
        holder = teams[line.team_id] if line.team_id else line.kind
        return numbers[line.product_id], holder

    def _closing(self, found: Statement) -> tuple[Any, Any]:
        return self._seats_and_use(found, "closing")

    def _opening(self, found: Statement) -> tuple[Any, Any]:
        return self._seats_and_use(found, "opening")

    def _seats_and_use(self, found: Statement, which: str) -> tuple[Any, Any]:
        named = {self._place(line): line.figures for line in found.lines}
        seats = {place: getattr(each, f"{which}_seats") for place, each in named.items()}
        used = {place: getattr(each, f"{which}_used") for place, each in named.items()}
        return +Counter(seats), +Counter(used)


def _days(microseconds: int) -> Decimal:
    days = Decimal(microseconds) / (ONE_DAY // A_MOMENT)
    return days.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def runs() -> int:
    return 300 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 4


@pytest.mark.usefixtures("db")
def test_openings_and_movements_make_closings_whatever_was_done() -> None:
    run_state_machine_as_test(
        Stated,
        settings=settings(
            max_examples=runs(),
            stateful_step_count=30,
            deadline=None,
            database=None,
            print_blob=False,
            # A story that fails is told at once; making it shorter takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
