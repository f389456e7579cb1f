"""R1's place: an organisation of its own, with few seats for many people."""

import random
from dataclasses import dataclass
from uuid import UUID

from orgs.ids import new_id
from orgs.models import Member, Organisation, User
from orgs.services import create_organisation
from seatdash import tenancy
from seats.models import Allocation, Pool, Product
from seats.services.allocation import create_pool, share
from seats.services.catalogue import create_product
from seats.services.terms import Terms
from teams.models import Team
from teams.services import Person, create_team, join

PRODUCTS, POOLS, TEAMS, PEOPLE = 5, 20, 8, 240
PEOPLE_OF_A_TEAM = 60
TERMS = [Terms(), Terms(terms_days=1), Terms(terms_days=2, reusable=False), Terms(terms_days=30)]


@dataclass(frozen=True)
class Place:
    """Each product has four pools, and each of these is shared by two of the eight teams."""

    admin: Member
    products: list[Product]
    teams: list[Team]
    people: list[Member]
    pools: list[Pool]
    allocations: list[Allocation]
    belonging: dict[UUID, list[UUID]]

    @property
    def organisation(self) -> Organisation:
        return self.admin.organisation


def make_place(chance: random.Random) -> Place:
    slug = f"endure-{new_id().hex[:20]}"
    admin = create_organisation(
        name=f"Endurance run {slug}",
        slug=slug,
        admin=User.objects.create_user(f"{slug}@endure.example"),
    )
    with tenancy.scope(admin.organisation_id):
        products = [
            create_product(actor=admin, code=f"R1-{n}", name=f"R1 {n}") for n in range(PRODUCTS)
        ]
        teams = [create_team(actor=admin, name=f"Team {n}") for n in range(TEAMS)]
        belonging = {team.pk: _fill_team(admin, team, chance) for team in teams}
        pools, allocations = _make_pools(admin, products, teams)
        people = list(Member.objects.for_org(admin.organisation_id).exclude(pk=admin.pk))
    return Place(admin, products, teams, people, pools, allocations, belonging)


def _fill_team(admin: Member, team: Team, chance: random.Random) -> list[UUID]:
    numbers = chance.sample(range(PEOPLE), PEOPLE_OF_A_TEAM)
    people = [Person(f"{number}@endure.example") for number in numbers]
    return join(actor=admin, team=team, people=people)


def _make_pools(
    admin: Member, products: list[Product], teams: list[Team]
) -> tuple[list[Pool], list[Allocation]]:
    pools, allocations = [], []
    for number in range(POOLS):
        product = products[number // 4]
        pool = create_pool(
            actor=admin,
            product=product,
            name=f"Pool {number}",
            seats=20,
            terms=TERMS[number % len(TERMS)],
        )
        pools.append(pool)
        two = teams[number % 4 * 2 : number % 4 * 2 + 2]
        allocations += [share(actor=admin, pool=pool, team=team) for team in two]
    return pools, allocations
