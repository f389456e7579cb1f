"""Usage a page at a time, in the order of pools and teams by their ids."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from orgs.models import Organisation
from seatdash.api.schemas.usage import UsageOut, UsagePaged, cursor_of, place_of
from seats import books, clock
from seats.books import Usage
from seats.models import Allocation, Pool, Product
from teams.models import Team


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which usage is asked for; None for all, and for now."""

    organisation_id: UUID
    product: Product | None
    team: Team | None
    moment: datetime | None


def usage_page(wanted: Wanted, paged: UsagePaged) -> dict[str, Any]:
    """Return a page of usage, and where the next begins."""
    read = _then if wanted.moment else _now
    place = paged.place
    rows = [row for row in read(wanted, paged) if place is None or place_of(row) > place]
    shown = rows[: paged.limit]
    more = len(rows) > len(shown)
    moment = wanted.moment or clock.now()
    return {
        "items": [UsageOut.of(row, moment) for row in shown],
        "next": cursor_of(shown[-1]) if more else None,
    }


def _then(wanted: Wanted, paged: UsagePaged) -> list[Usage]:
    """The ledger tells the past as a whole."""
    assert wanted.moment is not None
    organisation = Organisation(pk=wanted.organisation_id)
    rows = [row for row in books.as_of(organisation, wanted.moment) if _is_wanted(row, wanted)]
    return sorted(rows, key=place_of)


def _is_wanted(row: Usage, wanted: Wanted) -> bool:
    return (wanted.product is None or row.product_id == wanted.product.pk) and (
        wanted.team is None or row.team_id == wanted.team.pk
    )


def _now(wanted: Wanted, paged: UsagePaged) -> list[Usage]:
    """Each pool has a row at least, so as many pools as rows are enough."""
    pools = Pool.objects.for_org(wanted.organisation_id).open().select_related("product")
    if paged.place:
        pools = pools.filter(pk__gte=paged.place[0])
    if wanted.product:
        pools = pools.filter(product=wanted.product)
    if wanted.team:
        drawn = Allocation.objects.current().of_team(wanted.team)
        pools = pools.filter(pk__in=drawn.values("pool"))
    # One more where the page before ended within a pool, and one to see whether there is more.
    found = list(pools.order_by("pk")[: paged.limit + 2])
    return [row for row in _rows(found) if _is_wanted(row, wanted)]


def _rows(pools: Sequence[Pool]) -> Iterator[Usage]:
    current = Allocation.objects.current().drawing_on([pool.pk for pool in pools])
    drawing: dict[UUID, list[Allocation]] = defaultdict(list)
    for allocation in current.select_related("team").order_by("team_id"):
        drawing[allocation.pool_id].append(allocation)
    for pool in pools:
        of_pool = drawing[pool.pk]
        drawn: Sequence[Allocation | None] = of_pool or [None]
        for each in drawn:
            yield _row(pool, each, len(of_pool))


def _row(pool: Pool, allocation: Allocation | None, teams: int) -> Usage:
    return Usage(
        product_id=pool.product_id,
        product_code=pool.product.code,
        product=pool.product.name,
        pool_id=pool.pk,
        pool=pool.name,
        team_id=allocation.team_id if allocation else None,
        team=allocation.team.name if allocation else None,
        teams=teams,
        capacity=pool.capacity,
        pool_used=pool.used,
        team_used=allocation.used if allocation else 0,
        cap=allocation.cap if allocation else None,
    )
