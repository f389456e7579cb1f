"""RULES.md as plain Python: no database, no locks, nothing but the rules.

What the services do is compared with this, number by number. A rule that says no is a `No` with
the name of the refusal; whoever raises it has changed nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.endure.words import Draw, No, Pool, Product, Seat, Terms


@dataclass
class Model:
    """One organisation whose clock says UTC; teams and members are numbers."""

    products: list[Product]
    members: dict[int, set[int]]
    pools: list[Pool] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    strict: bool = False

    # Looking

    def seats(self) -> list[Seat]:
        return [seat for pool in self.pools for seat in pool.seats]

    def draw_of(self, team: int, product: Product) -> Draw | None:
        current = (draw for draw in self.draws if not draw.ended and draw.team == team)
        return next((draw for draw in current if draw.pool.product is product), None)

    def teams_on(self, pool: Pool) -> list[Draw]:
        return [draw for draw in self.draws if draw.pool is pool and not draw.ended]

    # Stock

    def issue(self, product: Product, seats: int) -> None:
        product.stock += seats
        product.issued += seats

    def retire(self, product: Product, seats: int) -> None:
        if seats > product.stock:
            raise No("NotEnoughSeats")
        product.stock -= seats
        product.retired += seats

    def take_from_stock(self, product: Product, seats: int) -> int:
        """Stock first, the rest issued as new (rule 3); answers how many were new."""
        lacking = max(0, seats - product.stock)
        if lacking and self.strict:
            raise No("NotEnoughStock")
        self.issue(product, lacking)
        product.stock -= seats
        return lacking

    # Pools

    def create_pool(self, product: Product, seats: int | None, terms: Terms) -> Pool:
        self.take_from_stock(product, seats or 0)
        pool = Pool(product, seats, terms)
        self.pools.append(pool)
        return pool

    def allocate(self, team: int, product: Product, seats: int | None, terms: Terms) -> Pool:
        draw = self.draw_of(team, product)
        if draw is None:
            pool = self.create_pool(product, seats, terms)
            self.draws.append(Draw(pool, team))
            return pool
        if seats is None:
            raise No("AlreadyAllocated")
        return self.increment(draw.pool, seats)

    def increment(self, pool: Pool, seats: int) -> Pool:
        self._open(pool)
        if pool.capacity is None:
            raise No("PoolIsUnlimited")
        self.take_from_stock(pool.product, seats)
        pool.capacity += seats
        return pool

    def share(self, pool: Pool, team: int, cap: int | None) -> Draw:
        self._open(pool)
        if self.draw_of(team, pool.product):
            raise No("AlreadyAllocated")
        draw = Draw(pool, team, cap)
        self.draws.append(draw)
        return draw

    def clone(self, pool: Pool, team: int) -> Pool:
        self._open(pool)
        if self.strict and (pool.capacity or 0) > pool.product.stock:
            raise No("NotEnoughStock")
        if self.draw_of(team, pool.product):
            raise No("AlreadyAllocated")
        return self.allocate(team, pool.product, pool.capacity, pool.terms)

    def take_away(self, pool: Pool, seats: int, *, retire: bool) -> None:
        self._open(pool)
        self._can_give(pool, seats)
        assert pool.capacity is not None
        pool.capacity -= seats
        pool.product.stock += seats
        if retire:
            self.retire(pool.product, seats)

    def transfer(self, product: Product, source: int, target: int, seats: int) -> Pool:
        giving, taking = self.draw_of(source, product), self.draw_of(target, product)
        if giving is None:
            raise No("NotAllocated")
        if taking and taking.pool is giving.pool:
            raise No("SamePool")
        self._can_give(giving.pool, seats)
        if taking:
            self._can_give(taking.pool, 0)
        if taking is None:
            pool = Pool(product, 0, giving.pool.terms)
            self.pools.append(pool)
            taking = Draw(pool, target)
            self.draws.append(taking)
        assert giving.pool.capacity is not None
        assert taking.pool.capacity is not None
        giving.pool.capacity -= seats
        taking.pool.capacity += seats
        return taking.pool

    def set_terms(self, pool: Pool, terms: Terms) -> None:
        self._open(pool)
        pool.terms = terms

    def set_cap(self, draw: Draw, cap: int | None) -> None:
        self._open(draw.pool)
        if draw.ended:
            raise No("NotAllocated")
        draw.cap = cap

    def take_off(self, draw: Draw, now: datetime) -> None:
        self._open(draw.pool)
        if any(seat.draw is draw for seat in self._staying(draw.pool, now)):
            raise No("SeatsInUse")
        self._expire(draw.pool.seats, now)
        draw.ended = True

    def archive(self, pool: Pool, now: datetime) -> None:
        self._open(pool)
        if any(not seat.ended and not seat.due(now) for seat in pool.seats):
            raise No("StillInUse")
        self._expire(pool.seats, now)
        free = max(0, (pool.capacity or 0) - pool.used)
        if pool.capacity is not None:
            pool.capacity -= free
        pool.product.stock += free
        pool.archived = True
        for draw in self.teams_on(pool):
            draw.ended = True

    # Enrolments

    def enrol(
        self, draw: Draw, members: Sequence[int], now: datetime, *, fill: bool
    ) -> list[tuple[str, Seat | None]]:
        pool = draw.pool
        held = {seat.member: seat for seat in pool.seats if not seat.ended}
        if all(member in held and not held[member].due(now) for member in members):
            return [("already_enrolled", held[member]) for member in members]
        self._open(pool)
        if draw.ended:
            raise No("NotAllocated")
        chosen, expiring = self._who_fits(draw, members, now, fill=fill)
        holding = {member for member, seat in held.items() if not seat.due(now)}
        fresh = chosen - holding
        if any(draw.team not in self.members[member] for member in fresh):
            raise No("NotInTeam")
        if fresh and pool.terms.over(now):
            raise No("TermsOver")
        if expiring:
            self._expire(pool.seats, now)
        return [self._seat(draw, member, now, chosen) for member in members]

    def _who_fits(
        self, draw: Draw, members: Sequence[int], now: datetime, *, fill: bool
    ) -> tuple[set[int], bool]:
        """Answer who gets or has a seat, and whether what has expired must go for it."""
        pool = draw.pool
        lapsed = any(seat.due(now) and seat.member in members for seat in pool.seats)
        held = {seat.member for seat in pool.seats if not seat.ended}
        fresh = [member for member in members if member not in held]
        at_once = not lapsed and self._room(draw, pool.used, draw.used) >= len(fresh)
        belong = all(draw.team in self.members[member] for member in members)
        if at_once and belong and not pool.terms.over(now):
            return set(members), False
        staying = self._staying(pool, now)
        used = sum(seat.draw is draw for seat in staying)
        held = {seat.member for seat in staying if not seat.due(now) and not seat.ended}
        fresh = [member for member in members if member not in held]
        room = self._room(draw, len(staying), used)
        if len(fresh) > room and not fill:
            full = pool.capacity is not None and len(staying) + len(fresh) > pool.capacity
            raise No("NoSeatsLeft" if full else "CapReached")
        return (held & set(members)) | set(fresh[: int(min(room, len(fresh)))]), True

    def _seat(
        self, draw: Draw, member: int, now: datetime, chosen: set[int]
    ) -> tuple[str, Seat | None]:
        if member not in chosen:
            return "no_seat", None
        for seat in draw.pool.seats:
            if seat.member == member and not seat.ended:
                return "already_enrolled", seat
        terms = draw.pool.terms
        seat = Seat(draw, member, terms.end(now), terms.reusable)
        draw.pool.seats.append(seat)
        return "enrolled", seat

    def end(self, seats: Iterable[Seat], reason: str, now: datetime) -> int:
        """End those that are live; what is past its end has expired instead."""
        seats = list(seats)
        self._expire(seats, now)
        live = [seat for seat in seats if not seat.ended]
        for seat in live:
            seat.ended = reason
        return len(live)

    def move(self, seat: Seat, team: int, now: datetime) -> Seat:
        """Go to another team, onto a seat of its pool of the product, until the same end."""
        draw = self.draw_of(team, seat.draw.pool.product)
        if seat.ended or seat.due(now) or seat.draw.team == team:
            raise No("CannotMove")
        if draw is None:
            raise No("NotAllocated")
        is_same, staying = draw.pool is seat.draw.pool, self._staying(draw.pool, now)
        if not is_same and any(
            each.member == seat.member and not each.ended and not each.due(now) for each in staying
        ):
            raise No("CannotMove")
        staying = [each for each in staying if each is not seat]
        if self._room(draw, len(staying), sum(each.draw is draw for each in staying)) < 1:
            full = draw.pool.capacity is not None and len(staying) + 1 > draw.pool.capacity
            raise No("NoSeatsLeft" if full else "CapReached")
        self._expire(draw.pool.seats, now)
        seat.ended = "revoked"
        self.members[seat.member].add(team)
        reusable = seat.reusable if is_same else draw.pool.terms.reusable
        draw.pool.seats.append(Seat(draw, seat.member, seat.ends, reusable))
        return draw.pool.seats[-1]

    def extend(self, seat: Seat, ends: datetime | None, now: datetime) -> None:
        self._open(seat.draw.pool)
        if seat.ended or seat.due(now) or (ends is not None and ends <= now):
            raise No("CannotEnd")
        seat.ends = ends

    def expire(self, now: datetime) -> int:
        return self._expire(self.seats(), now)

    def leave(self, member: int, team: int | None, now: datetime) -> int:
        """Leave a team, or with None every team."""
        self.members[member] -= self.members[member] if team is None else {team}
        mine = (seat for seat in self.seats() if seat.member == member)
        through = [seat for seat in mine if team is None or seat.draw.team == team]
        return self.end(through, "left", now)

    # Common ground

    def _open(self, pool: Pool) -> None:
        if pool.archived:
            raise No("Archived")

    def _can_give(self, pool: Pool, seats: int) -> None:
        if pool.capacity is None:
            raise No("PoolIsUnlimited")
        if seats > pool.capacity:
            raise No("NotEnoughSeats")

    def _room(self, draw: Draw, pool_used: int, used: int) -> float:
        capacity, cap = draw.pool.capacity, draw.cap
        in_pool = float("inf") if capacity is None else capacity - pool_used
        under_cap = float("inf") if cap is None else cap - used
        return max(0, min(in_pool, under_cap))

    def _staying(self, pool: Pool, now: datetime) -> list[Seat]:
        """Seats that are still occupied once what has expired is booked."""
        return [
            seat for seat in pool.seats if seat.occupied and not (seat.due(now) and seat.reusable)
        ]

    def _expire(self, seats: Iterable[Seat], now: datetime) -> int:
        due = [seat for seat in seats if seat.due(now)]
        for seat in due:
            seat.ended = "expired"
        return len(due)
