"""What the ledger booked in the same step as an entry: the other side, and whence seats came."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Min

from seats.models import Allocation, LedgerEntry

Kind = LedgerEntry.Kind

MOVES = (Kind.ALLOCATED, Kind.TAKEN_BACK, Kind.TRANSFERRED_IN, Kind.TRANSFERRED_OUT)
BESIDE = (*MOVES, Kind.ISSUED, Kind.RETIRED)


@dataclass(frozen=True)
class Together:
    """What stands beside some entries, and the team of each pool that never had another."""

    steps: Mapping[tuple[int, UUID], Sequence[LedgerEntry]] = field(default_factory=dict)
    teams: Mapping[UUID, str] = field(default_factory=dict)

    def team_of(self, entry: LedgerEntry) -> str:
        """Name the team whose seats they are, '' where the pool is or was for several."""
        if entry.team:
            return entry.team.name
        return self.teams.get(entry.pool_id, "") if entry.pool_id else ""

    def other_side(self, entry: LedgerEntry) -> LedgerEntry | None:
        """Return the entry of the pool that a transfer took from, or gave to."""
        if entry.kind == Kind.TRANSFERRED_OUT:
            return self._beside(entry, 1, Kind.TRANSFERRED_IN)
        return self._beside(entry, -1, Kind.TRANSFERRED_OUT)

    def issued_for(self, entry: LedgerEntry) -> int:
        """Return how many of the seats allocated were not in stock, and issued for it."""
        seats = -entry.stock_moved
        before = self._beside(entry, -1, Kind.ISSUED)
        return before.stock_moved if before and before.stock_after == seats else 0

    def was_retired(self, entry: LedgerEntry) -> bool:
        """Say whether the seats taken back went out of the stock at once."""
        after = self._beside(entry, 1, Kind.RETIRED)
        return after is not None and after.stock_moved == -entry.stock_moved

    def _beside(self, entry: LedgerEntry, step: int, kind: Kind) -> LedgerEntry | None:
        entries = self.steps.get((entry.xid, entry.product_id), ())
        places = {each.pk: place for place, each in enumerate(entries)}
        place = places.get(entry.pk, -2) + step
        found = entries[place] if 0 <= place < len(entries) else None
        return found if found and found.kind == kind else None


def booked_together(entries: Sequence[LedgerEntry]) -> Together:
    """Look up what stands beside the entries that move seats, by two queries or none."""
    moves = [entry for entry in entries if entry.kind in MOVES]
    if not moves:
        return Together()
    beside = LedgerEntry.objects.for_org(moves[0].organisation_id).filter(
        xid__in={entry.xid for entry in moves}, kind__in=BESIDE
    )
    steps = defaultdict(list)
    for entry in beside.select_related("team").order_by("pk"):
        steps[entry.xid, entry.product_id].append(entry)
    return Together(steps, _only_teams({entry.pool_id for entry in moves if entry.pool_id}))


def _only_teams(pools: set[UUID]) -> dict[UUID, str]:
    drawing = Allocation.objects.drawing_on(pools).values("pool").order_by()
    single = drawing.annotate(n=Count("team", distinct=True), name=Min("team__name")).filter(n=1)
    return dict(single.values_list("pool", "name"))
