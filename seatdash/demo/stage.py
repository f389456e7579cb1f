"""The things of one organisation by name, and the verbs in which its story is told.

Every verb is a service of the product; the stage only finds whom and what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from orgs.models import Member, User
from seatdash.demo.story import Story
from seats import clock
from seats.models import Allocation, Enrolment, Pool, Price, Product, SeatRequest
from seats.querysets import EnrolmentQuerySet
from seats.services import allocation as allocating
from seats.services import (
    archive,
    catalogue,
    enrolment,
    pricing,
    requests,
    revocation,
    stock,
    taking,
)
from seats.services import leaving as leave_taking
from seats.services import terms as pool_terms
from seats.services import transfer as transferring
from seats.services.expiry import expire_in_pool
from seats.services.locks import lock_pool
from seats.services.terms import Terms
from teams.models import Team, TeamMember
from teams.services import Person, appoint, create_team, join
from teams.services.changing import set_cost_centre
from teams.services.invitations import invite


class Stage:
    """One organisation; must be used within its tenancy scope."""

    def __init__(self, story: Story, admin: Member) -> None:
        self.story = story
        self.admin = admin
        self._teams: dict[str, Team] = {}
        self._people: dict[str, list[UUID]] = {}
        self._managers: dict[str, Member] = {}
        self._products: dict[str, Product] = {}
        self._pools: dict[str, Pool] = {}

    def tell(self) -> None:
        """Play the story; whoever is there by now has been since it began."""
        members = Member.objects.for_org(self.admin.organisation_id)
        members.update(created_at=self.story.begin)
        self.story.tell()

    # Who there is

    def member(self, email: str, name: str, *, user: User | None = None, role: str = "") -> Member:
        return Member.objects.create(
            organisation=self.admin.organisation, email=email, name=name, user=user, role=role
        )

    def team(
        self,
        name: str,
        people: Sequence[Person],
        *,
        external_id: str = "",
        parent: str = "",
        manager: Member | None = None,
    ) -> None:
        """Make a team of people; one without a manager is looked after by those above it."""
        team = create_team(
            actor=self.admin, name=name, external_id=external_id, parent=self._teams.get(parent)
        )
        self._teams[name] = team
        self._people[name] = join(actor=self.admin, team=team, people=people)
        self._managers[name] = manager or self._managers.get(parent, self.admin)
        if manager:
            appoint(actor=self.admin, team=team, member=manager, role=TeamMember.Role.MANAGER)

    def invite(self, email: str, team: str) -> None:
        """Ask somebody to sign in and manage a team; they have not answered yet."""
        invite(actor=self.admin, email=email, team=self._teams[team])

    def someone(self, email: str) -> Member:
        return Member.objects.get(email=email)

    # Products and pools

    def product(
        self, code: str, name: str, external_id: str = "", kind: Product.Kind = Product.Kind.COURSE
    ) -> None:
        self._products[code] = catalogue.create_product(
            actor=self.admin, code=code, name=name, kind=kind, external_id=external_id
        )

    def price(self, code: str, amount: str, basis: Price.Basis) -> None:
        """Charge this much from the moment of the story on."""
        pricing.set_price(
            actor=self.admin, product=self._products[code], amount=Decimal(amount), basis=basis
        )

    def charge_to(self, cost_centres: Mapping[str, str]) -> None:
        """Give teams their cost centres."""
        for team, cost_centre in cost_centres.items():
            set_cost_centre(actor=self.admin, team=self._teams[team], cost_centre=cost_centre)

    def buy(self, code: str, seats: int, reason: str) -> None:
        stock.issue(actor=self.admin, product=self._products[code], seats=seats, reason=reason)

    def retire(self, code: str, seats: int, reason: str) -> None:
        stock.retire(actor=self.admin, product=self._products[code], seats=seats, reason=reason)

    def open_pool(
        self, code: str, name: str, seats: int | None, terms: Terms, reason: str = ""
    ) -> None:
        self._pools[name] = allocating.create_pool(
            actor=self.admin,
            product=self._products[code],
            name=name,
            seats=seats,
            terms=terms,
            reason=reason,
        )

    def share(self, pool: str, team: str, cap: int | None = None) -> None:
        allocating.share(actor=self.admin, pool=self._pools[pool], team=self._teams[team], cap=cap)

    def clone(self, pool: str, team: str, reason: str = "") -> None:
        allocating.clone(
            actor=self.admin, pool=self._pools[pool], team=self._teams[team], reason=reason
        )

    def increment(self, pool: str, seats: int, reason: str) -> None:
        allocating.increment(actor=self.admin, pool=self._pools[pool], seats=seats, reason=reason)

    def allocate(
        self,
        team: str,
        code: str,
        seats: int | None,
        terms: Terms | None = None,
        reason: str = "",
    ) -> None:
        allocating.allocate(
            actor=self.admin,
            team=self._teams[team],
            product=self._products[code],
            seats=seats,
            terms=terms,
            reason=reason,
        )

    def take_back(self, team: str, code: str, seats: int, reason: str) -> None:
        pool = self._allocation(team, code).pool
        taking.take_away(actor=self.admin, pool=pool, seats=seats, reason=reason)

    def transfer(self, code: str, source: str, target: str, seats: int, reason: str) -> None:
        transferring.transfer(
            actor=self.admin,
            product=self._products[code],
            source=self._teams[source],
            target=self._teams[target],
            seats=seats,
            reason=reason,
        )

    def set_cap(self, team: str, code: str, cap: int | None, reason: str) -> None:
        allocation = self._allocation(team, code)
        pool_terms.set_cap(actor=self.admin, allocation=allocation, cap=cap, reason=reason)

    def archive(self, team: str, code: str, reason: str) -> None:
        pool = self._allocation(team, code).pool
        archive.archive_pool(actor=self.admin, pool=pool, reason=reason)

    def archive_product(self, code: str, reason: str) -> None:
        archive.archive_product(actor=self.admin, product=self._products[code], reason=reason)

    # Enrolments

    def enrol(self, team: str, code: str, many: int, reason: str = "") -> None:
        """Enrol the next people of the team's list who hold no seat of the pool."""
        allocation = self._allocation(team, code)
        unended = Enrolment.objects.unended().filter(pool=allocation.pool)
        held = set(unended.values_list("member", flat=True))
        waiting = [member for member in self._people[team] if member not in held]
        lines = enrolment.enrol(
            actor=self._managers[team],
            allocation=allocation,
            members=waiting[:many],
            reason=reason,
        )
        self._expire_at({line.expires_at for line in lines}, allocation.pool)

    def revoke(self, team: str, code: str, many: int, reason: str) -> None:
        """Revoke those enrolled last."""
        held = self._held(self._allocation(team, code)).newest_first()[:many]
        for each in held:
            revocation.revoke(actor=self.admin, enrolment=each, reason=reason)

    def extend(self, team: str, code: str, many: int, days: int, reason: str) -> None:
        """Give those whose end is nearest some days more."""
        allocation = self._allocation(team, code)
        ending = self._held(allocation).filter(expires_at__isnull=False)
        actor = self._managers[team] if allocation.pool.extendable else self.admin
        for each in ending.order_by("expires_at", "pk")[:many]:
            assert each.expires_at is not None
            end = each.expires_at + timedelta(days=days)
            revocation.extend(actor=actor, enrolment=each, expires_at=end, reason=reason)
            self._expire_at({end}, allocation.pool)

    def leave(self, team: str, code: str, reason: str) -> None:
        """Take whoever was enrolled last in a product out of the team."""
        member = self._last_enrolled(team, code)
        self._forget(member)
        leave_taking.leave(actor=self.admin, member=member, team=self._teams[team], reason=reason)

    def offboard(self, team: str, code: str, reason: str) -> None:
        """Take whoever was enrolled last in a product out of the organisation."""
        member = self._last_enrolled(team, code)
        self._forget(member)
        leave_taking.offboard(actor=self.admin, member=member, reason=reason)
        Member.objects.filter(pk=member.pk).update(offboarded_at=clock.now())

    # Requests

    def ask(self, team: str, code: str, seats: int, reason: str) -> None:
        requests.ask(
            actor=self._managers[team],
            team=self._teams[team],
            product=self._products[code],
            seats=seats,
            reason=reason,
        )

    def approve(self, team: str, code: str, answer: str) -> None:
        requests.approve(actor=self.admin, request=self._request(team, code), answer=answer)
        requests.note_answers_seen(actor=self._managers[team])

    def decline(self, team: str, code: str, answer: str) -> None:
        requests.decline(actor=self.admin, request=self._request(team, code), answer=answer)
        requests.note_answers_seen(actor=self._managers[team])

    # What the verbs look up

    def _allocation(self, team: str, code: str) -> Allocation:
        current = Allocation.objects.current().select_related("pool")
        return current.get(team=self._teams[team], product=self._products[code])

    def _held(self, allocation: Allocation) -> EnrolmentQuerySet:
        return Enrolment.objects.unended().filter(pool=allocation.pool, team=allocation.team)

    def _last_enrolled(self, team: str, code: str) -> Member:
        held = self._held(self._allocation(team, code)).newest_first()
        return held.select_related("member")[0].member

    def _forget(self, member: Member) -> None:
        for people in self._people.values():
            if member.pk in people:
                people.remove(member.pk)

    def _request(self, team: str, code: str) -> SeatRequest:
        undecided = SeatRequest.objects.undecided()
        return undecided.get(team=self._teams[team], product=self._products[code])

    def _expire_at(self, moments: Iterable[datetime | None], pool: Pool) -> None:
        # The worker looks once a minute.
        for moment in moments:
            if moment:
                late = moment + timedelta(seconds=20)
                self.story.at(late, lambda: expire_in_pool(lock_pool(pool)))
