"""What became of every row, as a file again."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Organisation
from seats.exports.snapshots import snapshot
from seats.imports.working import BATCH, in_batches
from seats.models import Import, ImportRow
from seats.resources.sheet import State

# As the exports have it: a spreadsheet would run such a cell as a formula.
DANGEROUS = re.compile(r"^[=+@\t\r-]")

# What is said of a row before the import, and after it.
BEFORE = {state.value: state.label for state in State}
AFTER = {
    State.NEW.value: gettext_lazy("Added"),
    State.CHANGED.value: gettext_lazy("Changed"),
    State.SAME.value: gettext_lazy("Same"),
    State.WRONG.value: gettext_lazy("Wrong"),
}


def words_for(source: Import) -> dict[str, str]:
    """Return what the states of its rows are called."""
    words = AFTER if source.state == Import.State.DONE else BEFORE
    return {state: str(label) for state, label in words.items()}


def stream_result(organisation: Organisation, source: Import) -> Iterator[bytes]:
    """Return the CSV in pieces; to be consumed outside any transaction."""
    # In words of the present language: which that is when it is consumed, nobody knows.
    header = [_("row"), _("outcome"), _("reason"), *source.headers]
    return _stream(organisation, source, header, words_for(source))


def _stream(
    organisation: Organisation, source: Import, header: list[str], words: Mapping[str, str]
) -> Iterator[bytes]:
    yield _csv([header])
    with snapshot(organisation):
        for batch in in_batches(ImportRow.objects.of(source).iterator(BATCH), BATCH):
            yield _csv([str(row.number), words[row.state], row.reason, *row.cells] for row in batch)


def _csv(lines: Iterable[list[str]]) -> bytes:
    out = StringIO(newline="")
    csv.writer(out).writerows([neutral(cell) for cell in line] for line in lines)
    return out.getvalue().encode()


def neutral(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if DANGEROUS.match(cell) else cell
