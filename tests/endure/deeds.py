"""What the threads of R1 do at random; each deed is one call of a service."""

import random
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.utils import timezone

from seatdash import tenancy
from seats import clock
from seats.models import Allocation, Enrolment, Pool
from seats.services import moving
from seats.services.allocation import increment
from seats.services.enrolment import Mode, enrol
from seats.services.expiry import expire_due
from seats.services.leaving import leave
from seats.services.revocation import extend, revoke, revoke_many
from seats.services.stock import issue, retire
from seats.services.taking import take_away
from seats.services.terms import set_cap
from seats.services.transfer import transfer
from seats.services.undoing import revocation_ticket, undo
from teams.services import Person, join
from tests.endure.place import Place

Deed = Callable[[Place, random.Random], Any]


def enrol_one(place: Place, chance: random.Random) -> None:
    allocation = chance.choice(place.allocations)
    member = chance.choice(place.belonging[allocation.team_id])
    enrol(actor=place.admin, allocation=allocation, members=[member])


def enrol_list(place: Place, chance: random.Random) -> None:
    allocation = chance.choice(place.allocations)
    members = chance.sample(place.belonging[allocation.team_id], 6)
    mode = chance.choice([Mode.ALL, Mode.FILL])
    enrol(actor=place.admin, allocation=allocation, members=members, mode=mode)


def enrol_later(place: Place, chance: random.Random) -> None:
    """Enrol at a time when much has expired that nobody has booked."""
    with clock.telling(timezone.now() + timedelta(days=chance.randint(1, 3))):
        enrol_list(place, chance)


def revoke_one(place: Place, chance: random.Random) -> None:
    for enrolment in _live(place, chance, 1):
        revoke(actor=place.admin, enrolment=enrolment)


def revoke_several(place: Place, chance: random.Random) -> None:
    revoke_many(actor=place.admin, enrolments=_live(place, chance, 2) + _live(place, chance, 2))


def extend_one(place: Place, chance: random.Random) -> None:
    for enrolment in _live(place, chance, 1):
        later = timezone.now() + timedelta(days=chance.randint(1, 9))
        extend(actor=place.admin, enrolment=enrolment, expires_at=later)


def move(place: Place, chance: random.Random) -> None:
    source, target = chance.sample(place.teams, 2)
    transfer(
        actor=place.admin,
        product=chance.choice(place.products),
        source=source,
        target=target,
        seats=chance.randint(1, 4),
    )


def move_people(place: Place, chance: random.Random) -> None:
    target = chance.choice(place.teams)
    leaving = chance.random() < 0.3
    people = _live(place, chance, 2) + _live(place, chance, 2)
    if people:
        moving.move(actor=place.admin, enrolments=people, target=target, leave=leaving)


def revoke_and_undo(place: Place, chance: random.Random) -> None:
    enrolments = _live(place, chance, 3)
    with tenancy.scope(place.organisation.pk):
        if not revoke_many(actor=place.admin, enrolments=enrolments):
            return
        ticket = revocation_ticket()
    with tenancy.scope(place.organisation.pk) if chance.random() < 0.5 else nullcontext():
        undo(actor=place.admin, ticket=ticket)


def shrink(place: Place, chance: random.Random) -> None:
    take_away(
        actor=place.admin,
        pool=chance.choice(place.pools),
        seats=chance.randint(1, 4),
        retire=chance.random() < 0.5,
    )


def grow(place: Place, chance: random.Random) -> None:
    increment(actor=place.admin, pool=chance.choice(place.pools), seats=chance.randint(1, 4))


def grow_what_is_on_the_screen(place: Place, chance: random.Random) -> None:
    with tenancy.scope(place.organisation.pk):
        pool = Pool.objects.get(pk=chance.choice(place.pools).pk)
    increment(actor=place.admin, pool=pool, seats=1, seen=pool.version)


def stock(place: Place, chance: random.Random) -> None:
    verb = chance.choice([issue, retire])
    verb(actor=place.admin, product=chance.choice(place.products), seats=chance.randint(1, 5))


def cap(place: Place, chance: random.Random) -> None:
    limit = chance.choice([None, 5, 15])
    set_cap(actor=place.admin, allocation=chance.choice(place.allocations), cap=limit)


def expire(place: Place, chance: random.Random) -> None:
    with clock.telling(timezone.now() + timedelta(days=chance.randint(0, 3))):
        expire_due(organisation=place.organisation)


def leave_a_team(place: Place, chance: random.Random) -> None:
    leave(actor=place.admin, member=chance.choice(place.people), team=chance.choice(place.teams))


def come_back(place: Place, chance: random.Random) -> None:
    team = chance.choice(place.teams)
    members = set(chance.sample(place.belonging[team.pk], 5))
    people = [Person(person.email) for person in place.people if person.pk in members]
    join(actor=place.admin, team=team, people=people)


def _live(place: Place, chance: random.Random, most: int) -> list[Enrolment]:
    allocation: Allocation = chance.choice(place.allocations)
    with tenancy.scope(place.organisation.pk):
        unended = Enrolment.objects.unended().filter(allocation=allocation).select_related("pool")
        return list(unended.order_by("?")[:most])


# How often each is done, of a hundred.
DEEDS: dict[Deed, int] = {
    enrol_one: 25,
    enrol_list: 12,
    enrol_later: 5,
    revoke_one: 12,
    revoke_several: 6,
    extend_one: 3,
    move: 10,
    move_people: 3,
    revoke_and_undo: 2,
    shrink: 6,
    grow: 4,
    grow_what_is_on_the_screen: 2,
    stock: 2,
    cap: 2,
    expire: 1,
    leave_a_team: 3,
    come_back: 2,
}

# One page revokes and another undoes: in one transaction, pools would be held before memberships.
DEEDS_OF_TWO_PAGES: set[Deed] = {revoke_and_undo}
