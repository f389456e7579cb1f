"""One pool's page: its teams, its enrolments, where it came from, what happened to it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.db.models.functions import Lower

from seats import clock
from seats.counters import Counter, allocation_counter
from seats.models import Allocation, Enrolment, LedgerEntry, Pool
from seats.querysets import EnrolmentQuerySet
from seats.reports.charts import Chart, pool_chart
from seats.reports.history import Event, events
from seats.reports.pools import PAGE, PoolRow, pool_rows

SOON = timedelta(days=14)
LATEST = 20
SOME_CLONES = 20
STATUSES = ("live", "soon", "expired", "revoked", "left")


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """A team that draws on the pool."""

    allocation: Allocation
    counter: Counter


@dataclass(frozen=True, kw_only=True)
class EnrolmentRow:
    enrolment: Enrolment
    status: str

    @property
    def is_held(self) -> bool:
        """Expired, but not giving its seat back."""
        return self.enrolment.ended_at is not None and self.enrolment.occupies


@dataclass(frozen=True, kw_only=True)
class PoolPage:
    row: PoolRow
    teams: list[TeamRow]
    enrolments: Page[Any]
    search: str
    status: str
    clones: list[PoolRow]
    chart: Chart
    history: list[Event]

    @property
    def pool(self) -> Pool:
        return self.row.pool

    @property
    def topics(self) -> list[str]:
        teams = [team.counter.topic for team in self.teams]
        return [self.row.counter.topic, *teams, *(row.counter.topic for row in self.clones)]

    @property
    def more_clones(self) -> int:
        return self.row.clone_count - len(self.clones)


def pool_page(pool: Pool, *, search: str, status: str, page: str | None) -> PoolPage:
    """Report one pool, with a page of its enrolments by status and person."""
    rows = pool_rows(Pool.objects.filter(pk=pool.pk).select_related("cloned_from"))
    return PoolPage(
        row=rows[0],
        teams=_teams(rows[0]),
        enrolments=_enrolments(pool, search, status, page),
        search=search,
        status=status,
        chart=pool_chart(pool),
        clones=_clones(pool),
        history=events(LedgerEntry.objects.filter(pool=pool).order_by("-seq"), LATEST),
    )


def _clones(pool: Pool) -> list[PoolRow]:
    some = Pool.objects.filter(cloned_from=pool).by_name().values("pk")[:SOME_CLONES]
    return pool_rows(Pool.objects.filter(pk__in=some).by_name())


def _teams(row: PoolRow) -> list[TeamRow]:
    current = Allocation.objects.current().filter(pool=row.pool).select_related("team")
    return [
        TeamRow(
            allocation=allocation,
            counter=allocation_counter(
                allocation_id=allocation.pk,
                used=allocation.used,
                cap=allocation.cap,
                pool_used=row.pool.used,
                pool_capacity=row.pool.capacity,
                shared=row.team_count > 1,
            ),
        )
        for allocation in current.order_by(Lower("team__name"), "team_id")
    ]


def _enrolments(pool: Pool, search: str, status: str, page: str | None) -> Page[Any]:
    chosen = _of_status(Enrolment.objects.filter(pool=pool), status)
    if search:
        chosen = chosen.filter(
            Q(member__name__icontains=search) | Q(member__email__icontains=search)
        )
    ordered = chosen.select_related("member", "team").newest_first()
    shown: Page[Any] = Paginator(ordered, PAGE).get_page(page)
    shown.object_list = [
        EnrolmentRow(enrolment=enrolment, status=status_of(enrolment))
        for enrolment in shown.object_list
    ]
    return shown


def _of_status(enrolments: EnrolmentQuerySet, status: str) -> EnrolmentQuerySet:
    if status == "live":
        return enrolments.live()
    if status == "soon":
        return enrolments.live().filter(expires_at__lte=clock.now() + SOON)
    if status == "expired":
        # Those past their end count as expired before the worker has booked them.
        overdue = Q(ended_at__isnull=True, expires_at__lte=clock.now())
        return enrolments.filter(Q(end_reason="expired") | overdue)
    return enrolments.filter(end_reason=status) if status in STATUSES else enrolments


def status_of(enrolment: Enrolment) -> str:
    """Say how an enrolment stands: live, expired, revoked or left."""
    if enrolment.ended_at:
        return enrolment.end_reason
    is_over = enrolment.expires_at is not None and enrolment.expires_at <= clock.now()
    return "expired" if is_over else "live"
