"""A team with those below it: what they use and what is available to them, all together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count

from seats import books
from seats.models import Allocation
from teams.models import Team, TeamMember
from teams.querysets import TeamQuerySet


class Drawn(NamedTuple):
    """What a team draws, or drew, on a pool. `cap` and `capacity` None are no limit."""

    team_id: UUID
    used: int
    cap: int | None
    pool_id: UUID
    pool_used: int
    capacity: int | None
    code: str
    product: str


@dataclass(frozen=True, kw_only=True)
class ProductSum:
    """A product's seats in a team and all below it. `available` None is no limit."""

    code: str
    name: str
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
    subtree = _subtree(team)
    lineages = dict(subtree.values_list("pk", "lineage"))
    columns = ("team", "used", "cap", "pool", "pool__used", "pool__capacity")
    current = Allocation.objects.current().filter(team__in=subtree)
    rows = current.order_by("product__code", "pk").values_list(
        *columns, "product__code", "product__name"
    )
    return _below(children, lineages, [Drawn(*row) for row in rows])


def below_as_of(team: Team, children: Sequence[Team], moment: datetime) -> Below:
    """Add up a team and all that are below it today, as they were at a past moment."""
    subtree = _subtree(team)
    lineages = dict(subtree.values_list("pk", "lineage"))
    pools = Allocation.objects.filter(team__in=subtree).order_by().values_list("pool", flat=True)
    usage = books.as_of(team.organisation, moment, pools=set(pools))
    drawn = [_drawn(each) for each in usage if each.team_id in lineages]
    return _below(children, lineages, sorted(drawn, key=lambda each: each.code))


def _subtree(team: Team) -> TeamQuerySet:
    return Team.objects.for_org(team.organisation_id).open().below(team)


def _drawn(usage: books.Usage) -> Drawn:
    assert usage.team_id is not None
    return Drawn(
        team_id=usage.team_id,
        used=usage.team_used,
        cap=usage.cap,
        pool_id=usage.pool_id,
        pool_used=usage.pool_used,
        capacity=usage.capacity,
        code=usage.product_code,
        product=usage.product,
    )


def _below(
    children: Sequence[Team], lineages: Mapping[UUID, Sequence[UUID]], drawn: Sequence[Drawn]
) -> Below:
    return Below(sums=_sums(drawn), rows=_rows(children, lineages, drawn))


def _sums(drawn: Iterable[Drawn]) -> list[ProductSum]:
    by_product: dict[str, list[Drawn]] = defaultdict(list)
    for each in drawn:
        by_product[each.code].append(each)
    return [
        ProductSum(
            code=code,
            name=group[0].product,
            teams=len(group),
            used=sum(each.used for each in group),
            available=_available(group),
        )
        for code, group in by_product.items()
    ]


def _available(drawn: Iterable[Drawn]) -> int | None:
    by_pool: dict[UUID, list[Drawn]] = defaultdict(list)
    for each in drawn:
        by_pool[each.pool_id].append(each)
    left = [_available_in(group) for group in by_pool.values()]
    limited = [each for each in left if each is not None]
    return sum(limited) if len(limited) == len(left) else None


def _available_in(drawn: Sequence[Drawn]) -> int | None:
    """Return what these teams may still take of their one pool, their caps together included."""
    limits = []
    if drawn[0].capacity is not None:
        limits.append(max(0, drawn[0].capacity - drawn[0].pool_used))
    if all(each.cap is not None for each in drawn):
        limits.append(sum(max(0, (each.cap or 0) - each.used) for each in drawn))
    return min(limits, default=None)


def _rows(
    children: Sequence[Team], lineages: Mapping[UUID, Sequence[UUID]], drawn: Sequence[Drawn]
) -> list[BelowRow]:
    used: dict[UUID, int] = defaultdict(int)
    for each in drawn:
        for above in lineages[each.team_id]:
            used[above] += each.used
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
