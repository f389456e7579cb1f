"""What happens to people and their seats, twice."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from seats import models
from seats.services.enrolment import Mode, enrol
from seats.services.expiry import expire_due
from seats.services.leaving import leave, offboard
from seats.services.moving import move
from seats.services.revocation import extend, revoke, revoke_many
from teams.services import Person, join
from tests.endure.strategies import any_one, some_members
from tests.endure.twice import MEMBERS, TEAMS, Twice


class EnrolmentOperations(Twice):
    @precondition(lambda self: self.model.draws)
    @rule(number=any_one, members=some_members, fill=st.booleans())
    def enrol_a_list(self, number: int, members: list[int], *, fill: bool) -> None:
        self.enrol_them(number, members, fill=fill)

    @precondition(lambda self: self.model.draws)
    @rule(number=any_one, turn=any_one)
    def enrol_one(self, number: int, turn: int) -> None:
        team = self.pick(self.model.draws, number).team
        members = [member for member, teams in self.model.members.items() if team in teams]
        self.enrol_them(number, [self.pick(members or [0], turn)], fill=False)

    @precondition(lambda self: any(not draw.ended for draw in self.model.draws))
    @rule(number=any_one)
    def enrol_the_team(self, number: int) -> None:
        current = [draw for draw in self.model.draws if not draw.ended]
        team = self.pick(current, number).team
        members = [m for m, teams in self.model.members.items() if team in teams]
        if members:
            number = self.model.draws.index(self.pick(current, number))
            self.enrol_them(number, members, fill=True)

    # What is done most is played most.
    enrol_another = enrol_yet_another = enrol_one
    enrol_another_list = enrol_a_list
    enrol_another_team = enrol_the_team

    def enrol_them(self, number: int, members: list[int], *, fill: bool) -> None:
        draw = self.pick(self.model.draws, number)
        done = self.both(
            lambda: self.model.enrol(draw, members, self.now, fill=fill),
            lambda: enrol(
                actor=self.admin,
                allocation=self.draw_row(draw),
                members=[self.members[member].pk for member in members],
                mode=Mode.FILL if fill else Mode.ALL,
            ),
        )
        if done:
            expected, found = done
            assert [outcome for outcome, _seat in expected] == [line.outcome for line in found]
            assert [self.members[member].pk for member in members] == [
                line.member_id for line in found
            ]
            for (outcome, seat), line in zip(expected, found, strict=True):
                if outcome == "enrolled":
                    self.seats[seat] = line.enrolment_id
                if seat:
                    assert (line.enrolment_id, line.expires_at) == (self.seats[seat], seat.ends)
        self.done()

    @precondition(lambda self: self.model.seats())
    @rule(number=any_one)
    def revoke_one(self, number: int) -> None:
        seat = self.pick(self.model.seats(), number)
        row = models.Enrolment.objects.get(pk=self.seats[seat])
        self.both(
            lambda: self.model.end([seat], "revoked", self.now),
            lambda: revoke(actor=self.admin, enrolment=row),
        )
        self.done()

    @precondition(lambda self: self.model.seats())
    @rule(numbers=st.lists(any_one, max_size=5))
    def revoke_several(self, numbers: list[int]) -> None:
        seats = {self.pick(self.model.seats(), number) for number in numbers}
        rows = models.Enrolment.objects.filter(pk__in=[self.seats[seat] for seat in seats])
        expected, found = self.both(
            lambda: self.model.end(seats, "revoked", self.now),
            lambda: revoke_many(actor=self.admin, enrolments=list(rows)),
        )
        assert expected == found
        self.done()

    @precondition(lambda self: self.model.seats())
    @rule(number=any_one, days=st.one_of(st.none(), st.integers(-2, 20)))
    def extend_one(self, number: int, days: int | None) -> None:
        seat = self.pick(self.model.seats(), number)
        row = models.Enrolment.objects.select_related("pool").get(pk=self.seats[seat])
        ends = None if days is None else self.now + timedelta(days=days)
        self.both(
            lambda: self.model.extend(seat, ends, self.now),
            lambda: extend(actor=self.admin, enrolment=row, expires_at=ends),
        )
        self.done()

    @precondition(lambda self: self.model.seats())
    @rule(number=any_one, team=st.integers(0, TEAMS - 1))
    def move_one(self, number: int, team: int) -> None:
        seat = self.pick(self.model.seats(), number)
        row = models.Enrolment.objects.get(pk=self.seats[seat])
        done = self.both(
            lambda: self.model.move(seat, team, self.now),
            lambda: move(actor=self.admin, enrolments=[row], target=self.teams[team]),
        )
        if done:
            there = models.Enrolment.objects.unended().filter(member=row.member_id)
            new = there.get(pool=self.draw_row(done[0].draw).pool_id)
            assert (new.expires_at, new.reusable) == (done[0].ends, done[0].reusable)
            self.seats[done[0]] = new.pk
        self.done()

    @rule(hours=st.integers(1, 120), worker=st.booleans())
    def time_passes(self, hours: int, *, worker: bool) -> None:
        self.now += timedelta(hours=hours)
        if worker:
            self.the_worker_comes()

    def the_worker_comes(self) -> None:
        expected, found = self.both(
            lambda: self.model.expire(self.now),
            lambda: expire_due(organisation=self.organisation),
        )
        assert expected == found
        self.done()

    @rule(member=st.integers(0, MEMBERS - 1), team=st.integers(0, TEAMS))
    def someone_leaves(self, member: int, team: int) -> None:
        who = self.members[member]
        if team == TEAMS:
            expected, found = self.both(
                lambda: self.model.leave(member, None, self.now),
                lambda: offboard(actor=self.admin, member=who),
            )
        else:
            expected, found = self.both(
                lambda: self.model.leave(member, team, self.now),
                lambda: leave(actor=self.admin, member=who, team=self.teams[team]),
            )
        assert expected == found.revoked
        self.done()

    @rule(members=some_members, team=any_one)
    def people_join(self, members: list[int], team: int) -> None:
        team %= TEAMS
        people = [Person(self.members[member].email.upper()) for member in members]
        joined = join(actor=self.admin, team=self.teams[team], people=people)
        assert joined == [self.members[member].pk for member in members]
        for member in members:
            self.model.members[member].add(team)
