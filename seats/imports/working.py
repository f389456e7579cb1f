"""Checking every row of a file, which writes what was found; and writing what the rows say.

Applying judges every row again and writes all of them in one transaction, or none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.errors import Refusal
from orgs.models import Member
from seatdash.tenancy import atomically
from seats.imports.errors import ChangedSince, NotNow, Unreadable
from seats.imports.matching import row_of
from seats.imports.progress import Tell, silent
from seats.imports.reading import Row, open_table
from seats.models import Import, ImportRow
from seats.resources import sheet_of
from seats.resources.sheet import Sheet, State, Verdict

BATCH = 1_000
T = TypeVar("T")
Judged = tuple[Row, Verdict]


def check_now(*, actor: Member, source: Import, tell: Tell = silent, problem: str = "") -> None:
    """Check every row, and keep what was found; the import is CHECKED then, or FAILED."""
    try:
        _check(actor=actor, source=source, tell=tell, problem=problem)
    except Unreadable as refusal:
        fail(actor=actor, source=source, problem=refusal.detail)


def apply_now(*, actor: Member, source: Import, tell: Tell = silent) -> None:
    """Write all rows, or none where a rule says no; then they are checked again."""
    try:
        _write(actor=actor, source=source, tell=tell)
    except NotNow:
        raise
    except Refusal as refusal:
        problem = f"{refusal.title} {refusal.detail}".strip()
        check_now(actor=actor, source=source, tell=tell, problem=problem)


@atomically
def fail(*, actor: Member, source: Import, problem: str) -> None:
    """Say that nothing came of it."""
    _settle(source, Import.State.FAILED, problem=problem)


@atomically
def _write(*, actor: Member, source: Import, tell: Tell) -> None:
    _hold(source, Import.State.RUNNING)
    sheet = sheet_of(source, actor)
    todo, count = 2 * source.judged, 0
    for batch in in_batches(ImportRow.objects.of(source).iterator(BATCH), BATCH):
        found = _judge(source, sheet, [Row(row.number, row.cells) for row in batch])
        _compare(batch, [verdict for _row, verdict in found])
        count += len(batch)
        tell(count, todo)
    reason = _("import of %(file)s") % {"file": source}
    sheet.write(reason=reason, tell=lambda done: tell(source.judged + done, todo))
    _settle(source, Import.State.DONE)


def _compare(rows: Sequence[ImportRow], verdicts: Sequence[Verdict]) -> None:
    """Raise ChangedSince unless everything is as it was shown, or done by somebody already."""
    for row, verdict in zip(rows, verdicts, strict=True):
        if verdict.state not in (row.state, State.SAME):
            raise ChangedSince(_("Row %(row)s is not what it was.") % {"row": row.number})


@atomically
def _check(*, actor: Member, source: Import, tell: Tell, problem: str) -> None:
    _hold(source, Import.State.CHECKING, Import.State.RUNNING)
    source.rows.all().delete()
    sheet = sheet_of(source, actor)
    counts: Counter[str] = Counter()
    rows = list(open_table(bytes(source.content)).rows)
    for batch in in_batches(rows, BATCH):
        judged = _judge(source, sheet, batch)
        counts.update(verdict.state for _row, verdict in judged)
        _keep(source, judged)
        tell(counts.total(), len(rows))
    _settle(source, Import.State.CHECKED, problem=problem, counts=counts)


def _hold(source: Import, *states: str) -> None:
    """Wait for whoever works on it; raises NotNow where nothing of this kind is left to do.

    Its row stays free for the progress to be written beside.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(source.pk)])
    imports = Import.objects.for_org(source.organisation_id)
    if not imports.filter(pk=source.pk, state__in=states).exists():
        raise NotNow(_("Look at it again."))


def _judge(source: Import, sheet: Sheet, rows: Sequence[Row]) -> list[Judged]:
    cells = [row_of(row.cells, source.columns) for row in rows]
    sheet.look(cells)
    return [
        (row, Verdict(State.WRONG, row.problem) if row.problem else sheet.judge(row.number, each))
        for row, each in zip(rows, cells, strict=True)
    ]


def _keep(source: Import, judged: Sequence[Judged]) -> None:
    ImportRow.objects.bulk_create(
        ImportRow(
            organisation_id=source.organisation_id,
            source=source,
            number=row.number,
            state=verdict.state,
            reason=verdict.reason,
            cells=row.cells,
        )
        for row, verdict in judged
    )


def _settle(
    source: Import, state: str, *, problem: str = "", counts: Counter[str] | None = None
) -> None:
    """Say where the import has come to; raises NotNow where somebody discarded it meanwhile."""
    facts: dict[str, object] = {"state": state, "problem": problem[:1000]}
    if counts is not None:
        facts |= {str(each): counts[each] for each in State}
    if state == Import.State.DONE:
        facts["finished_at"] = timezone.now()
    if not Import.objects.for_org(source.organisation_id).filter(pk=source.pk).update(**facts):
        raise NotNow(_("It was discarded."))
    for name, value in facts.items():
        setattr(source, name, value)


def in_batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size`."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
