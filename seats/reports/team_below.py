"""A team with those below it: what they use and what is available to them, all together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from seats.models import Allocation, Product
from teams.models import Team, TeamMember


@dataclass(frozen=True, kw_only=True)
class ProductSum:
    """A product's seats in a team and all below it. `available` None is no limit."""

    product: Product
    teams: int
    used: int
    available: int | None


@dataclass(frozen=True, kw_only=True)
class BelowRow:
    """A team right below, with what it and all below it use; `teams` are below that."""

    team: Team
    teams: int
    people: int
    used: int


@dataclass(frozen=True, kw_only=True)
class Below:
    sums: list[ProductSum]
    rows: list[BelowRow]


def below_of(team: Team, children: Sequence[Team]) -> Below:
    """Add up a team and all below it; a pool that several of them share counts once."""
    subtree = Team.objects.for_org(team.organisation_id).open().below(team)
    lineages = dict(subtree.values_list("pk", "lineage"))
    current = Allocation.objects.current().filter(team__in=subtree)
    allocations = list(current.select_related("pool", "product").order_by("product__code", "pk"))
    return Below(
        sums=_sums(allocations),
        rows=_rows(children, lineages, allocations),
    )


def _sums(allocations: Sequence[Allocation]) -> list[ProductSum]:
    by_product: dict[UUID, list[Allocation]] = defaultdict(list)
    for allocation in allocations:
        by_product[allocation.product_id].append(allocation)
    return [
        ProductSum(
            product=group[0].product,
            teams=len(group),
            used=sum(each.used for each in group),
            available=_available(group),
        )
        for group in by_product.values()
    ]


def _available(allocations: Iterable[Allocation]) -> int | None:
    by_pool: dict[UUID, list[Allocation]] = defaultdict(list)
    for allocation in allocations:
        by_pool[allocation.pool_id].append(allocation)
    left = [_available_in(group) for group in by_pool.values()]
    limited = [each for each in left if each is not None]
    return sum(limited) if len(limited) == len(left) else None


def _available_in(allocations: Sequence[Allocation]) -> int | None:
    """Return what these teams may still take of their one pool, their caps together included."""
    pool = allocations[0].pool
    limits = []
    if pool.capacity is not None:
        limits.append(max(0, pool.capacity - pool.used))
    if all(each.cap is not None for each in allocations):
        limits.append(sum(max(0, (each.cap or 0) - each.used) for each in allocations))
    return min(limits, default=None)


def _rows(
    children: Sequence[Team], lineages: dict[UUID, list[UUID]], allocations: Sequence[Allocation]
) -> list[BelowRow]:
    used: dict[UUID, int] = defaultdict(int)
    for allocation in allocations:
        for above in lineages[allocation.team_id]:
            used[above] += allocation.used
    inside: dict[UUID, int] = defaultdict(int)
    for lineage in lineages.values():
        for above in lineage[:-1]:
            inside[above] += 1
    people = _people(children)
    return [
        BelowRow(
            team=team, teams=inside[team.pk], people=people.get(team.pk, 0), used=used[team.pk]
        )
        for team in children
    ]


def _people(teams: Sequence[Team]) -> dict[UUID, int]:
    members = TeamMember.objects.filter(team__in=teams).values("team").order_by()
    return dict(members.annotate(n=Count("pk")).values_list("team", "n"))
